"""The sections of the settings page: what holds in this process, and by which variable it is changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from importlib.metadata import version
from urllib.parse import urlsplit

import streamlit as st

from ekmanager.health.monitor import SweepReport
from ekmanager.settings import Settings
from ekmanager.ui import format as fmt
from ekmanager.ui.blocks.notices import problems
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.context import PageContext
from ekmanager.ui.state import REFRESH_CHOICES
from ekmanager.ui.status import MEANINGS, marked
from ekmanager.ui.tables import Cell, Code
from ekmanager.ui.text import count, plain
from ekmanager.ui.widgets.status import CHECKING_LOOK, LOOKS

Row = tuple[str, Cell, str]
"""(what, value, variable)."""


def where_connections_live(context: PageContext) -> None:
    """The stores, their state, and what happens to secrets."""
    services, found = context.services, problems(context)
    settings = services.settings
    shared = services.shared is not None
    place = "the server, shared; private ones in each browser" if shared else "each person's browser"
    rows: list[Row] = [("Kept in", place, "EKMANAGER_PERSISTENCE")]
    if shared:
        rows.append(("Store on the server", Code(store_name(settings)), "EKMANAGER_STORE"))
    rows.append(("Secrets", secrets_state(context), "EKMANAGER_SECRET_KEY"))
    rows.append(("In this browser", count(len(context.private.list()), "private connection"), ""))
    _table(rows, "stores")
    for sentence in found:
        st.warning(plain(sentence), icon=":material/warning:")
    if not found:
        st.caption("No problem with reading or writing them.")


def store_name(settings: Settings) -> str:
    """The store as people may see it: a URL without its login."""
    if not settings.store_is_sql:
        return settings.store
    parts = urlsplit(settings.store)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def secrets_state(context: PageContext) -> str:
    """What protects secrets, and how long they last."""
    if context.services.vault.persistent:
        return "encrypted with the app's key"
    if context.services.shared is not None:
        return "not encrypted on the server; in browsers until the app restarts"
    return "until the app restarts: no key is set"


def checks(context: PageContext) -> None:
    """How servers are checked, and what the words mean."""
    options, last = context.services.monitor.options, context.services.monitor.last_sweep
    _table(
        [
            ("Every server is checked every", fmt.duration(options.interval), "EKMANAGER_CHECK_INTERVAL"),
            ("A check may take", f"{options.timeout:g} s", "EKMANAGER_CHECK_TIMEOUT"),
            (
                "Failures in a row before offline",
                fmt.count(options.failures_before_offline),
                "EKMANAGER_FAILURES_BEFORE_OFFLINE",
            ),
            (
                "Successes in a row before online",
                fmt.count(options.successes_before_online),
                "EKMANAGER_SUCCESSES_BEFORE_ONLINE",
            ),
        ],
        "checks",
    )
    if last is not None:
        ended = fmt.age(last.started_at + last.duration, time.time())
        st.caption(f"The last round took {fmt.latency(last.duration * 1000)} for {_checked(last)}, {ended}.")
    st.caption(
        "These hold for everyone who uses this app, so they are set where it is started: as environment variables, "
        "in a file .env, or in Streamlit's secrets."
    )
    with st.expander("What a status means", icon=":material/help:"):
        lines = [f"- {marked(LOOKS[status])}: {meaning}" for status, meaning in MEANINGS.items()]
        lines.append(f"- {marked(CHECKING_LOOK)}: a change was seen once and is being confirmed.")
        st.markdown("\n".join(lines))


def _checked(sweep: SweepReport) -> str:
    """How much a round was: connections to the same server with the same credentials share a check."""
    connections = count(sweep.targets, "connection")
    if sweep.probed == sweep.targets:
        return connections
    checks = count(sweep.probed, "check")
    return f"{connections} in {checks} (those to the same server with the same credentials share one)"


def appearance(context: PageContext) -> None:
    """Theme and refresh: where they are chosen."""
    choices = ", ".join(str(seconds) for seconds in REFRESH_CHOICES if seconds)
    now = f"every {context.frame.refresh} s" if context.frame.refresh else "off"
    st.markdown("**Theme.** Light or dark as your system has it, unless you choose one in the menu ⋮ at the top right.")
    st.markdown(
        f"**Refresh.** Now: {now}. Chosen at the foot of the sidebar (off, {choices} s), kept "
        "in the address, and paused while the tab is hidden."
    )


def http_api(context: PageContext) -> None:
    """Where programs find the same."""
    settings = context.services.settings
    st.markdown(
        "[API documentation](/api/docs) · [Metrics for Prometheus](/api/metrics) · [Health as JSON](/api/health)"
    )
    allowed = _codes(settings.allowed_targets) or "any that is not refused by rule"
    hosts = _codes(settings.allowed_hosts) or "this machine's own names and addresses"
    _table(
        [
            ("Read only", "yes" if settings.read_only else "no", "EKMANAGER_READ_ONLY"),
            ("Time to the first byte", f"{settings.proxy_timeout:g} s", "EKMANAGER_PROXY_TIMEOUT"),
            ("Largest request", fmt.nbytes(settings.max_body), "EKMANAGER_MAX_BODY"),
            ("Servers it may reach", allowed, "EKMANAGER_ALLOWED_TARGETS"),
            ("Names it answers to", hosts, "EKMANAGER_ALLOWED_HOSTS"),
        ],
        "http-api",
    )


def about() -> None:
    """What this is, and its version."""
    st.markdown(
        f"**ekmanager {version('ekmanager')}** · Streamlit {st.__version__}  \n"
        "A dashboard and proxy for LF Edge eKuiper servers, from 1.14 to 2.4. Apache License 2.0. Nothing on these "
        "pages is loaded from another host."
    )


def _codes(words: Sequence[str]) -> Code | None:
    return Code(", ".join(words)) if words else None


def _table(rows: Sequence[Row], key: str) -> None:
    cells = [(what, value, Code(variable)) for what, value, variable in rows]
    table(("Setting", "Now", "Variable"), cells, key=f"settings-{key}")
