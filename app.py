"""`streamlit run app.py`: the pages and, on the same port, the HTTP API under `/api`."""

import streamlit as st

from ekmanager.ui import asgi

asgi.build()
app = st.App(asgi.SCRIPT, routes=asgi.routes(), middleware=asgi.middleware(), lifespan=asgi.lifespan)
