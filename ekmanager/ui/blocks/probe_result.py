"""What one check found, in words."""

from __future__ import annotations

import streamlit as st

from ekmanager.connections.errors import ConnectionsError
from ekmanager.connections.model import Connection
from ekmanager.health.model import ProbeResult, Status
from ekmanager.ui import format as fmt
from ekmanager.ui.context import PageContext
from ekmanager.ui.text import count, plain, prose, sentence
from ekmanager.ui.widgets.status import look


def tested(context: PageContext, connection: Connection) -> ProbeResult | str:
    """Checks a connection that need not be saved; a sentence (Markdown) when it may not or could not be checked."""
    try:
        context.services.policy.check_url(connection.url)
        with st.spinner("Asking the server…"):
            return context.services.test(connection)
    except ConnectionsError as error:
        return sentence(error)
    except TimeoutError:
        return "The check did not end in time."


def probe_result(result: ProbeResult) -> None:
    """Version and latency of a server that is well; else the exact reason and what to try."""
    shown = look(result.status)
    if result.status is Status.ONLINE and result.info is not None:
        system = " on " + plain(f"{result.info.os}/{result.info.arch}") if result.info.os else ""
        rules = f" {count(result.rules.total, 'rule')}." if result.rules is not None else ""
        st.success(
            f"{shown.mark} **{shown.word}**: eKuiper {plain(result.info.version)}{system}, "
            f"answered in {fmt.latency(result.latency_ms)}.{rules}"
        )
        return
    text = f"{shown.mark} **{shown.word}**: {prose(result.reason) or 'no reason was given'}"
    if result.hint:
        text += f"  \n{prose(result.hint)}"
    if result.status is Status.UNAUTHORIZED:
        st.warning(text)
    else:
        st.error(text)
