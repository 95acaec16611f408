"""Keeps a page drawn when one of its live parts reports in the moment in which somebody leaves it.

Until the browser hears that the other page runs, what it sends still names the page that is being left. Streamlit 1.67
takes a live part's report for a request to run it on that page: the browser then clears the page that was just drawn,
and nothing draws it again. Its own timers are cleared with the click for this reason; a component has no such way.
"""

from __future__ import annotations

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession

_plain = AppSession.request_rerun


def correct_late_reports() -> None:
    """From now on the report of a live part never changes the page of its session; a second call does nothing."""
    AppSession.request_rerun = _request_rerun  # type: ignore[method-assign, assignment]  # there is no public way in


def _request_rerun(session: AppSession, client_state: ClientState | None) -> None:
    asked = client_state.page_script_hash if client_state else ""
    if client_state is not None and client_state.fragment_id:
        # The very first run begins without a page: it has the script's own hash until it comes to its navigation.
        if session.page_script_hash not in {"", session._pages_manager.main_script_hash}:
            client_state.page_script_hash = session.page_script_hash
    elif asked:
        # Streamlit sets it when that run begins; a report may come before.
        session._client_state.page_script_hash = asked
    _plain(session, client_state)
