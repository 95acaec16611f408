"""How every chart is drawn: ECharts options with units on the axis, gaps as gaps, no animation, and a sentence.

Options are JSON, so a number is scaled here to the one unit in which the chart reads well; the rules of the units are
those of `ekmanager.ui.format`. Times are drawn by the browser, in the viewer's time zone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from ekmanager.health.series import Column
from ekmanager.ui import format as fmt

HEIGHT: Final = 190
"""Pixels; the same before and after data arrive, so that nothing below jumps."""

POINTS: Final = 360
"""Points of a line at most: more cannot be told apart on a screen."""

FEW: Final = 24
"""Up to this many points each one gets a dot: a line through one point cannot be seen."""

SHORTEST: Final = 300.0
"""Seconds that an axis shows at least."""

LABEL: Final = 12
"""Pixels of the text in charts."""

DOT: Final = 4
"""Pixels."""

Options = dict[str, Any]
"""The options of ECharts: plain JSON."""
Span = tuple[float, float]
"""From and to, epoch seconds."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, and the same in a sentence for people who cannot see it."""

    options: Options
    alt: str
    height: int = HEIGHT
    """Pixels."""


@dataclass(frozen=True, slots=True)
class Unit:
    """How the values of a chart are written: steps from the largest to the smallest, each with its divisor."""

    steps: tuple[tuple[float, str], ...]
    written: Callable[[float | None], str]
    """One value in a sentence."""
    whole: bool = False
    """Whether there is nothing between two whole numbers."""
    number: str = "%.3g"
    """How a tooltip writes the scaled number, in the manner of printf."""
    most: float | None = None
    """The end of the axis where there is a natural one."""

    def step(self, values: Column) -> tuple[float, str]:
        """The step in which the value in the middle reads well: one unit for the whole chart."""
        known = [abs(value) for value in values if value]
        middle = median(known) if known else 0.0
        return next((step for step in self.steps if middle >= step[0]), self.steps[-1])


def _percent(value: float | None) -> str:
    return fmt.percent(value, 2)


MILLISECONDS: Final = Unit(((1000, " s"), (1, " ms"), (0.001, " µs")), fmt.latency)
PERCENT: Final = Unit(((1, " %"),), fmt.percent)
SHARE: Final = Unit(((1, " %"),), _percent, number="%.4g", most=100)
BYTES: Final = Unit(((1e12, " TB"), (1e9, " GB"), (1e6, " MB"), (1e3, " kB"), (1, " B")), fmt.nbytes)
RATE: Final = Unit(((1e6, " M/s"), (1e3, " k/s"), (1, "/s")), fmt.rate)
NUMBER: Final = Unit(((1, ""),), fmt.count, whole=True, number="%d")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name in legend and tooltip, its values, and its colour where that means something."""

    name: str
    values: Column
    colour: str | None = None


def lines(about: str, at: Sequence[float], drawn: Sequence[Line], unit: Unit, span: Span) -> Chart:
    """Lines over time. `at` is epoch seconds; None in a line is a gap; `span` is the time that the axis shows.

    The first line decides on the unit.
    """
    times, columns = thinned(at, [line.values for line in drawn])
    divisor, suffix = unit.step(columns[0])
    stamps = [round(moment * 1000) for moment in times]
    several = len(drawn) > 1
    options: Options = {
        **common(span),
        "grid": {"left": 4, "right": 16, "top": 32 if several else 8, "bottom": 2, "outerBoundsMode": "same"},
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            "transitionDuration": 0,
            "axisPointer": {"type": "line", "animation": False},
            "valueFormatter": unit.number + suffix.replace("%", "%%"),
        },
        "yAxis": {
            "type": "value",
            "min": 0,
            **({"max": unit.most, "interval": unit.most / 4} if unit.most is not None else {}),
            **({"minInterval": 1} if unit.whole else {}),
            "splitNumber": 3,
            "splitLine": {"lineStyle": {"opacity": 0.6}},
            "axisLabel": {"formatter": f"{{value}}{suffix}", "fontSize": LABEL},
        },
        "series": [
            _series(line, list(zip(stamps, _scaled(column, divisor, unit), strict=True)), shaded=not several)
            for line, column in zip(drawn, columns, strict=True)
        ],
    }
    if several:
        options["legend"] = legend([line.name for line in drawn], icon="roundRect")
    return Chart(options, f"{about}, {_latest(drawn, unit)}.")


def common(span: Span) -> Options:
    """What charts over time share: no animation, and an axis of time over exactly `span`."""
    return {"animation": False, "xAxis": time_axis(span)}


def time_axis(span: Span) -> Options:
    """Hours and minutes, and the day where a new one begins, as the browser's clock has them."""
    day = "{d} {MMM}"
    return {
        "type": "time",
        "min": round(span[0] * 1000),
        "max": round(span[1] * 1000),
        "splitNumber": 6,
        "splitLine": {"show": False},
        "axisLabel": {
            "fontSize": LABEL,
            "hideOverlap": True,
            "showMinLabel": False,
            "showMaxLabel": False,
            "formatter": {
                "year": "{yyyy}",
                "month": day,
                "day": day,
                "hour": "{HH}:{mm}",
                "minute": "{HH}:{mm}",
                "second": "{HH}:{mm}:{ss}",
            },
        },
    }


def legend(names: Sequence[str], *, icon: str) -> Options:
    """The names above the drawing. They hide nothing when they are clicked: what is hidden would look like a gap."""
    return {
        "data": list(names),
        "top": 0,
        "left": 0,
        "icon": icon,
        "itemWidth": 12,
        "itemHeight": 4 if icon == "roundRect" else 10,
        "itemGap": 14,
        "selectedMode": False,
        "textStyle": {"fontSize": LABEL},
    }


def thinned(at: Sequence[float], columns: Sequence[Column], points: int = POINTS) -> tuple[list[float], list[Column]]:
    """At most `points` points: neighbours are averaged; a point without any value stays a gap."""
    size = -(-len(at) // points) if at else 1
    if size <= 1:
        return list(at), [list(column) for column in columns]
    starts = range(0, len(at), size)
    return [at[start] for start in starts], [
        [_mean(column[start : start + size]) for start in starts] for column in columns
    ]


def span_of(at: Sequence[float], known: Sequence[bool], now: float, window: float) -> Span:
    """The time that the axes show: the window, or less of it while less is known, but five minutes at least."""
    first = next((moment for moment, is_known in zip(at, known, strict=True) if is_known), now)
    return max(now - window, min(first, now - SHORTEST)), now


def _series(line: Line, points: list[tuple[int, float | None]], *, shaded: bool) -> Options:
    known = [value is not None for _, value in points]
    alone = _alone(known)
    few = sum(known) <= FEW
    data: list[object] = [list(point) for point in points]
    if not few:
        # A line draws nothing for a point between two gaps, so such a point is a dot of its own.
        for place in alone:
            data[place] = {"value": data[place], "symbolSize": DOT}
    return {
        "type": "line",
        "name": line.name,
        "data": data,
        "connectNulls": False,
        "symbol": "circle",
        "symbolSize": DOT if few or not alone else 0,
        "showSymbol": few or bool(alone),
        "lineStyle": {"width": 1.75},
        **({"areaStyle": {"opacity": 0.1}} if shaded else {}),
        **({"itemStyle": {"color": line.colour}} if line.colour else {}),
        "emphasis": {"disabled": True},
    }


def _alone(known: Sequence[bool]) -> list[int]:
    """The places of points without a neighbour."""
    around = [False, *known, False]
    return [place for place in range(len(known)) if around[place + 1] and not (around[place] or around[place + 2])]


def _scaled(values: Column, divisor: float, unit: Unit) -> Column:
    return [None if value is None else _rounded(value / divisor, unit) for value in values]


def _rounded(value: float, unit: Unit) -> float:
    """Four digits, or a whole number. What is below the natural end is never rounded up to it: 99.999 % is not all."""
    if unit.whole:
        return round(value)
    short = float(f"{value:.4g}")
    if unit.most is not None and value < unit.most <= short:
        return unit.most - 0.01
    return short


def _latest(drawn: Sequence[Line], unit: Unit) -> str:
    """`now 8.1 ms`, and with several lines `now: median 8.1 ms, 95th percentile 14 ms`."""
    values = [next((value for value in reversed(line.values) if value is not None), None) for line in drawn]
    if len(drawn) == 1:
        return f"last {unit.written(values[0])}"
    return "last: " + ", ".join(f"{line.name} {unit.written(value)}" for line, value in zip(drawn, values, strict=True))


def _mean(values: Column) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
