"""The charts of one server over a chosen time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from ekmanager.health.model import Status
from ekmanager.health.series import Series
from ekmanager.ui import format as fmt
from ekmanager.ui.charts.base import (
    BYTES,
    LABEL,
    MILLISECONDS,
    NUMBER,
    PERCENT,
    RATE,
    Chart,
    Line,
    Options,
    Span,
    common,
    legend,
    lines,
)
from ekmanager.ui.widgets.status import LOOKS

TIMELINE_HEIGHT = 96
SMALLEST = 1 / 400
"""The part of the axis that a span without service is drawn over at least: an outage is never too short to be seen."""
ROOM = 1 / 25
"""The part of the axis from which on a span has room for its mark."""
WIDE = 1 / 5
"""The part from which on it has room for its word too."""

STATUS_COLOURS = {
    Status.ONLINE: "#1a7f47",
    Status.UNAUTHORIZED: "#b35f06",
    Status.ERROR: "#8f52d9",
    Status.OFFLINE: "#cf382b",
    Status.UNKNOWN: "#6c7585",
}
"""3:1 on light and dark ground, 4.5:1 under white words; legend, labels and tooltips say the same in words."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A span in which every check found the same."""

    start: float
    end: float
    status: Status


def segments(series: Series, until: float) -> list[Segment]:
    """Neighbours of the same status as one; a gap stays empty. The last one ends at `until` (epoch seconds)."""
    found: list[Segment] = []
    ends = [*series.at[1:], max(until, series.at[-1])] if series.at else []
    for start, end, status in zip(series.at, ends, series.status, strict=True):
        if status is None:
            continue
        if found and found[-1].status is status and found[-1].end == start:
            found[-1] = Segment(found[-1].start, end, status)
        else:
            found.append(Segment(start, end, status))
    return found


def timeline(series: Series, span: Span, zone: tzinfo | None = None) -> Chart:
    """The status over time as one bar. `zone` is the viewer's, for the times in tooltips."""
    drawn = segments(series, min(span[1], (series.at[-1] + max(series.step, 10)) if series.at else span[1]))
    drawn = [segment for segment in drawn if segment.end > span[0]]
    present = [status for status in LOOKS if any(segment.status is status for segment in drawn)]
    named = {status: f"{LOOKS[status].mark} {LOOKS[status].word}" for status in present}
    options: Options = {
        **common(span),
        "grid": {"left": 6, "right": 16, "top": 30, "bottom": 2, "outerBoundsMode": "same"},
        "tooltip": {"trigger": "item", "confine": True, "transitionDuration": 0, "formatter": "{b}"},
        "legend": legend(list(named.values()), icon="rect"),
        "yAxis": {"type": "value", "min": 0, "max": 1, "show": False},
        "series": [
            {
                "type": "line",
                "name": named[status],
                "data": [],
                "itemStyle": {"color": STATUS_COLOURS[status]},
                "markArea": {
                    "itemStyle": {"color": STATUS_COLOURS[status]},
                    "emphasis": {"disabled": True},
                    "label": {"color": "#ffffff", "fontSize": LABEL, "position": "inside", "silent": True},
                    "data": [_area(segment, span, zone) for segment in drawn if segment.status is status],
                },
            }
            for status in present
        ],
    }
    return Chart(options, _told(drawn, span), TIMELINE_HEIGHT)


def latency(series: Series, span: Span) -> Chart:
    """Mean, and the slowest check where a point stands for several."""
    drawn = [Line("mean" if series.step else "check", series.latency_ms)]
    if series.step:
        drawn.append(Line("slowest", series.latency_max_ms))
    return lines("Latency", series.at, drawn, MILLISECONDS, span)


def cpu(series: Series, span: Span) -> Chart:
    """The server's own figure for its machine."""
    return lines("CPU", series.at, [Line("CPU", series.cpu)], PERCENT, span)


def memory(series: Series, span: Span) -> Chart:
    """Memory in use, as the server says."""
    return lines("Memory in use", series.at, [Line("used", series.memory_used)], BYTES, span)


def rules(series: Series, span: Span) -> Chart:
    """Rules by state; failing ones are not among the running."""
    drawn = [
        Line("running", series.running, STATUS_COLOURS[Status.ONLINE]),
        Line("stopped", series.stopped, STATUS_COLOURS[Status.UNKNOWN]),
        Line("failing", series.failing, STATUS_COLOURS[Status.OFFLINE]),
    ]
    return lines("Rules by state", series.at, drawn, NUMBER, span)


def records(series: Series, span: Span) -> Chart:
    """Records a second into and out of the sampled rules."""
    drawn = [Line("in", series.in_per_second), Line("out", series.out_per_second)]
    return lines("Records a second", series.at, drawn, RATE, span)


def _area(segment: Segment, span: Span, zone: tzinfo | None) -> list[Options]:
    start, end = max(segment.start, span[0]), segment.end
    whole = span[1] - span[0]
    if segment.status is not Status.ONLINE:
        end = max(end, start + whole * SMALLEST)
    shown = LOOKS[segment.status]
    (day, first), (other, last) = (fmt.moment(at, zone).split(" ") for at in (segment.start, segment.end))
    until = last if other == day else f"{other} {last}"
    name = f"{shown.mark} {shown.word} for {fmt.duration(segment.end - segment.start)} · {day} {first} – {until}"
    part = (end - start) / whole
    label = f"{shown.mark} {shown.word}" if part >= WIDE else shown.mark if part >= ROOM else ""
    return [
        {"name": name, "xAxis": round(start * 1000), "label": {"show": bool(label), "formatter": label}},
        {"xAxis": round(end * 1000)},
    ]


def _told(drawn: list[Segment], span: Span) -> str:
    if not drawn:
        return "Status over time: nothing is known."
    last = drawn[-1]
    others = sum(segment.status is not Status.ONLINE for segment in drawn)
    return (
        f"Status over {fmt.duration(span[1] - span[0])}: {LOOKS[last.status].word.lower()} at the end, "
        f"{others} {'span' if others == 1 else 'spans'} not online."
    )
