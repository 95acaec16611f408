"""One field a property. What was not touched is what was stored, letter by letter; an emptied field is not written."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ekmanager.ui.properties import (
    MASK,
    MISSING,
    Drawn,
    Missing,
    PropertySpec,
    Stored,
    as_text,
    drawn_as,
    exactly,
    masked,
    parsed,
    short,
    shown_default,
    unmasked,
)
from ekmanager.ui.text import plain, prose

Seeds = MutableMapping[str, Stored]
"""By widget key: what was stored when that widget came to the page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a field says: the value to write, and why what stands in it cannot be written."""

    value: Stored
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """A field and where it is."""

    spec: PropertySpec
    seed: Stored
    key: str
    seeds: Seeds

    @property
    def draft(self) -> str:
        """Under this name the seeds keep a text that is not JSON yet, should the field leave the page."""
        return f"{self.key}:typed"

    @property
    def label(self) -> str:
        return plain(self.spec.label) + (" *" if self.spec.required else "")

    @property
    def help(self) -> str | None:
        name = "" if self.spec.name == self.spec.label else f" `{self.spec.name}`"
        return f"{prose(self.spec.hint)}{name}".strip() or None

    @property
    def empty(self) -> str:
        return shown_default(self.spec)


def property_field(spec: PropertySpec, stored: Stored, *, key: str, seeds: Seeds) -> Answer:
    """Draws the field of a property and says what it holds.

    `stored` is what is to be shown when the field is new on the page; while it stays there it keeps what was typed.
    """
    if key not in st.session_state:
        seeds[key] = stored
    seed = seeds.get(key, stored)
    drawn = drawn_as(spec, seed)
    answer = _DRAW[drawn](_Place(spec, seed, key, seeds))
    if answer.problem:
        st.caption(f":red[:material/error:] {prose(answer.problem)}")
        return Answer(stored, f"{spec.label}: {answer.problem}")
    return answer


def _text(place: _Place) -> Answer:
    shown = place.seed if isinstance(place.seed, str) else ""
    typed = st.text_input(
        place.label, shown, key=place.key, help=place.help, placeholder=place.empty, autocomplete="off"
    )
    return _kept_or(place, shown, typed or "", typed or MISSING)


def _long(place: _Place) -> Answer:
    shown = place.seed if isinstance(place.seed, str) else ""
    typed = st.text_area(place.label, shown, key=place.key, help=place.help, placeholder=place.empty, height=96)
    return _kept_or(place, shown, typed or "", typed or MISSING)


def _secret(place: _Place) -> Answer:
    kept = place.seed is not MISSING and place.seed != ""
    placeholder = "Kept. Type to replace it" if kept else place.empty
    # Live: a password field hands nothing over while the focus is on its own eye button, where Tab leads (observed in
    # Streamlit 1.67), so that a secret typed there was lost.
    typed = st.text_input(
        place.label,
        key=place.key,
        type="password",
        help=place.help,
        placeholder=placeholder,
        autocomplete="new-password",
        live=True,
    )
    if typed:
        return Answer(typed)
    if not kept:
        return Answer(place.seed)
    removed = not place.spec.required and st.checkbox(f"Remove: {place.label}", key=f"{place.key}-removed")
    if place.seed == MASK and not removed:
        st.caption("The server keeps the old one for as long as this is left alone.")
    return Answer(MISSING if removed else place.seed)


def _int(place: _Place) -> Answer:
    shown = place.seed if isinstance(place.seed, int) else None
    typed = st.number_input(
        place.label, value=shown, step=1, key=place.key, help=place.help, placeholder=place.empty, format="%d"
    )
    return _kept_or(place, shown, typed, MISSING if typed is None else int(typed))


def _float(place: _Place) -> Answer:
    shown = float(place.seed) if isinstance(place.seed, int | float) else None
    typed = st.number_input(
        place.label, value=shown, step=0.1, key=place.key, help=place.help, placeholder=place.empty, format="%g"
    )
    return _kept_or(place, shown, typed, MISSING if typed is None else float(typed))


def _bool(place: _Place) -> Answer:
    return _selected(place, place.seed if isinstance(place.seed, bool) else MISSING, [True, False])


def _choice(place: _Place) -> Answer:
    options: list[str | int | float] = list(place.spec.choices)
    stored = place.seed if isinstance(place.seed, str | int | float) else MISSING
    if stored is not MISSING and all(exactly(option) != exactly(stored) for option in options):
        options.append(stored)
    return _selected(place, stored, options)


def _selected(place: _Place, stored: str | int | float | Missing, choices: Sequence[str | int | float]) -> Answer:
    """A drop-down. Streamlit lets one be emptied only when it began empty, so others offer not to be set."""
    words: dict[Any, str] = dict(zip(place.spec.choices, place.spec.labels, strict=False))
    words[MISSING] = f"Not set: {place.empty}" if place.spec.default not in (None, "") else "Not set"
    options: list[Any] = [*choices] if stored is MISSING else [MISSING, *choices]
    index = None if stored is MISSING else 1 + [exactly(choice) for choice in choices].index(exactly(stored))
    chosen = st.selectbox(
        place.label,
        options,
        index=index,
        format_func=lambda value: words.get(value) or short(value),
        key=place.key,
        help=place.help,
        placeholder=place.empty,
        accept_new_options=all(isinstance(choice, str) for choice in choices),
    )
    now = MISSING if chosen is None or chosen == "" else chosen
    return _kept_or(place, stored, now, now)


def _list(place: _Place) -> Answer:
    shown = [value for value in place.seed if isinstance(value, str)] if isinstance(place.seed, list) else []
    offered = [choice for choice in place.spec.choices if isinstance(choice, str)]
    chosen = st.multiselect(
        place.label,
        list(dict.fromkeys([*offered, *shown])),
        shown,
        key=place.key,
        help=place.help,
        placeholder="Type a name and press Enter",
        accept_new_options=True,
    )
    return _kept_or(place, shown, list(chosen), MISSING if not chosen else list(chosen))


def _json(place: _Place) -> Answer:
    original = "" if place.seed is MISSING else as_text(masked(place.seed))
    draft = place.seeds.get(place.draft)
    typed = st.text_area(
        f"{place.label} (JSON)",
        draft if isinstance(draft, str) else original,
        key=place.key,
        help=place.help,
        placeholder=place.empty,
        height=96,
    )
    place.seeds.pop(place.draft, None)
    if typed == original:
        return Answer(place.seed)
    if not typed or not typed.strip():
        return Answer(MISSING)
    found = parsed(typed)
    problem = found.problem
    if not problem and place.spec.kind == "object" and not isinstance(found.value, dict | list):
        problem = 'An object is expected: {"name": "value"}.'
    if problem:
        place.seeds[place.draft] = typed
        return Answer(MISSING, problem)
    old = None if place.seed is MISSING else place.seed
    return Answer(MISSING if found.value is MISSING else unmasked(found.value, old))


def _kept_or(place: _Place, shown: object, now: object, value: Stored) -> Answer:
    """What was stored when the field says the same as in the beginning, else the new value."""
    return Answer(place.seed if now == shown else value)


_DRAW: dict[Drawn, Callable[[_Place], Answer]] = {
    "text": _text,
    "secret": _secret,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "choice": _choice,
    "list": _list,
    "object": _json,
    "long": _long,
    "json": _json,
}
