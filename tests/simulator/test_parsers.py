"""SQL, JSON and YAML: what is read, and how it is refused."""

from __future__ import annotations

import pytest

from ekmanager.simulator import gojson, yamltext
from ekmanager.simulator.cron import Cron
from ekmanager.simulator.ddl import parse_statement
from ekmanager.simulator.evaluate import EvaluationError, evaluate, is_true
from ekmanager.simulator.expressions import parse_expression
from ekmanager.simulator.flow import seconds
from ekmanager.simulator.select import parse_select
from ekmanager.simulator.tokens import BadSQL, Reader, tokenise


def test_a_select_tells_its_streams_window_and_fields() -> None:
    select = parse_select(
        "SELECT a.x AS y, count(*) FROM s AS a INNER JOIN t ON a.id = t.id WHERE a.x > 1 AND t.z LIKE 'q%' "
        "GROUP BY a.id, HOPPINGWINDOW(mi, 2, 1) HAVING count(*) > 1 ORDER BY y DESC LIMIT 5"
    )
    assert select.streams == ("s", "t")
    assert select.window is not None
    assert (select.window.kind, select.window.length, select.window.period) == ("HOPPING_WINDOW", 120.0, 60.0)
    assert select.fields_of("t") == ["id", "z"]
    assert select.limit == 5


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELEC x", "is not a select statement"),
        ("SELECT a b FROM s", "expected FROM"),
        ("SELECT FROM s", "expected expression"),
        ("SELECT (a FROM s", "expected right paren"),
        ("SELECT sum(a FROM s", 'function call "sum", expected \\)'),
        ("SELECT a FROM s GROUP BY TUMBLINGWINDOW(ss)", "should be 2"),
        ("SELECT a FROM s WHERE", "expected expression"),
        ("SELECT a FROM s GROUP BY TUMBLINGWINDOW(xx, 1)", "Invalid timeliteral"),
        ("SELECT a FROM s nonsense here", "expected EOF"),
    ],
)
def test_a_broken_select_is_refused_with_what_was_found(sql: str, message: str) -> None:
    with pytest.raises(BadSQL, match=message):
        parse_select(sql)


def test_a_create_statement_gives_nested_types_and_options() -> None:
    statement = parse_statement(
        'CREATE STREAM s (a ARRAY(STRUCT(b BIGINT)), c STRING) WITH (TYPE="memory", SHARED="true", RETAIN_SIZE="3")',
        newer=True,
    )
    definition = statement.definition
    assert definition is not None
    kind = {"Type": "array", "ElementType": {"Type": "struct", "Fields": [{"FieldType": "bigint", "Name": "b"}]}}
    assert definition.fields == (("a", kind), ("c", "string"))
    assert definition.options == {"type": "memory", "retainSize": 3, "shared": True}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("a BETWEEN 1 AND 3 AND name IN ('x', 'y')", True),
        ("name NOT LIKE '_'", False),
        ("CASE WHEN a > 5 THEN 'big' ELSE 'small' END", "small"),
        ("abs(-a)", 2),
        ("nested->deep[1]", 8),
        ("missing + 1", None),
        ("7 / 2", 3),
    ],
)
def test_expressions_are_evaluated(expression: str, value: object) -> None:
    record = {"a": 2, "name": "x", "nested": {"deep": [7, 8]}}
    assert evaluate(parse_expression(Reader(expression)), record) == value


def test_a_text_in_arithmetic_is_an_error_and_no_match() -> None:
    expression = parse_expression(Reader("a + 1 > 0"))
    with pytest.raises(EvaluationError, match="invalid operation string"):
        evaluate(expression, {"a": "text"})
    assert not is_true(expression, {"a": "text"})


@pytest.mark.parametrize(
    ("text", "streaming", "message"),
    [
        ("", True, "EOF"),
        ("", False, "unexpected end of JSON input"),
        ("{", True, "unexpected EOF"),
        ("{bad", False, "invalid character 'b' looking for beginning of object key string"),
        ("x", False, "invalid character 'x' looking for beginning of value"),
        ("nope", False, "invalid character 'o' in literal null (expecting 'u')"),
    ],
)
def test_bad_json_is_refused_in_the_words_of_the_server(text: str, streaming: bool, message: str) -> None:
    with pytest.raises(gojson.BadJSON) as caught:
        gojson.loads(text, streaming=streaming)
    assert str(caught.value) == message


def test_json_is_written_compact_with_html_escaped() -> None:
    assert gojson.dumps({"a": "x > y & z"}) == '{"a":"x \\u003e y \\u0026 z"}'


def test_yaml_is_read_as_it_was_written() -> None:
    value = {
        "streams": {"s": {"sql": 'CREATE STREAM s () WITH (TYPE="x")'}},
        "list": [1, 2.5, "text", {"a": True, "b": [None, "x: y"]}, [1, [2]]],
        "odd": {"a key: with colon": "  spaces ", "empty": {}, "none": []},
        "lines": "one\ntwo",
    }
    assert yamltext.load(yamltext.dump(value)) == value


def test_yaml_reads_texts_over_several_lines() -> None:
    assert yamltext.load("a:\n    b: |-\n        one\n        two\nc: 1\n") == {"a": {"b": "one\ntwo"}, "c": 1}


def test_bad_yaml_is_refused() -> None:
    with pytest.raises(yamltext.BadYAML):
        yamltext.load(":\n- [")


def test_schedules_know_their_next_and_last_slot() -> None:
    cron = Cron("*/15 9-17 * * 1-5")
    monday = 1_800_000_000.0 - 1_800_000_000 % 604_800 + 4 * 86_400
    assert cron.next(monday) == monday + 9 * 3600
    assert cron.next(monday + 9 * 3600) == monday + 9 * 3600 + 900
    assert cron.previous(monday + 20 * 3600) == monday + 17 * 3600 + 45 * 60


@pytest.mark.parametrize(("text", "value"), [("1m30s", 90.0), ("200ms", 0.2), (500, 0.5), ("250", 0.25), ("x", 0.0)])
def test_durations_are_read(text: object, value: float) -> None:
    assert seconds(text) == pytest.approx(value)


def test_comments_of_both_kinds_are_no_part_of_a_statement() -> None:
    plain = [token.text for token in tokenise("SELECT a FROM b WHERE c > 1")]
    assert [token.text for token in tokenise("SELECT a /* what\nfor */ FROM b -- whence\nWHERE c > 1")] == plain
