"""How many requests went through the proxy, by connection and class of status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx", "refused", "timeout", "failed", "cancelled")
"""The class of the server's status; or it was not asked, did not answer in time or at all, or the caller left."""

_CAPACITY = 20_000


class ProxyCounters:
    """Counts since the start of the process. Used on the event loop only."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def count(self, key: str, kind: str) -> None:
        """One more request to the connection with this key (`Entry.key`)."""
        if len(self._counts) < _CAPACITY or (key, kind) in self._counts:
            self._counts[key, kind] += 1

    def of(self, key: str) -> Iterable[tuple[str, int]]:
        """(class, number) of one connection, for the classes that occurred."""
        return [(kind, number) for kind in CLASSES if (number := self._counts[key, kind])]
