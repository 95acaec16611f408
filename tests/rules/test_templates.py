"""Templates run on the demo fleet as they are."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.models import State
from ekmanager.rules.advice import advise
from ekmanager.rules.checking import check
from ekmanager.rules.definition import streams_in
from ekmanager.rules.options import OPTIONS, option_names
from ekmanager.rules.templates import ACTION_TEMPLATES, TEMPLATES
from ekmanager.simulator import DemoFleet

HEALTHY = ("plant-1/line-1", "plant-2/line-1")


@pytest.fixture(scope="module")
def fleet() -> Iterator[DemoFleet]:
    demo = DemoFleet(slow=0.05)
    demo.start()
    yield demo
    demo.stop()


@pytest.mark.parametrize("name", HEALTHY)
def test_every_template_runs_on_the_demo_fleet_and_passes_records(fleet: DemoFleet, name: str) -> None:
    url = next(server.url for server in fleet.servers if server.name == name)
    with EKuiperClient(url) as client:
        known = [stream.name for stream in client.streams.details()] + [row.name for row in client.tables.details()]
        existing = [rule.id for rule in client.rules.list()]
        version = client.get_info().version
        for template in TEMPLATES:
            document = template.document()
            assert check(client, document).valid
            found = advise(document, version=version, streams=known, existing=existing)
            assert [advice for advice in found if advice.level != "info"] == []
            client.rules.create(document)
        engine = fleet.server(name).engine
        engine.now = lambda: time.time() + 30.0
        for template in TEMPLATES:
            status = client.rules.status(template.id)
            assert status.state is State.RUNNING
            assert all(sink.records_in_total > 0 for sink in status.sinks), template.id
            assert not any(operator.exceptions_total for operator in status.operators)


def test_templates_say_what_they_read() -> None:
    for template in TEMPLATES:
        assert streams_in(template.document()) == (*template.streams, *template.tables)


def test_a_document_of_a_template_is_a_copy() -> None:
    document = TEMPLATES[0].document("other")
    actions = document["actions"]
    assert isinstance(actions, list)
    actions.clear()
    assert document["id"] == "other"
    assert TEMPLATES[0].document()["actions"]


def test_sinks_that_people_use_most_have_a_template() -> None:
    assert set(ACTION_TEMPLATES) == {"mqtt", "log", "rest", "memory", "file", "redis", "sql", "nop"}


def test_options_have_a_meaning_and_a_default_of_their_kind() -> None:
    assert len({spec.name for spec in OPTIONS}) == len(OPTIONS)
    for spec in OPTIONS:
        assert spec.help.endswith((".", "]."))
        if spec.kind == "bool":
            assert isinstance(spec.default, bool)
        if spec.kind == "choice":
            assert spec.default in {value for value, _ in spec.choices}


def test_defaults_and_names_depend_on_the_version() -> None:
    send_error = next(spec for spec in OPTIONS if spec.name == "sendError")
    assert (send_error.default_on("1.14.7"), send_error.default_on("2.4.0")) == (True, False)
    assert "sendNilField" in option_names("2.4.0")
    assert "sendNilField" not in option_names("1.14.7")
    assert "restartStrategy.delay" in option_names("1.14.7")
    assert "restartStrategy.delay" not in option_names("2.4.0")
