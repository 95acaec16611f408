"""Numbers for people: one function a kind, so that the same number reads the same everywhere.

`frontend/src/format.js` has the same rules, for what counts on in the browser; `frontend/test/format-cases.json` holds
both to them. None, and what is not a number, is shown as an en dash: not known.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

UNKNOWN: Final = "–"

_LETTERS: Final = ("", "k", "M", "G", "T", "P")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def count(number: float | None) -> str:
    """A whole number of things, exact: `1,024`."""
    return UNKNOWN if number is None or not math.isfinite(number) else f"{int(_fixed(number, 0)):,}"


def short(number: float | None) -> str:
    """A number in three digits and a thousands letter: `7`, `0.25`, `12.4 k`, `1.02 M`."""
    if number is None or not math.isfinite(number):
        return UNKNOWN
    if number < 0:
        return f"-{short(-number)}"
    text, letter = _scaled(number, _three)
    return f"{text} {letter}".rstrip()


def nbytes(number: float | None) -> str:
    """Bytes in decimal units, as disks and networks count them: `512 B`, `41 MB`, `1.5 GB`."""
    if number is None or not math.isfinite(number):
        return UNKNOWN
    text, letter = _scaled(max(0.0, number), _two)
    return f"{text} {letter}B"


def memory(used: float | None, total: float | None) -> str:
    """`41 MB of 25 GB`; without the total where the server does not say it."""
    text = nbytes(used)
    return text if text == UNKNOWN or not total else f"{text} of {nbytes(total)}"


def rate(per_second: float | None) -> str:
    """Things a second: `12.4 k/s`, `0.25/s`."""
    return UNKNOWN if per_second is None or not math.isfinite(per_second) else f"{short(per_second)}/s"


def percent(number: float | None, digits: int = 0) -> str:
    """`3 %`; with two digits `99.98 %`. What is below 100 is never shown as 100, nor what is above 0 as 0."""
    if number is None or not math.isfinite(number):
        return UNKNOWN
    if number in {0, 100}:
        return f"{int(number)} %"
    step = 10**-digits
    if 0 < number < step:
        return f"{_fixed(step, digits)} %" if digits else "<1 %"
    if 100 - step < number < 100:
        return f"{_fixed(100 - step, digits)} %"
    return f"{_fixed(number, digits)} %"


def latency(milliseconds: float | None) -> str:
    """How long an answer took: `8.9 µs`, `1.4 ms`, `12 ms`, `1.2 s`."""
    if milliseconds is None or not math.isfinite(milliseconds):
        return UNKNOWN
    value = max(0.0, milliseconds)
    if value >= 60_000:
        return duration(value / 1000)
    for factor, unit in ((1000, "µs"), (1, "ms")):
        text = _two(value * factor)
        if value and float(text) < 1000:
            return f"{text} {unit}"
    return f"{_two(value / 1000)} s" if value else "0 ms"


def duration(seconds: float | None) -> str:
    """A span in the two largest units that matter: `45 s`, `12 min`, `3 h 12 min`, `2 d 4 h`, `41 d`."""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        return _pair(whole // _HOUR, "h", whole % _HOUR // _MINUTE, "min")
    return _pair(whole // _DAY, "d", whole % _DAY // _HOUR if whole < 10 * _DAY else 0, "h")


def age(at: float | None, now: float) -> str:
    """How long ago: `just now`, `45 s ago`, `3 h 12 min ago`. Both are epoch seconds; a future one is just now."""
    if at is None or not math.isfinite(at):
        return UNKNOWN
    return "just now" if now - at < 5 else f"{duration(now - at)} ago"


def moment(at: float | None, zone: tzinfo | None = None) -> str:
    """The exact time in a zone (default UTC): `2026-11-22 16:10:03`. `at` is epoch seconds."""
    return (
        UNKNOWN
        if at is None or not math.isfinite(at)
        else f"{datetime.fromtimestamp(at, zone or UTC):%Y-%m-%d %H:%M:%S}"
    )


def _scaled(number: float, digits: Callable[[float], str]) -> tuple[str, str]:
    """The number in the unit in which it stays below 1,000 after rounding, and the unit's letter."""
    letter = 0
    while letter < len(_LETTERS) - 1 and float(digits(number)) >= 1000:
        number, letter = number / 1000, letter + 1
    return digits(number), _LETTERS[letter]


def _two(number: float) -> str:
    return _trimmed(_fixed(number, 1)) if number < 9.95 else _fixed(number, 0)


def _three(number: float) -> str:
    return _trimmed(_fixed(number, 2 if number < 9.995 else 1 if number < 99.95 else 0))


def _fixed(number: float, digits: int) -> str:
    """Rounded half up, as the browser's `toFixed` does; Python's own formatting rounds half to even."""
    return str(Decimal(number).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _pair(large: int, unit: str, small: int, small_unit: str) -> str:
    return f"{large} {unit} {small} {small_unit}" if small else f"{large} {unit}"
