"""How this app is set up: where connections live, how servers are checked, how it looks, what it is."""

import streamlit as st

from ekmanager.ui.blocks.settings_sections import about, appearance, checks, http_api, where_connections_live
from ekmanager.ui.blocks.start import demo_banner
from ekmanager.ui.context import page_context

context = page_context()
st.title("Settings", anchor=False)
demo_banner(context)
st.subheader("Connections", anchor=False)
where_connections_live(context)
st.subheader("Checks", anchor=False)
checks(context)
st.subheader("Appearance", anchor=False)
appearance(context)
st.subheader("HTTP API", anchor=False)
http_api(context)
st.subheader("About", anchor=False)
about()
