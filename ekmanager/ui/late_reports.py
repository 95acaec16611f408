"""Keeps a page drawn when one of its live parts reports in the moment in which somebody leaves it.

Until the browser hears that the other page runs, what it sends still names the page that is being left. Streamlit 1.67
takes a live part's report for a request to run that part on that page: the browser then clears the page that was just
drawn, and nothing draws it again. Its own timers are cleared with the click for this reason; a component has no such
way. Such a report becomes a run of the page that was asked for, whole: a part of it, which may begin before the
browser knows the page, would empty it as well.
"""

from __future__ import annotations

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession

_plain = AppSession.request_rerun


def correct_late_reports() -> None:
    """From now on the report of a live part never changes the page of its session; a second call does nothing."""
    AppSession.request_rerun = _request_rerun  # type: ignore[method-assign, assignment]  # there is no public way in


def _request_rerun(session: AppSession, client_state: ClientState | None) -> None:
    known = session._client_state
    if client_state is None or not client_state.page_script_hash:
        pass
    elif not client_state.fragment_id:
        # Streamlit notes the page when its run begins; a report may come before.
        known.page_script_hash = client_state.page_script_hash
        known.query_string = client_state.query_string
    elif known.page_script_hash not in {
        "",
        client_state.page_script_hash,
        # The very first run has no page, but the script's own hash, until it comes to its navigation.
        session._pages_manager.main_script_hash,
    }:
        client_state.fragment_id = ""
        client_state.page_script_hash = known.page_script_hash
        client_state.query_string = known.query_string
    _plain(session, client_state)
