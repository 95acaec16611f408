"""What a run is asked for, beside the page that the session shows."""

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


def _asked(session: AppSession, page: str = "", part: str = "", query: str = "") -> tuple[str, str, str]:
    """(page, live part, query) that Streamlit is asked to run."""
    state = ClientState(page_script_hash=page, fragment_id=part, query_string=query)
    session.request_rerun(state)
    plain = late_reports._plain
    assert isinstance(plain, Mock)
    plain.assert_called_with(session, state)
    return state.page_script_hash, state.fragment_id, state.query_string


def test_a_report_runs_its_part(session: AppSession) -> None:
    assert _asked(session, "old", "clock", "server=a") == ("old", "clock", "server=a")


def test_a_report_that_comes_late_runs_the_page_that_was_asked_for(session: AppSession) -> None:
    assert _asked(session, "new", query="rule=r") == ("new", "", "rule=r")
    assert _asked(session, "old", "clock", "server=a") == ("new", "", "rule=r")
    assert _asked(session, "new", "clock", "rule=r") == ("new", "clock", "rule=r")


def test_a_report_follows_the_page_that_the_app_went_to_itself(session: AppSession) -> None:
    session._client_state.page_script_hash = "switched"
    assert _asked(session, "old", "clock")[:2] == ("switched", "")


@pytest.mark.parametrize("before_navigation", ["", "main"])
def test_the_first_report_of_a_session_keeps_what_it_names(session: AppSession, before_navigation: str) -> None:
    assert _asked(session) == ("", "", "")
    session._client_state.page_script_hash = before_navigation
    assert _asked(session, "first", "clock") == ("first", "clock", "")


def test_a_run_without_a_state_passes(session: AppSession) -> None:
    session.request_rerun(None)
    assert session.page_script_hash == "old"
