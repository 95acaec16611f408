"""How our packaged components reach Streamlit, and how an event of theirs is handled once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.errors import StreamlitAPIException

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.components.v2.types import ComponentRenderer

DIST = Path(__file__).parents[1] / "frontend" / "dist"

UNSEEN = "ekm-unseen-"
"""Prefix of the keys of elements that draw nothing: `page_style` takes them out of the page's layout."""

_STYLE = f"""<style>
[class*="st-key-{UNSEEN}"] {{ position: absolute !important; width: 0 !important; height: 0 !important;
  min-height: 0 !important; overflow: hidden !important; }}
[data-testid="stMainBlockContainer"] {{ padding-inline: clamp(1rem, 3vw, 2.75rem); }}
[class*="st-key-"][class*="-table"] table {{ width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums; }}
[class*="st-key-"][class*="-table"] :is(th, td) {{ border-inline: 0; border-top: 0; padding: 0.5rem 0.75rem 0.5rem 0;
  vertical-align: top; overflow-wrap: anywhere; }}
[class*="st-key-"][class*="-table"] thead:not(:has(th:not(:empty))) {{ display: none; }}
[class*="st-key-settings-"][class*="-table"] table {{ table-layout: fixed; }}
[class*="st-key-settings-"][class*="-table"] th:last-child {{ width: 46%; }}
[class*="st-key-settings-"][class*="-table"] td:last-child code {{ font-size: 0.75rem; white-space: nowrap; }}
button[role="radio"][aria-checked="true"], [data-testid="stTab"][aria-selected="true"] {{ color: inherit !important; }}
.st-key-url-advice {{ min-height: 2.75rem; }}
.st-key-operators-table, .st-key-operators-table > div {{ overflow-x: auto; }}
.st-key-operators-table :is(th, td) {{ white-space: nowrap; }}
.st-key-operators-table :is(th, td):nth-child(n + 2):nth-child(-n + 8) {{ text-align: right !important; }}
.st-key-operators-table td:last-child {{ min-width: 14rem; white-space: normal; }}
.st-key-events-table :is(th, td):first-child {{ width: 1%; white-space: nowrap; }}
</style>"""


@cache
def renderer(name: str) -> ComponentRenderer:
    """The mounting command of one of our components; its bundle is `dist/<name>.js`, which brings its styles along.

    Made at first use, inside a script run: Streamlit knows the installed manifests only there. Where the package is
    not installed (a checkout that is only on the path) the bundle travels inline, which works at the price of its
    size a rerun.
    """
    try:
        return st.components.v2.component(f"ekmanager.{name}", js=f"{name}.js")
    except StreamlitAPIException:
        return st.components.v2.component(f"ekmanager.{name}", js=(DIST / f"{name}.js").read_text("utf-8"))


def page_style() -> None:
    """What the theme cannot say: elements that draw nothing take no room, not even a gap, and wide pages use theirs.

    A table is as wide as its place and breaks long words. What is chosen has the colour of text: the primary colour of
    the dark theme carries white text, so it is too dark to be text itself.

    Call it once a run, in the shell. It adds no element to the page.
    """
    st.html(_STYLE)


def catch(key: str, event: str) -> Callable[[], None]:
    """A callback that keeps an event's value until `caught` takes it.

    Streamlit clears a trigger when the run ends, also when that run was interrupted before it came to the component.
    A callback runs before the script does, so nothing that a person did is lost.
    """

    def keep() -> None:
        state = st.session_state.get(key)
        value = state.get(event) if isinstance(state, dict) else None
        if value is not None:
            st.session_state[_kept(key, event)] = value

    return keep


def caught(key: str, event: str) -> object:
    """The value that `catch` kept, once; None when there is none."""
    return st.session_state.pop(_kept(key, event), None)


def _kept(key: str, event: str) -> str:
    return f"_{key}:{event}"
