"""Whether a server would take a definition, before anything is stored, and which place of the SQL it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import NotSupported
from ekmanager.rules.advice import advise
from ekmanager.rules.definition import Definition, DefinitionInvalid, read_definition, streams_in, text_of
from ekmanager.rules.sql import Token, line_and_column, tokens


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. A valid definition can still fail: servers look at sinks, fields and the plan only later."""

    valid: bool
    message: str
    """Why not, in a sentence."""
    sources: tuple[str, ...]
    """Streams and tables that it reads."""
    place: tuple[int, int] | None
    """Line and column, from 1, in the text that `field` names."""
    by: Literal["server", "local"]
    """`local`: the server cannot check, so only what can be seen from here was."""
    field: Literal["sql", "definition", ""] = ""
    """What `place` is a place of: the SQL, or the text of the definition."""


_PREFIX = re.compile(
    r"^(?:(?:create|update|start|restart) rule error: |invalid (?:rule|ruledef) (?:json|graph): )+", re.I
)
_ECHO = re.compile(r"Parse SQL .*? error: ", re.S)
_RULE_ECHO = re.compile(r"^Parse rule .* error : (?:json: )?", re.S)
_NOT_SELECT = re.compile(r"^SQL .*? ?is not a select statement", re.S)
_NO_STREAM = re.compile(r"fail to get stream (?P<a>.*?), please check|^(?P<b>\S+) is not found\.?$", re.S)
_FOUND = re.compile(r'found "(?P<word>(?:[^"\\]|\\.)*)", (?:expected?|expects?) (?P<wanted>.*)', re.I | re.S)
_NAMED = re.compile(
    r"function (?P<a>[\w.]+) (?:not found|can only)|unknown field (?P<b>\S+)|invalid timeliteral (?P<c>\S+)"
    r"|arguments? for (?P<d>\w+) (?:should|is|are)|validate function (?P<e>\w+) error|call func (?P<f>\w+) error"
    r"|after non analytic function (?P<g>\w+)|Expect \d+ .*?for function (?P<h>\w+)",
    re.I,
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)+)"|`([^`]+)`')
_AFTER_OPERAND = ("from", "eof", "right paren", "join", "semicolon")


def check(client: EKuiperClient, document: Definition) -> Checked:
    """Asks the server; where it has no such route, looks at what can be seen from here. Raises EKuiperError."""
    try:
        text = text_of(document)
        decoded = read_definition(text)
    except DefinitionInvalid as error:
        place = None if error.line is None or error.column is None else (error.line, error.column)
        return Checked(False, error.message, (), place, "local", "definition")
    sql = decoded.get("sql")
    sql = sql if isinstance(sql, str) else ""
    try:
        answer = client.rules.validate(text)
    except NotSupported:
        known = {*client.streams.list(), *client.tables.list()}
        problem = next((item for item in advise(decoded, version="", streams=known) if item.level == "error"), None)
        if problem is None:
            return Checked(True, "", streams_in(decoded), None, "local")
        place = place_of(problem.message, sql) if problem.field == "sql" else None
        return Checked(False, problem.message, streams_in(decoded), place, "local", "sql" if place else "")
    if answer.valid:
        return Checked(True, "", answer.sources or streams_in(decoded), None, "server")
    place = place_of(answer.message, sql)
    message = plain(answer.message, sql)
    return Checked(False, message, streams_in(decoded), place, "server", "sql" if place else "")


def plain(message: str, sql: str = "") -> str:
    """The server's words as a sentence: without the SQL or the rule, which it repeats as a whole."""
    words = _stripped(message, sql)
    stream = _missing_stream(words)
    if stream is not None:
        return f"There is no stream or table {stream} on the server." if stream else "FROM names no stream."
    if _NOT_SELECT.match(words):
        return "This is not a SELECT statement."
    found = _FOUND.search(words)
    if found:
        wanted = found["wanted"].rstrip(". \n")
        word = "the end of the SQL" if found["word"] == "EOF" else f'"{_word(found)}"'
        return f"Expected {wanted} and found {word}." if wanted != "EOF" else f"{word} does not belong here."
    if words.startswith(("Parse SQL ", "SQL ")):
        return "The server cannot read this SQL. Its answer repeats all of it and was too long to see the reason."
    words = words.rstrip(". \n")
    return f"{words[:1].upper()}{words[1:]}." if words else "The server does not take it and gives no reason."


def place_of(message: str, sql: str) -> tuple[int, int] | None:
    """Line and column, from 1, of the word in the SQL that a message of eKuiper means; None where it names none."""
    if not sql.strip():
        return None
    words = _stripped(message, sql)
    token = _meant(words, tokens(sql))
    if token is not None:
        return line_and_column(sql, token.start)
    found = _FOUND.search(words)
    if found and found["word"] == "EOF":
        return line_and_column(sql, len(sql.rstrip().rstrip(";").rstrip()))
    return None


def _meant(words: str, all_tokens: list[Token]) -> Token | None:
    if not all_tokens:
        return None
    if _NOT_SELECT.match(words):
        return all_tokens[0]
    stream = _missing_stream(words)
    if stream is None:
        named = re.search(r"no stream or table (\S+) on the server", words)
        stream = named[1] if named else None
    if stream is not None:
        return _behind_from(stream, all_tokens)
    named = _NAMED.search(words)
    if named:
        name = next(group for group in named.groups() if group)
        return _called(name.rstrip(".").rpartition(".")[2], all_tokens)
    found = _FOUND.search(words)
    if found:
        return _unexpected(_word(found), found["wanted"].lower(), all_tokens)
    for quoted in _QUOTED.finditer(words):
        matching = [token for token in all_tokens if token.text == (quoted[1] or quoted[2])]
        if len(matching) == 1:
            return matching[0]
    return None


def _stripped(message: str, sql: str) -> str:
    """Only what the server has to say: it begins with its own prefixes and with the whole SQL or rule."""
    words = _PREFIX.sub("", message.strip())
    echo = f"Parse SQL {sql} error: "
    at = words.find(echo) if sql else -1
    if at >= 0:
        return words[at + len(echo) :]
    if words.startswith("Parse rule "):
        return _RULE_ECHO.sub("", words)
    return _ECHO.sub("", words, count=1)


def _missing_stream(words: str) -> str | None:
    found = _NO_STREAM.search(words.strip())
    if found is None:
        return None
    return (found["a"] or found["b"] or "").strip()


def _behind_from(name: str, all_tokens: list[Token]) -> Token | None:
    """The token with which a name behind FROM or JOIN begins; for an empty name, FROM itself."""
    for number, token in enumerate(all_tokens):
        if token.keyword in {"FROM", "JOIN"}:
            following = all_tokens[number + 1] if number + 1 < len(all_tokens) else None
            if not name and (following is None or following.keyword):
                return token
            if name and following is not None and following.kind == "name" and name.startswith(following.text):
                return following
    return None


def _called(name: str, all_tokens: list[Token]) -> Token | None:
    names = [token for token in all_tokens if token.kind == "name" and token.text.lower() == name.lower()]
    return next((token for token in names if token.text == name), names[0] if names else None)


def _word(found: re.Match[str]) -> str:
    """The word that was found: Go quotes it, and an unclosed string has its own quote in front."""
    return found["word"].replace('\\"', '"').lstrip('"')


def _unexpected(word: str, wanted: str, all_tokens: list[Token]) -> Token | None:
    """The token that the parser did not expect. Of several alike, one that stands where that could not stand."""
    numbers = [number for number, token in enumerate(all_tokens) if token.text.lower() == word.lower()]
    behind_operand = wanted.startswith(_AFTER_OPERAND)
    for number in numbers:
        before = all_tokens[number - 1] if number else None
        if wanted.startswith("by "):
            fits = before is not None and before.keyword in {"GROUP", "ORDER", "PARTITION"}
        else:
            fits = _ends_operand(before) is behind_operand
        if fits:
            return all_tokens[number]
    return all_tokens[numbers[0]] if numbers else None


def _ends_operand(token: Token | None) -> bool:
    """Whether a value can end with this token, so that an operator or a keyword must follow."""
    if token is None:
        return False
    if token.kind == "sign":
        return token.text in {")", "]", "*"}
    return not token.keyword or token.keyword in {"TRUE", "FALSE", "END"}
