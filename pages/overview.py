"""The fleet at a glance: figures, what needs attention, every server, and the last day."""

import time

import streamlit as st

from ekmanager.ui.attention import concerns
from ekmanager.ui.blocks.attention import attention
from ekmanager.ui.blocks.figures import figures
from ekmanager.ui.blocks.fleet import fleet_block
from ekmanager.ui.blocks.fleet_charts import fleet_charts
from ekmanager.ui.blocks.notices import problem_notices
from ekmanager.ui.blocks.start import demo_banner, welcome
from ekmanager.ui.context import page_context
from ekmanager.ui.figures import fleet_figures
from ekmanager.ui.widgets.clock import tick

EVERY_MINUTE = 60.0


@st.fragment
def now(interval: int) -> None:
    """The live part: everything that the newest checks say."""
    tick(interval, key="overview")
    context = page_context()
    snapshots = context.snapshots()
    figures(fleet_figures(snapshots))
    attention(concerns(zip(context.entries, snapshots, strict=True)), context.frame, time.time())
    st.subheader("Fleet", anchor=False)
    fleet_block(context, "overview")


@st.fragment
def lately(interval: int) -> None:
    """The slow part: charts have a point every few minutes, so they are drawn once a minute."""
    tick(EVERY_MINUTE if interval else None, key="overview-charts")
    fleet_charts(page_context())


context = page_context()
st.title("Overview", anchor=False)
problem_notices(context)
demo_banner(context)
if context.entries:
    now(context.frame.refresh)
    lately(context.frame.refresh)
else:
    welcome(context)
