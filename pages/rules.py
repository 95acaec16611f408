"""The rules of one server: the list, the workspace of one rule, and the page on which a new one is written."""

import streamlit as st

from ekmanager.ui.blocks.dialogs import Dialog, open_dialog
from ekmanager.ui.blocks.notices import problem_notices
from ekmanager.ui.blocks.rule_draft import show_list, write_new
from ekmanager.ui.blocks.rule_editor import rule_editor
from ekmanager.ui.blocks.rule_workspace import workspace
from ekmanager.ui.blocks.rules_list import drafts, rules_list
from ekmanager.ui.blocks.server_header import not_well
from ekmanager.ui.blocks.start import no_server
from ekmanager.ui.context import page_context
from ekmanager.ui.rules_state import RulesPage
from ekmanager.ui.text import plain
from ekmanager.ui.widgets.page_events import WAY_BACK

context = page_context()
selected = context.selected
page = RulesPage.from_query(st.query_params.to_dict())
if selected is None:
    st.title("Rules", anchor=False)
    no_server(context)
else:
    problem_notices(context)
    if page.writes:
        not_well(context.snapshot(selected))
        st.button("All rules", key=WAY_BACK, icon=":material/arrow_back:", type="tertiary", on_click=show_list)
        st.title("New rule", anchor=False)
        st.caption(f"On {plain(selected.connection.name)}")
        rule_editor(selected.connection.id, "")
    elif page.rule:
        workspace(context, selected, page.rule, page.tab)
    else:
        about = selected.connection.id
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.title("Rules", anchor=False, width="content")
            with st.container(horizontal=True, width="content", key="toolbar"):
                st.button(
                    "Export all",
                    icon=":material/download:",
                    key="export",
                    on_click=open_dialog,
                    args=(Dialog("export_rules", about=about),),
                )
                st.button(
                    "Import",
                    icon=":material/upload:",
                    key="import",
                    on_click=open_dialog,
                    args=(Dialog("import_rules", about=about),),
                    disabled=not context.may_change,
                )
                st.button(
                    "New rule",
                    icon=":material/add:",
                    type="primary",
                    key="new-rule",
                    on_click=write_new,
                    disabled=not context.may_change,
                )
        st.caption(f"On {plain(selected.connection.name)}")
        drafts(selected)
        rules_list(about, context.frame.refresh)
