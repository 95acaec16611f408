"""The mark of a connection to a simulated server: it lasts only as long as the app that simulates it."""

from __future__ import annotations

from ekmanager.connections.errors import DemoStaysHere
from ekmanager.connections.model import Connection

DEMO_FIELD = "demo"
"""The extra field that marks a connection of the demo fleet; its value is the simulated server's name."""
DEMO_TAG = "demo"
"""The tag that shows the mark to people."""


def demo_name(connection: Connection) -> str:
    """The simulated server that a connection leads to; empty for any other connection."""
    value = (connection.model_extra or {}).get(DEMO_FIELD)
    return value if isinstance(value, str) else ""


def is_demo(connection: Connection) -> bool:
    """Whether a connection belongs to the demo fleet."""
    return bool(demo_name(connection))


def unmarked(connection: Connection) -> Connection:
    """The same connection as one of the person's own: without the mark, and without the tag that shows it."""
    extra = connection.model_extra or {}
    if DEMO_FIELD not in extra:
        return connection
    tags = tuple(tag for tag in connection.tags if tag != DEMO_TAG) if demo_name(connection) else connection.tags
    own = connection.model_copy(update={"tags": tags})
    if own.__pydantic_extra__ is not None:
        own.__pydantic_extra__ = {name: value for name, value in extra.items() if name != DEMO_FIELD}
    return own


def check_may_leave(connection: Connection) -> None:
    """Raises DemoStaysHere for a demo connection: nobody else could use what it leads to."""
    if is_demo(connection):
        raise DemoStaysHere(connection.name)
