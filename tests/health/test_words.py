"""Spans and texts for people."""

from __future__ import annotations

import pytest

from ekmanager.health.words import ended, looks_like_html, one_line, span


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (-5, "0 s"),
        (0.4, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (90, "1 min 30 s"),
        (3600, "1 h"),
        (3661, "1 h 1 min"),
        (3605, "1 h"),
        (90_000, "1 d 1 h"),
        (86_400 * 400, "400 d"),
    ],
)
def test_a_span_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_a_text_becomes_one_short_line() -> None:
    assert one_line("a\n\tb\x00c\u202ed") == "a b c d"
    assert len(one_line("x" * 10_000)) == 200
    assert one_line("x" * 10, 5) == "xxxx…"


def test_the_words_of_others_end_as_a_sentence_does() -> None:
    assert ended("Internal Server Error") == "Internal Server Error."
    assert [ended(text) for text in ("", "No.", "Why?", "cut…")] == ["", "No.", "Why?", "cut…"]


def test_a_web_page_is_recognised() -> None:
    assert looks_like_html("\ufeff \n<!DOCTYPE html>")
    assert looks_like_html("<HTML>")
    assert not looks_like_html('{"a": "<html>"}')
