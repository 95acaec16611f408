"""What a person should know about where connections live: once, in few words, above them."""

from __future__ import annotations

import streamlit as st

from ekmanager.ui.context import STORAGE_ERROR, PageContext
from ekmanager.ui.text import plain

NO_COOKIE = (
    "This browser accepts no cookies from here, so the app takes each tab for a browser of its own, and forgets it "
    "when the tab is closed or reloaded. What the browser itself has stored comes back then, with a new history. Two "
    "open tabs overwrite each other's changes, and /api cannot find these connections."
)


def problem_notices(context: PageContext) -> None:
    """Sentences about stores that cannot be read or written; nothing when all is well."""
    for sentence in problems(context):
        st.warning(plain(sentence), icon=":material/warning:")


def problems(context: PageContext) -> list[str]:
    """Everything that is wrong with keeping connections, as sentences."""
    found = [*context.services.problems, *context.book.problems]
    if not context.has_cookie:
        found.append(NO_COOKIE)
    storage = st.session_state.get(STORAGE_ERROR)
    if storage:
        found.append(str(storage))
    return list(dict.fromkeys(found))


def where_they_live(context: PageContext) -> str:
    """One line of Markdown on where connections are kept and how long their secrets last."""
    if context.services.shared is not None:
        place = "Shared ones are kept on the server, private ones in this browser only."
    else:
        place = "Kept in this browser only: another browser, or another person, does not see them."
    if context.services.vault.persistent:
        return f"{place} Secrets are encrypted with the app's key."
    if context.services.shared is not None:
        return (
            f"{place} Without `EKMANAGER_SECRET_KEY` secrets on the server are not encrypted, and those in the "
            "browser must be entered again after the app restarts."
        )
    return f"{place} Secrets must be entered again after the app restarts, because `EKMANAGER_SECRET_KEY` is not set."
