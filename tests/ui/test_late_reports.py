"""The page that a run is asked for, beside the page that the session shows."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession, AppSessionState

from ekmanager.ui import late_reports


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> AppSession:
    """A session of Streamlit's own that shows the page `old`, and only notes what it is asked to run."""
    monkeypatch.setattr(AppSession, "request_rerun", AppSession.request_rerun)
    late_reports.correct_late_reports()
    session = AppSession.__new__(AppSession)
    session._state = AppSessionState.SHUTDOWN_REQUESTED
    session._client_state = ClientState(page_script_hash="old")
    session._pages_manager = Mock(main_script_hash="main")
    monkeypatch.setattr(late_reports, "_plain", Mock())
    return session


def _asked(session: AppSession, **request: str) -> str:
    state = ClientState(**request)  # type: ignore[arg-type]  # the fields used here are texts
    session.request_rerun(state)
    plain = late_reports._plain
    assert isinstance(plain, Mock)
    plain.assert_called_with(session, state)
    return state.page_script_hash


def test_a_report_that_comes_late_runs_its_part_on_the_page_asked_for(session: AppSession) -> None:
    assert _asked(session, page_script_hash="new") == "new"
    assert _asked(session, page_script_hash="old", fragment_id="clock") == "new"


def test_a_report_follows_the_page_that_the_app_went_to_itself(session: AppSession) -> None:
    session._client_state.page_script_hash = "switched"
    assert _asked(session, page_script_hash="old", fragment_id="clock") == "switched"


def test_the_first_report_of_a_session_keeps_what_it_names(session: AppSession) -> None:
    assert _asked(session) == ""
    for before_navigation in ("", "main"):
        session._client_state.page_script_hash = before_navigation
        assert _asked(session, page_script_hash="first", fragment_id="clock") == "first"


def test_a_run_without_a_state_passes(session: AppSession) -> None:
    session.request_rerun(None)
    assert session.page_script_hash == "old"
