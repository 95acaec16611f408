"""What a page looks at, as query parameters: every view is a link, and a link opens the same view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

REFRESH: Final = "refresh"
"""The query parameter of the refresh interval, and the key of its picker."""

REFRESH_CHOICES: Final = (0, 2, 5, 10, 30)
"""Seconds between two refreshes of the live parts; 0: off."""

REFRESH_DEFAULT: Final = 5

RANGE: Final = "range"
"""The query parameter of the time range of charts, and the key of its picker."""

WINDOWS: Final[Mapping[str, int]] = {"1h": 3_600, "24h": 86_400, "7d": 7 * 86_400, "30d": 30 * 86_400}
"""Time ranges of the charts of one server, in seconds."""

WINDOW_DEFAULT: Final = "1h"


@dataclass(frozen=True, slots=True)
class FrameState:
    """What all pages share: the selected server, and how often live parts renew themselves."""

    server: str | None = None
    refresh: int = REFRESH_DEFAULT
    """Seconds; 0: paused."""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """A parameter that cannot be read counts as absent."""
        by_text = {str(seconds): seconds for seconds in REFRESH_CHOICES}
        return cls(
            server=query.get("server") or None,
            refresh=by_text.get(query.get(REFRESH, ""), REFRESH_DEFAULT),
        )

    def to_query(self) -> dict[str, str]:
        """The parameters of every link inside the app; a default needs none."""
        query = {"server": self.server} if self.server else {}
        if self.refresh != REFRESH_DEFAULT:
            query[REFRESH] = str(self.refresh)
        return query


@dataclass(frozen=True, slots=True)
class ServerState:
    """What the page of one server looks at besides the frame."""

    window: str = WINDOW_DEFAULT

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Self:
        """A range that does not exist counts as absent."""
        window = query.get(RANGE, "")
        return cls(window=window if window in WINDOWS else WINDOW_DEFAULT)

    def to_query(self) -> dict[str, str]:
        """The parameters that differ from the default."""
        return {} if self.window == WINDOW_DEFAULT else {RANGE: self.window}

    @property
    def seconds(self) -> int:
        """The length of the range."""
        return WINDOWS[self.window]
