"""One question to a server, from a page that is about one of its objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ekmanager.connections.book import Entry
from ekmanager.connections.errors import ConnectionsError
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import EKuiperError
from ekmanager.ui.context import PageContext
from ekmanager.ui.text import sentence

T = TypeVar("T")


def ask(context: PageContext, entry: Entry, question: Callable[[EKuiperClient], T]) -> T | str:
    """What the server answers; a sentence (Markdown) when it does not."""
    try:
        with context.services.client(entry.connection) as client:
            return question(client)
    except (EKuiperError, ConnectionsError) as error:
        return sentence(error)
