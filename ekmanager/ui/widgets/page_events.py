"""What happens in the browser and Streamlit does not tell: a connection that came back, Enter in a form, leaving."""

from __future__ import annotations

from typing import Final

from ekmanager.ui.widgets.mount import UNSEEN, renderer

WAY_BACK: Final = "back"
"""The key of the button that leads from one object to the list of all."""


def run_after_reconnect() -> None:
    """Run the whole page after the browser found the app again. Call it outside of every live part.

    Streamlit asks a restarted app only for the live parts that the tab knows, which that app does not know.
    """
    renderer("reconnect")(key=f"{UNSEEN}reconnect", on_back_change=lambda: None)


def enter_presses(button: str, *, key: str) -> None:
    """Let Enter in a one-line field of a dialog press the button whose key is `button`. Call it in that dialog."""
    renderer("submit")(key=f"{UNSEEN}{key}", data={"button": button})


def ask_before_leaving(unsaved: bool, *, key: str, links: bool = True) -> None:
    """Let the browser ask before something that is not saved is left.

    That is by reload and by closing the tab; with `links` also by a link, the server switcher, the browser's Back and
    the button whose key is `WAY_BACK`.
    """
    question = "What you changed here is not saved. Leave this page? It stays in this tab until you reload or close it."
    data = {"unsaved": unsaved, "question": question, "links": links, "button": WAY_BACK}
    renderer("guard")(key=f"{UNSEEN}{key}", data=data)
