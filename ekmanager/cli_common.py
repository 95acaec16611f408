"""What the commands share: settings and stores as sentences when they cannot be read, and one server to talk to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from ekmanager.connections.book import ConnectionBook, Entry
from ekmanager.connections.catalog import folded
from ekmanager.connections.clients import open_client
from ekmanager.connections.errors import ConnectionsError, StoreDamaged
from ekmanager.connections.json_file import JsonFileStore
from ekmanager.connections.model import Connection, Where
from ekmanager.connections.open import open_store
from ekmanager.connections.targets import TargetPolicy
from ekmanager.connections.validation import explain
from ekmanager.connections.vault import Vault
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError
from ekmanager.environment import SettingsInvalid, read_settings
from ekmanager.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def sentences(command: F) -> F:
    """Errors of stores, validation and servers end the command with their sentence, never with a traceback."""

    @wraps(command)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (ConnectionsError, EKuiperError) as error:
            raise click.ClickException(told(error)) from error
        except ValidationError as error:
            lines = [f"{problem.field}: {problem.message}" for problem in explain(error)]
            raise click.ClickException("\n       ".join(lines)) from error

    return wrapper  # type: ignore[return-value]  # wraps keeps the signature


def told(error: ConnectionsError | EKuiperError) -> str:
    """The message and what to try. A server's words end as they like, so a full stop may have to come between."""
    message = error.message if not error.hint or error.message.endswith((".", "?", "!")) else f"{error.message}."
    return f"{message} {error.hint}".strip()


def settings_of_process() -> Settings:
    """From the environment and `.env`. Raises ClickException."""
    try:
        return read_settings()
    except SettingsInvalid as error:
        raise click.ClickException(str(error).replace("\n", "\n       ")) from None


def readable_book(settings: Settings) -> ConnectionBook:
    """For commands that tell what is kept: raises StoreError where they would tell that nothing is."""
    store = open_store(settings.store, Vault(settings.secret_key))
    store.list()
    if isinstance(store, JsonFileStore) and store.damage:
        raise StoreDamaged(store.damage)
    return ConnectionBook(store, None, browser_id=None)


def tell_problems(book: ConnectionBook) -> None:
    """What is wrong with the store, to standard error."""
    for problem in book.problems:
        click.echo(problem, err=True)


def store_name(settings: Settings) -> str:
    """Where connections are kept, without the password of a database."""
    return settings.store.rpartition("@")[2]


def token_fields(token: str | None) -> dict[str, object]:
    """The credentials of a draft for a token given on the command line."""
    return {"credentials": {"kind": "jwt", "token": token}} if token else {}


@sentences
def draft_of(fields: dict[str, object]) -> Connection:
    """A connection from its fields. Raises ClickException."""
    return Connection.model_validate(fields)


@dataclass(frozen=True)
class Server:
    """The server that a command is for."""

    entry: Entry
    settings: Settings

    def client_of(self, connection: Connection) -> EKuiperClient:
        """A client of its own, bound by the target policy; close it after use."""
        policy = TargetPolicy(self.settings.allowed_targets)
        return open_client(connection, policy, timeout=self.settings.proxy_timeout)

    def client(self) -> EKuiperClient:
        """The same, of this server."""
        return self.client_of(self.entry.connection)


def for_server(command: F) -> F:
    """Adds the options that name a server; the command gets it first."""

    @sentences
    @wraps(command)
    def wrapper(
        *args: Any, connection: str | None, url: str | None, token: str | None, insecure: bool, **kwargs: Any
    ) -> Any:
        if connection and url:
            raise click.UsageError("Give either --connection or --url.")
        if insecure and not url:
            raise click.UsageError("--insecure belongs to --url; a connection says itself what is verified.")
        settings = settings_of_process()
        entry = _entry_of_url(url, token, insecure) if url else _kept(settings, connection)
        return command(Server(entry, settings), *args, **kwargs)

    for option in (
        click.option("--insecure", is_flag=True, help="With --url: do not verify the server's certificate."),
        click.option(
            "--token",
            envvar="EKMANAGER_TOKEN",
            help="With --url: JWT for eKuiper's own authentication; better in EKMANAGER_TOKEN.",
        ),
        click.option("--url", help="Address of a server that is not kept."),
        click.option(
            "--connection", "-c", metavar="NAME_OR_ID", help="A kept connection; the default one unless given."
        ),
    ):
        wrapper = option(wrapper)
    return wrapper  # type: ignore[return-value]  # click calls it with the options


def _entry_of_url(url: str, token: str | None, insecure: bool) -> Entry:
    draft = draft_of({"name": "server", "url": url, "tls": {"verify": not insecure}, **token_fields(token)})
    return Entry(draft.model_copy(update={"name": draft.url}), Where.SERVER, f"url/{draft.url}")


def _kept(settings: Settings, name: str | None) -> Entry:
    book = readable_book(settings)
    tell_problems(book)
    entries = book.entries()
    if name is None:
        entry = book.default() or (entries[0] if len(entries) == 1 else None)
        if entry is None:
            raise click.ClickException(
                "Say which server: --connection with a name or id (`ekmanager connections list`), or --url."
            )
        return entry
    by_id = [entry for entry in entries if entry.connection.id == name]
    by_name = [entry for entry in entries if folded(entry.connection.name) == folded(name)]
    for entry in (*by_id, *by_name):
        return entry
    raise click.ClickException(
        f"There is no connection {name!r} in {store_name(settings)}. `ekmanager connections list` shows them."
    )
