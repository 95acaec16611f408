"""A trial of a rule's SQL, on given data or on the live sources, without its sinks: rows as they come."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import cast

import streamlit as st

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.ekuiper.errors import EKuiperError
from ekmanager.rules.definition import streams_of
from ekmanager.rules.trial import TrialResult, TrialRun
from ekmanager.ui import format as fmt
from ekmanager.ui.blocks.tables import table
from ekmanager.ui.context import PageContext, page_context
from ekmanager.ui.part import run_part_again
from ekmanager.ui.server_knowledge import Knowledge
from ekmanager.ui.tables import MOST
from ekmanager.ui.text import plain, prose, sentence
from ekmanager.ui.widgets.clock import tick

USUAL_FIELDS = ("device", "temperature")
"""Of the example for a stream whose fields are not known."""
EXAMPLES = 3
FIELDS_SHOWN = 8
COLUMNS = 12
LONG = 2_000
"""Characters from which the SQL scrolls in a box of its own."""
STATES = {"starting": "starting", "running": "running", "stopped": "stopped", "failed": "failed"}


def rule_test(context: PageContext, entry: Entry, sql: str, known: Knowledge, *, key: str) -> None:
    """Draws the form, and below it the rows of the run that is going on or was the last."""
    if not sql.strip():
        st.caption("There is no SQL to try.")
        return
    st.code(sql, language="sql", wrap_lines=True, height="content" if len(sql) < LONG else 200)
    mock = _mock({name: known.fields.get(name, ()) for name in streams_of(sql)}, key)
    off = mock is None or not context.may_change
    last = context.services.trials.get(st.session_state.get(f"{key}-run", ""))
    going = last is not None and last.live
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Start again" if going else "Start",
            type="secondary" if going else "primary",
            icon=":material/play_arrow:",
            key=f"{key}-start",
            disabled=off,
        )
        # A browser may report a press of a button that it does not offer.
        if pressed and not off:
            _begin(context, entry, sql, mock or {}, key)
        st.caption("Nothing is sent to the rule's sinks, and the rule itself is not touched.")
    if f"{key}-run" in st.session_state:
        results(key)


def example(fields: Sequence[str]) -> str:
    """A few records with these fields, to be changed by whoever tests."""
    names = tuple(fields)[:FIELDS_SHOWN] or USUAL_FIELDS
    rows = [json.dumps(dict.fromkeys(names, number * 20 - 5)) for number in range(1, EXAMPLES + 1)]
    return "[\n  " + ",\n  ".join(rows) + "\n]"


def _mock(streams: Mapping[str, Sequence[str]], key: str) -> Mapping[str, object] | None:
    """What stands for the sources: {} for the live ones; None while what was typed cannot be used."""
    live = "The live sources"
    given = "Data that I give"
    choice = st.segmented_control("Run it on", [given, live], default=given, required=True, key=f"{key}-on")
    if choice == live:
        st.caption("Each source is opened a second time for the test: a broker sees another client.")
        return {}
    found: dict[str, object] = {}
    ready = True
    for stream, fields in streams.items():
        field = f"{key}-data-{stream}"
        kept = f"{field}-kept"
        if field not in st.session_state:
            # Streamlit forgets a field that was not drawn in a run: another part of the workspace was open.
            st.session_state[field] = st.session_state.get(kept, example(fields))
        text = st.text_area(f"Records of {plain(stream)}, as a JSON array", key=field, height=140)
        st.session_state[kept] = text
        rows, problem = records(text)
        if problem:
            ready = False
            st.markdown(f":red[:material/error:] {plain(problem)}")
        found[stream] = {"data": rows}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        interval = st.number_input(
            "Milliseconds between two records", 1, 3_600_000, 500, key=f"{key}-interval", width=260
        )
        loop = st.checkbox("Begin again at the end", value=True, key=f"{key}-loop")
    for mock in found.values():
        cast("dict[str, object]", mock).update(interval=int(interval), loop=loop)
    return found if ready else None


def records(text: str) -> tuple[list[object], str]:
    """(records, what is wrong with the text)."""
    try:
        rows = json.loads(text)
    except ValueError as error:
        place = f" in line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        return [], f"This is not JSON{place}."
    except RecursionError:
        return [], "This is nested too deeply."
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        return [], "Give an array with at least one object: each is a record."
    return rows, ""


def _begin(context: PageContext, entry: Entry, sql: str, mock: Mapping[str, object], key: str) -> None:
    """Ends the last run and starts another; what the server refuses is said here."""
    _end(context, key)
    try:
        run = context.services.trials.begin(_tab(), entry, sql, mock=mock or None)
    except (EKuiperError, ConnectionsError) as error:
        st.error(sentence(error))
    else:
        st.session_state[f"{key}-run"] = run.id
        run_part_again()


def _tab() -> str:
    """This tab: a trial that it begins ends its last one."""
    return str(st.session_state.setdefault("tab-id", secrets.token_hex(8)))


def _end(context: PageContext, key: str) -> None:
    run = context.services.trials.get(st.session_state.pop(f"{key}-run", ""))
    if run is not None:
        run.stop()


@st.fragment
def results(key: str) -> None:
    """The live part: it also says every second that somebody still looks; without that the run is stopped."""
    context = page_context()
    run = context.services.trials.get(st.session_state.get(f"{key}-run", ""))
    if run is None:
        st.caption("The test is over: nobody looked at it for a while, or the app was restarted.")
        return
    context.services.trials.touch(run.id)
    going = run.live
    tick(1 if going else None, key=f"{key}-results")
    rows = run.results
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{STATES[run.state].capitalize()}** · {fmt.count(run.total)} results"
            + (f" · the last {fmt.age(rows[-1].at, time.time())}" if rows else ""),
            width="content",
        )
        if going and st.button("Stop", key=f"{key}-stop", icon=":material/stop:"):
            run.stop()
            run_part_again()
        if st.button("Clear", key=f"{key}-clear", type="tertiary", disabled=not rows):
            run.clear()
            run_part_again()
        st.download_button(
            "Download",
            data=lambda: lines(run),
            file_name="test-results.jsonl",
            mime="application/jsonl",
            key=f"{key}-download",
            disabled=not rows,
            type="tertiary",
            on_click="ignore",
        )
    if run.problem:
        st.error(f"{prose(run.problem)} {prose(run.hint)}")
    if rows:
        headings, cells = tabular(rows)
        table(headings, cells, key=f"{key}-rows")
    elif going:
        st.caption(
            "Waiting for the first result. A filter may let nothing through, and a window ends when its time is over."
        )


def lines(run: TrialRun) -> str:
    """What came, one JSON value a line."""
    return "\n".join(json.dumps(result.value, ensure_ascii=False) for result in run.results if not result.error)


def tabular(found: Sequence[TrialResult]) -> tuple[list[str], list[list[str]]]:
    """(headings, rows), the newest first: one row a record, one column a field."""
    rows: list[tuple[TrialResult, Mapping[str, object] | None, str]] = []
    for result in reversed(found):
        if len(rows) >= MOST:
            break
        if result.error:
            rows.append((result, None, result.error))
            continue
        values = result.value if isinstance(result.value, list) else [result.value]
        rows.extend(
            (result, value, "") if isinstance(value, dict) else (result, None, _text(value)) for value in values
        )
    names = list(dict.fromkeys(name for _, value, _ in rows if value for name in value))
    shown = names[:COLUMNS]
    odd = any(value is None for _, value, _ in rows)
    headings = ["#", *shown, *(["…"] if len(names) > COLUMNS else []), *(["Said"] if odd else [])]
    return headings, [
        [
            str(result.number),
            *(_text(value[name]) if value and name in value else "" for name in shown),
            *(
                [_text({name: value[name] for name in names[COLUMNS:] if name in value}) if value else ""]
                if len(names) > COLUMNS
                else []
            ),
            *([said] if odd else []),
        ]
        for result, value, said in rows
    ]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
