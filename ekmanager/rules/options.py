"""The options of a rule: what they mean, what they are unless set, and which generation of servers knows them.

Names and defaults are those of the sources of 1.14 and 2.4.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ekmanager.rules.definition import is_old

Kind = Literal["int", "bool", "duration", "text", "choice"]


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """One option, for a form. A dot in its name leads into an object: `restartStrategy.attempts`."""

    name: str
    label: str
    kind: Kind
    default: int | float | bool | str
    choices: tuple[tuple[int | str, str], ...]
    """Values with what they mean."""
    help: str
    unit: str = ""
    """`ms`: a duration is a whole number of milliseconds; empty: text such as `30m`."""
    old_default: int | float | bool | str | None = None
    """The default of 1.14 where it is another one."""
    generations: tuple[int, ...] = (1, 2)
    """1 and 2: the first number of the versions that know it."""

    def default_on(self, version: str) -> int | float | bool | str:
        """What a server of this version takes when the option is not set."""
        return self.old_default if self.old_default is not None and is_old(version) else self.default

    def known_to(self, version: str) -> bool:
        """Whether a server of this version knows it; of an unknown version: whether 2.4 does."""
        return (1 if is_old(version) else 2) in self.generations


_QOS = ((0, "at most once"), (1, "at least once"), (2, "exactly once"))
_NEW, _OLD = (2,), (1,)

OPTIONS: tuple[OptionSpec, ...] = (
    OptionSpec(
        "qos",
        "Quality of service",
        "choice",
        0,
        _QOS,
        "Above 0 the state of the rule is saved at intervals, and a restart goes on from there. It costs throughput.",
    ),
    OptionSpec(
        "checkpointInterval",
        "Save the state every",
        "duration",
        300_000,
        (),
        "How often the state is saved. Only with a quality of service above 0.",
        unit="ms",
    ),
    OptionSpec(
        "enableSaveStateBeforeStop",
        "Save the state before a stop",
        "bool",
        False,
        (),
        "Saves once more when the rule is stopped, so that a planned stop loses nothing. Only with a quality of "
        "service above 0.",
        generations=_NEW,
    ),
    OptionSpec(
        "bufferLength",
        "Buffer of an operator",
        "int",
        1024,
        (),
        "Messages that wait in memory before each operator. When it is full, 2.4 drops messages and counts exceptions.",
    ),
    OptionSpec(
        "disableBufferFullDiscard",
        "Wait when a buffer is full",
        "bool",
        False,
        (),
        "The operators before it wait, where otherwise messages are dropped.",
        generations=_NEW,
    ),
    OptionSpec(
        "concurrency",
        "Instances of an operator",
        "int",
        1,
        (),
        "How many of each operator work side by side. Above 1 the order of messages may change.",
    ),
    OptionSpec(
        "sendError",
        "Send errors to the sinks",
        "bool",
        False,
        (),
        "An error goes through the rule to its sinks as a message; otherwise only into the log.",
        old_default=True,
    ),
    OptionSpec(
        "sendMetaToSink",
        "Send metadata to the sinks",
        "bool",
        False,
        (),
        "What the source knows of a message, such as its topic, comes with it. Not for rules with a window.",
    ),
    OptionSpec(
        "sendNilField",
        "Send fields without a value",
        "bool",
        False,
        (),
        "A field without a value is in the output as null; otherwise it is left out.",
        generations=_NEW,
    ),
    OptionSpec(
        "isEventTime",
        "Event time",
        "bool",
        False,
        (),
        "Windows go by the time in the data: the stream names the field with its TIMESTAMP option.",
    ),
    OptionSpec(
        "lateTolerance",
        "Wait for late messages",
        "duration",
        1_000,
        (),
        "With event time: how much later than others a message may come before it is dropped.",
        unit="ms",
    ),
    OptionSpec(
        "cron",
        "Start at",
        "text",
        "",
        (),
        "Five fields (minute, hour, day, month, weekday), such as 0 1 * * * for one o'clock. Only together with a "
        "duration.",
    ),
    OptionSpec(
        "duration",
        "Run for",
        "duration",
        "",
        (),
        "How long a run lasts, such as 30m. Without a schedule 2.4 stops the rule after this time, "
        "and 1.14 ignores it.",
    ),
    OptionSpec(
        "cronDatetimeRange",
        "Only between",
        "text",
        "",
        (),
        'Times in which the schedule counts: [{"begin": "2030-01-01 00:00:00", "end": "2030-02-01 00:00:00"}].',
    ),
    OptionSpec(
        "restartStrategy.attempts",
        "Restarts after an error",
        "int",
        0,
        (),
        "How often 1.14 starts the rule again by itself; 0: never. 2.4.0 takes the number, and nothing in its source "
        "uses it.",
    ),
    OptionSpec(
        "restartStrategy.delay",
        "Pause before a restart",
        "int",
        1_000,
        (),
        "Milliseconds before the first restart.",
        unit="ms",
        generations=_OLD,
    ),
    OptionSpec(
        "restartStrategy.multiplier",
        "Growth of the pause",
        "text",
        2,
        (),
        "Each pause is so many times as long as the one before.",
        generations=_OLD,
    ),
    OptionSpec(
        "restartStrategy.maxDelay",
        "Longest pause",
        "int",
        30_000,
        (),
        "Milliseconds that a pause lasts at most.",
        unit="ms",
        generations=_OLD,
    ),
    OptionSpec(
        "restartStrategy.jitterFactor",
        "Random part of the pause",
        "text",
        0.1,
        (),
        "By which part of itself a pause varies, so that rules do not restart in step.",
        generations=_OLD,
    ),
    OptionSpec(
        "planOptimizeStrategy.enableIncrementalWindow",
        "Count windows as messages come",
        "bool",
        False,
        (),
        "Aggregates of a window are kept up to date message by message; less memory for long windows.",
        generations=_NEW,
    ),
    OptionSpec(
        "notifySub",
        "Notify rules that read its topic",
        "bool",
        False,
        (),
        "Tells rules that read from this one through memory when it ends.",
        generations=_NEW,
    ),
    OptionSpec(
        "forceExitTimeout",
        "Longest stop",
        "duration",
        0,
        (),
        "How long a stop waits for operators that hang; 0: as the server is configured.",
        unit="ms",
        generations=_NEW,
    ),
    OptionSpec("debug", "Debug log", "bool", False, (), "Writes what the rule does into the log of the server."),
    OptionSpec(
        "logFilename",
        "Log file of its own",
        "text",
        "",
        (),
        "A file in the log folder of the server, for this rule only.",
    ),
)

_MORE = frozenset(["experiment"])
"""Options of 2.4 that are not offered, and not unknown either."""
_MORE_PLAN = frozenset(["enableAliasPushdown", "disableAliasRefCal", "optimizeControl", "windowOption"])


def option_names(version: str) -> frozenset[str]:
    """Every option that a server of this version reads, with dots into objects (those of the plan also by prefix)."""
    names = {spec.name for spec in OPTIONS if spec.known_to(version)}
    if not is_old(version):
        names |= _MORE | {f"planOptimizeStrategy.{name}" for name in _MORE_PLAN}
    return frozenset(names)
