"""The sinks of a rule as a form: several, each by its type's own properties or as JSON.

The form keeps what it was opened with and what was typed in the session, so a page may hand it the rule's actions as
they were opened, or those that it returned last; anything else is a new beginning (a template, a restored revision).
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import streamlit as st

from ekmanager.ekuiper.models import JSON
from ekmanager.rules.templates import ACTION_TEMPLATES
from ekmanager.ui.blocks.json_area import JsonDraft, json_area
from ekmanager.ui.blocks.property_fields import Seeds, property_field
from ekmanager.ui.properties import MISSING, PropertySpec, Stored, changed, exactly, masked, unmasked
from ekmanager.ui.sink_table import CONFIGURATION, CONNECTION
from ekmanager.ui.sinks import SinkCatalog, SinkSpec, starter
from ekmanager.ui.text import code, listed, plain, prose

_MORE = "Duplicate", "Move up", "Move down", "Remove"
_TLS = {"certificationPath", "privateKeyPath", "rootCaPath", "insecureSkipVerify"}


@dataclass
class _Item:
    """One sink in the form."""

    key: str
    action: JSON
    order: tuple[str, ...] = ()
    """The names of its properties as they came: changed ones keep their place."""
    as_json: bool = False
    draft: JsonDraft = field(default_factory=JsonDraft)
    seeds: Seeds = field(default_factory=dict)
    shelf: dict[str, dict[str, JSON]] = field(default_factory=dict)
    """Properties by type, of types that were chosen before."""
    problems: list[str] = field(default_factory=list)


@dataclass
class _Form:
    """The form in a session. `given` and `result`: the actions that came last, and those that were returned."""

    key: str
    items: list[_Item]
    given: str
    result: str = ""
    made: int = 0
    removed: tuple[int, _Item] | None = None

    def item(self, action: JSON) -> _Item:
        self.made += 1
        properties = _single(action)
        order = tuple(properties[1]) if properties else ()
        return _Item(f"{self.key}-{self.made}", action, order)


def actions_form(actions: Sequence[JSON], *, key: str, catalog: SinkCatalog) -> list[JSON]:
    """Draws the sinks of a rule for editing, and returns them as they stand now.

    Where something that was typed cannot be written (JSON with an error), the last good value is returned and
    `actions_problems` says why. Nothing changed: equal to `actions`, unknown properties and their order included.
    """
    form = _opened(actions, key)
    if catalog.problem:
        st.caption(
            f":orange[:material/warning:] The server's description of its sinks cannot be read, so only the usual "
            f"properties are shown. {prose(catalog.problem)}"
        )
    if not form.items:
        st.caption("No sink yet: the rule's results would go nowhere. Add at least one.")
    for place, item in enumerate(form.items):
        with st.container(border=True, key=f"{item.key}-box"):
            _item(form, place, item, catalog)
    _add(form, catalog)
    result = [copy.deepcopy(item.action) for item in form.items]
    form.result = exactly(result)
    return result


def actions_problems(key: str) -> tuple[str, ...]:
    """Why what stands in the form cannot be saved as it is: sentences, none when all is well."""
    form = st.session_state.get(_state(key))
    if not isinstance(form, _Form):
        return ()
    many = len(form.items) > 1
    return tuple(
        f"Sink {place}: {problem}" if many else problem
        for place, item in enumerate(form.items, 1)
        for problem in item.problems
    )


def _state(key: str) -> str:
    return f"{key}:sinks"


def _opened(actions: Sequence[JSON], key: str) -> _Form:
    """The form of this session, begun anew when these actions are not the ones that it is about."""
    given = exactly(list(actions))
    form = st.session_state.get(_state(key))
    if not isinstance(form, _Form) or given not in (form.given, form.result):
        # A token, so that fields of another beginning never meet these.
        form = _Form(f"{key}-{secrets.token_hex(3)}", [], given)
        form.items = [form.item(copy.deepcopy(action)) for action in actions]
        st.session_state[_state(key)] = form
    form.given = given
    return form


def _single(action: JSON) -> tuple[str, dict[str, JSON]] | None:
    """Type and properties of an action of the usual form: one type, one object of properties."""
    if not isinstance(action, dict) or len(action) != 1:
        return None
    sink_type, properties = next(iter(action.items()))
    return (sink_type, properties) if isinstance(properties, dict) else None


def _item(form: _Form, place: int, item: _Item, catalog: SinkCatalog) -> None:
    item.problems = []
    single = _single(item.action)
    head = st.container(horizontal=True, vertical_alignment="bottom", key=f"{item.key}-head")
    if single is None or item.as_json:
        # First the text, so that what is wrong with it is known to the head above it.
        if single is None and not item.draft.problem:
            st.caption("Not of the usual form, one type with its properties, so it is shown as JSON.")
        _json(item)
        single = _single(item.action)
        with head:
            st.markdown(f"**Sink {place + 1}**{' · ' + plain(single[0]) if single else ''}", width="content")
            _commands(form, place, item, switch=single is not None)
        return
    with head:
        sink_type, properties = _type(item, place, single, catalog)
        _commands(form, place, item, switch=True)
    item.action = {sink_type: _properties(item, properties, catalog.spec(sink_type), catalog)}


def _commands(form: _Form, place: int, item: _Item, *, switch: bool) -> None:
    st.space("stretch")
    if switch:
        broken = bool(item.draft.problem)
        st.toggle(
            "As JSON",
            item.as_json,
            key=f"{item.key}-as-json",
            disabled=broken,
            help="Mend the JSON first, or take back what was typed." if broken else None,
            on_change=_switch,
            args=(item,),
        )
    st.menu_button(
        "More",
        _possible(place, len(form.items)),
        key=f"{item.key}-more",
        type="tertiary",
        on_click=_command,
        args=(form, item),
    )


def _type(
    item: _Item, place: int, single: tuple[str, dict[str, JSON]], catalog: SinkCatalog
) -> tuple[str, dict[str, JSON]]:
    """The field of the type. Another type begins with what it was left with, or with its own template."""
    old, properties = single
    key = f"{item.key}-type"
    if key not in st.session_state:
        item.seeds[key] = old
    seed = item.seeds.get(key, old)
    options = list(catalog.types)
    if isinstance(seed, str) and seed not in options:
        options.append(seed)
    chosen = st.selectbox(
        f"Sink {place + 1}",
        options,
        index=options.index(str(seed)),
        format_func=lambda name: _named(catalog.spec(name)),
        key=key,
        accept_new_options=True,
        width=300,
    )
    if chosen in (None, "", old):
        return single
    item.shelf[old] = properties
    spec = catalog.spec(chosen)
    common = {each.name for specs in spec.common.values() for each in specs}
    carried = {name: value for name, value in properties.items() if name in common}
    properties = item.shelf.get(chosen) or {**_template(spec), **carried}
    item.order = tuple(properties)
    return chosen, properties


def _named(spec: SinkSpec) -> str:
    name = spec.type if spec.label.casefold() == spec.type.casefold() else f"{spec.label} ({spec.type})"
    return name if spec.listed else f"{name}, not listed by this server"


def _template(spec: SinkSpec) -> dict[str, JSON]:
    template = ACTION_TEMPLATES.get(spec.type)
    return starter(spec) if template is None else copy.deepcopy(template)


def _switch(item: _Item) -> None:
    """Between fields and JSON: both begin anew with the action as it is."""
    item.as_json = bool(st.session_state.get(f"{item.key}-as-json"))
    item.seeds.clear()
    item.draft = JsonDraft()
    properties = _single(item.action)
    item.order = tuple(properties[1]) if properties else ()


def _json(item: _Item) -> None:
    found = json_area("Action as JSON", masked(item.action), key=f"{item.key}-json", draft=item.draft)
    if item.draft.problem:
        item.problems.append(item.draft.problem)
    elif found is not MISSING:
        item.action = unmasked(found, item.action)
    if item.draft.problem:
        st.button(
            "Take back what was typed",
            key=f"{item.key}-back",
            icon=":material/undo:",
            on_click=_take_back,
            args=(item,),
        )


def _take_back(item: _Item) -> None:
    item.draft = JsonDraft()


def _properties(item: _Item, properties: dict[str, JSON], spec: SinkSpec, catalog: SinkCatalog) -> dict[str, JSON]:
    if not spec.listed:
        st.caption(f":orange[:material/warning:] The server does not list {code(spec.type)}: is its plugin installed?")
    elif spec.about:
        st.caption(plain(spec.about))
    shared = CONNECTION in properties and properties[CONNECTION] != ""
    configured = CONFIGURATION in properties
    access = _access(spec, properties, catalog)
    own = [_under_its_name(each, properties) for each in spec.properties]
    own = [each for each in own if each.name not in (CONNECTION, CONFIGURATION)]
    aside = [each for each in own if (each.connection_related and (shared or not each.required)) or each.name in _TLS]
    main = [each for each in own if each not in aside]
    changes: dict[str, Stored] = {}
    _fields(item, spec, properties, [*access, *main], changes)
    missing = [
        each.label for each in main if each.required and not configured and changes.get(each.name) in (MISSING, "")
    ]
    if missing:
        st.caption(f":orange[:material/warning:] Needed before the rule can run: {plain(listed(missing))}.")
    _folded(item, spec, properties, "Connection and certificates", {"": aside}, changes)
    _folded(item, spec, properties, "Output, pace and cache", spec.common, changes)
    _unknown(properties, own, spec)
    return changed(properties, changes, order=item.order)


def _under_its_name(spec: PropertySpec, properties: Mapping[str, JSON]) -> PropertySpec:
    """The sink for SQL takes its URL under two names."""
    if spec.name == "dburl" and "url" in properties and "dburl" not in properties:
        return replace(spec, name="url")
    return spec


def _access(spec: SinkSpec, properties: Mapping[str, JSON], catalog: SinkCatalog) -> list[PropertySpec]:
    """Choices of stored configurations and shared connections, where there are any, or one is used."""
    keys, connections = catalog.config_keys.get(spec.type, ()), catalog.connections.get(spec.type, ())
    found = []
    if keys or CONFIGURATION in properties:
        hint = "Properties stored on the server under a name. What is written below goes before them."
        found.append(PropertySpec(CONFIGURATION, "Stored configuration", hint, "choice", choices=keys))
    if connections or CONNECTION in properties:
        hint = "A connection that is defined once and used by several rules. Its address and login need not be given."
        found.append(PropertySpec(CONNECTION, "Shared connection", hint, "choice", choices=connections))
    return found


def _fields(
    item: _Item,
    spec: SinkSpec,
    properties: Mapping[str, JSON],
    specs: Sequence[PropertySpec],
    changes: dict[str, Stored],
) -> None:
    """Two fields a row, in reading order."""
    for start in range(0, len(specs), 2):
        for column, each in zip(st.columns(2), specs[start : start + 2], strict=False):
            with column:
                key = f"{item.key}-{spec.type}-{each.name}"
                answer = property_field(each, properties.get(each.name, MISSING), key=key, seeds=item.seeds)
            changes[each.name] = answer.value
            if answer.problem:
                item.problems.append(answer.problem)


def _folded(
    item: _Item,
    spec: SinkSpec,
    properties: Mapping[str, JSON],
    label: str,
    groups: Mapping[str, Sequence[PropertySpec]],
    changes: dict[str, Stored],
) -> None:
    names = [each.name for specs in groups.values() for each in specs]
    if not names:
        return
    used = sum(name in properties for name in names)
    shown = f"{label} · {used} set" if used else label
    folded = st.expander(shown, key=f"{item.key}-{spec.type}-{label}", on_change="rerun")
    # Drawn only when open: some forty fields a sink would make every rerun slow.
    if not folded.open:
        return
    with folded:
        for heading, specs in groups.items():
            if heading:
                st.markdown(f"**{heading}**")
            _fields(item, spec, properties, specs, changes)


def _unknown(properties: Mapping[str, JSON], own: Sequence[PropertySpec], spec: SinkSpec) -> None:
    known = {each.name for each in own} | {each.name for specs in spec.common.values() for each in specs}
    others = [name for name in properties if name not in known | {CONFIGURATION, CONNECTION}]
    if others:
        names = ", ".join(code(name) for name in others[:12])
        more = f" and {len(others) - 12} more" if len(others) > 12 else ""
        st.caption(f"Kept as they are, edited as JSON: {names}{more}")


def _possible(place: int, total: int) -> list[str]:
    impossible = {"Move up"} if place == 0 else set()
    impossible |= {"Move down"} if place == total - 1 else set()
    return [command for command in _MORE if command not in impossible]


def _command(form: _Form, item: _Item) -> None:
    command = st.session_state.get(f"{item.key}-more")
    place = form.items.index(item)
    if command == "Duplicate":
        form.items.insert(place + 1, form.item(copy.deepcopy(item.action)))
    elif command == "Move up" and place:
        form.items[place - 1 : place + 1] = [item, form.items[place - 1]]
    elif command == "Move down" and place < len(form.items) - 1:
        form.items[place : place + 2] = [form.items[place + 1], item]
    elif command == "Remove":
        form.removed = (place, item)
        del form.items[place]


def _add(form: _Form, catalog: SinkCatalog) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"{form.key}-foot"):
        st.menu_button(
            "Add a sink",
            list(catalog.types),
            key=f"{form.key}-add",
            icon=":material/add:",
            format_func=lambda name: _named(catalog.spec(name)),
            on_click=_new,
            args=(form, catalog),
        )
        if form.removed is not None:
            single = _single(form.removed[1].action)
            st.caption(f"Removed {code(single[0]) if single else 'a sink'}.", width="content")
            st.button("Undo", key=f"{form.key}-undo", type="tertiary", on_click=_undo, args=(form,))


def _new(form: _Form, catalog: SinkCatalog) -> None:
    chosen = st.session_state.get(f"{form.key}-add")
    if isinstance(chosen, str):
        form.items.append(form.item({chosen: _template(catalog.spec(chosen))}))


def _undo(form: _Form) -> None:
    if form.removed is None:
        return
    place, item = form.removed
    item.seeds.clear()
    form.items.insert(place, item)
    form.removed = None
