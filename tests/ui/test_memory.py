"""What keeps the process small: libraries that no page loads, and memory that is given back."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest
from streamlit.components.v1.custom_component import CustomComponent
from streamlit.testing.v1 import AppTest

from tests.ui.pages import ROOT

HEAVY = ("altair", "pandas", "pyarrow")

PAGES = """
import sys, time
from ekmanager.health.history import Sample
from ekmanager.health.model import Status
from ekmanager.services import Services, set_services
from ekmanager.settings import Settings
from ekmanager.ui.blocks import server_extras
from tests.ui.pages import BROWSER, Desk, asked, failing, healthy, key_of, nothing, offline

services = Services(Settings())
set_services(services)
services.browsers.open(BROWSER).restore(None)
desk = Desk(services)
services.monitor.snapshot = lambda key: desk.health[key]
services.test = lambda connection: desk.test_result
server_extras.count_objects = lambda context, entry: nothing(entry)
first, second = desk.add("first", tags=["a"]), desk.add("second")
desk.is_(first, failing())
desk.is_(second, offline())
for second_ago in range(600, 0, -10):
    figures = {"cpu": 3.0, "memory_used": 40_000_000, "running": 3, "in_per_second": 2.0}
    sample = Sample(time.time() - second_ago, Status.ONLINE, 8.0, **figures)
    services.history.record(first.key, sample)
drawn = {}
for page in ("overview", "connections", "server", "settings"):
    at = desk.open(page)
    drawn[page] = {kind: len(at.get(kind)) for kind in ("echarts_chart", "bidi_component", "component_instance")}
tabs = ("metrics", "topology", "plan", "test", "trace")
for query in ({}, {"new": "1"}, *({"rule": "r", "tab": tab} for tab in tabs)):
    healthy(desk.open("rules", query))
at = desk.open("connections")
at.button(key="import").click().run()
at.text_area(key=key_of(at, "import", "text")).set_value("name,url\\nx,http://a:9081").run()
healthy(at)
for kind in ("edit", "test", "delete"):
    asked(desk.open("connections"), kind, first.connection.id)
for button in ("add", "export"):
    at = desk.open("connections")
    at.button(key=button).click().run()
    healthy(at)
assert drawn["overview"]["echarts_chart"] == 6, drawn
assert drawn["server"]["echarts_chart"] == 6, drawn
assert all(page["component_instance"] for page in drawn.values()), drawn
print("loaded:", *(name for name in ("altair", "pandas", "pyarrow") if name in sys.modules))
"""


def test_no_page_loads_a_library_for_data_frames() -> None:
    # In a process of its own: the tests of others may have loaded them.
    done = subprocess.run(
        [sys.executable, "-c", PAGES], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["loaded:"]


FREED = """
import resource, threading
from pathlib import Path
from ekmanager.ui import asgi

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

asgi.keep_memory_small()
kept = []

def work():
    blocks = [bytes(200_000) for _ in range(300)]
    blocks = [bytearray(block) for block in blocks]
    kept.append(blocks[::100])

before = resident()
workers = [threading.Thread(target=work) for _ in range(4)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told")
def test_what_threads_have_freed_is_given_back_although_some_blocks_between_live_on() -> None:
    # In a process of its own: the allocator cannot be told to do as before.
    done = subprocess.run(
        [sys.executable, "-c", FREED], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert int(done.stdout) < 10_000_000


def clocks() -> None:
    """Runs in AppTest: the clock as its package draws it, or as the app does."""
    import streamlit as st
    import streamlit_autorefresh
    from streamlit_autorefresh import st_autorefresh

    import ekmanager.ui.widgets.clock  # noqa: F401 - takes the package's drawing over

    if st.session_state.get("original"):
        streamlit_autorefresh._component_func = st.session_state.original
    st.caption(str(st_autorefresh(interval=2_000, key="clock")))


def test_the_clock_is_drawn_as_its_package_draws_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import streamlit_autorefresh

    import ekmanager.ui.widgets.clock  # noqa: F401 - takes the package's drawing over

    ours = streamlit_autorefresh._component_func
    monkeypatch.setattr(streamlit_autorefresh, "_component_func", ours)
    light = AppTest.from_function(clocks).run()
    whole = AppTest.from_function(clocks)
    whole.session_state["original"] = CustomComponent(
        "streamlit_autorefresh.st_autorefresh", path=streamlit_autorefresh.build_dir
    )
    whole.run()
    assert not light.exception
    assert not whole.exception
    (one,), (other,) = light.get("component_instance"), whole.get("component_instance")
    assert one.proto == other.proto
    assert light.caption[0].value == whole.caption[0].value == "0"
