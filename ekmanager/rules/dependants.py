"""What would miss a rule: streams fed by its memory sinks, and the rules that read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.rules.definition import DefinitionInvalid, read_definition, streams_in

_OPTION = re.compile(r"""(?P<name>\w+)\s*=\s*["'](?P<value>[^"']*)["']""")


def dependants(client: EKuiperClient, rules: Iterable[str]) -> list[str]:
    """A sentence for each stream that the rules feed and each rule that reads it; one call to the server.

    Only memory topics can be followed: what a broker passes on is not known to the server. Raises EKuiperError.
    """
    gone = set(rules)
    sections = client.ruleset.export().sections
    definitions = {rule: _read(text) for rule, text in sections.get("rules", {}).items()}
    readers: dict[str, list[str]] = {}
    for rule, document in definitions.items():
        for stream in streams_in(document) if rule not in gone else ():
            readers.setdefault(stream, []).append(rule)
    fed = {topic: rule for rule in gone for topic in _topics(definitions.get(rule, {}))}
    found = []
    for stream, sql in (sections.get("streams", {}) | sections.get("tables", {})).items():
        options = {match["name"].upper(): match["value"] for match in _OPTION.finditer(sql)}
        topic = options.get("DATASOURCE", "")
        if options.get("TYPE", "").lower() != "memory" or topic not in fed:
            continue
        by = ", ".join(f"`{rule}`" for rule in sorted(readers.get(stream, [])))
        reading = f" It is read by {by}." if by else ""
        found.append(f"`{stream}` gets its records from `{fed[topic]}` (memory topic `{topic}`).{reading}")
    return sorted(found)


def _read(text: str) -> dict[str, object]:
    try:
        return dict(read_definition(text))
    except DefinitionInvalid:
        return {}


def _topics(document: Mapping[str, object]) -> Iterator[str]:
    actions = document.get("actions")
    for action in actions if isinstance(actions, list) else ():
        memory = action.get("memory") if isinstance(action, dict) else None
        topic = memory.get("topic") if isinstance(memory, dict) else None
        if isinstance(topic, str):
            yield topic
