from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any, cast

import pytest

from ekmanager.ui import format as formats

TABLE = Path(formats.__file__).parent / "frontend" / "test" / "format-cases.json"
CASES = [
    (name, given, expected) for name, rows in json.loads(TABLE.read_text("utf-8")).items() for given, expected in rows
]


@pytest.mark.parametrize(("name", "given", "expected"), CASES)
def test_numbers_read_as_in_the_browser(name: str, given: list[Any], expected: str) -> None:
    assert function(name)(*given) == expected


def test_the_table_covers_every_function() -> None:
    public = {name for name, value in vars(formats).items() if callable(value) and value.__module__ == formats.__name__}
    assert {name for name in public if not name.startswith("_")} == {name for name, _, _ in CASES}


@pytest.mark.parametrize("name", sorted({name for name, _, _ in CASES}))
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_not_a_number_is_not_known(name: str, value: float) -> None:
    arguments = (value, 1) if name in {"memory", "age"} else (value,)
    assert function(name)(*arguments) == formats.UNKNOWN


def test_a_moment_is_told_in_the_zone_of_the_viewer() -> None:
    assert formats.moment(0, timezone(timedelta(hours=5, minutes=30))) == "1970-01-01 05:30:00"


def function(name: str) -> Callable[..., str]:
    return cast("Callable[..., str]", getattr(formats, name))
