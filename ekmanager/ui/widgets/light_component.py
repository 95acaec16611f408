"""A component of Streamlit's first generation without data frames: its arguments and its value are JSON.

Streamlit imports pyarrow and pandas, some 90 MB, before it draws any such component, for those that pass tables.
The ones that we use pass numbers. What is done here is what `CustomComponent.create_instance` of Streamlit 1.67 does
without the tables; a test draws both and compares.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from streamlit.components.v1.custom_component import CustomComponent
from streamlit.delta_generator_singletons import get_dg_singleton_instance
from streamlit.elements.lib.form_utils import current_form_id
from streamlit.elements.lib.utils import compute_and_register_element_id
from streamlit.proto.Element_pb2 import Element
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx
from streamlit.runtime.state import register_widget


def light(component: CustomComponent) -> Callable[..., object]:
    """What draws `component` when it is called with its arguments; they must be JSON. Gives its value, or None."""

    def draw(*, key: str, **arguments: object) -> object:
        root = get_dg_singleton_instance().main_dg
        element = Element()
        instance = element.component_instance
        instance.component_name = component.name
        instance.form_id = current_form_id(root)
        instance.json_args = json.dumps({**arguments, "default": None, "key": key})
        instance.id = compute_and_register_element_id(
            "component_instance",
            user_key=key,
            key_as_main_identity={"name", "url"},
            dg=root,
            name=component.name,
            url=component.url,
            json_args=instance.json_args,
            special_args=[],
        )
        state = register_widget(
            instance.id,
            deserializer=_as_it_is,
            serializer=_as_it_is,
            ctx=get_script_run_ctx(),
            value_type="json_value",
        )
        root._enqueue("component_instance", instance)
        return state.value

    return draw


def _as_it_is(value: object) -> object:
    return value
