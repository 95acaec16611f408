"""What `app.py` hands to Streamlit: the script of the pages, the HTTP API beside them, and their common lifespan."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import platform
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from ekmanager.connections.errors import ConnectionsError
from ekmanager.environment import SettingsInvalid, read_settings
from ekmanager.gateway.app import create_gateway
from ekmanager.gateway.middleware import middleware as gateway_middleware
from ekmanager.services import Services, get_services, set_services
from ekmanager.ui.late_reports import correct_late_reports

SCRIPT = str(Path(__file__).with_name("shell.py"))
"""The script that Streamlit runs for each session; no folder `pages/` lies beside it, which Streamlit would adopt."""

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_OWN_MAPPING = 64 * 1024
"""Bytes from which a block of memory goes back to the system when it is freed."""


def keep_memory_small() -> None:
    """Has glibc give freed memory back; does nothing on a system without it.

    Left to itself it keeps a heap for every thread, and ever larger blocks within them, where what is freed between
    two that live on is lost: half as much again as the history of a thousand servers.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_ARENA_MAX, 1)
        libc.mallopt(_M_MMAP_THRESHOLD, _OWN_MAPPING)


def build() -> None:
    """Builds the services of this process from environment, `.env` and Streamlit secrets.

    Ends the process with a sentence when a setting cannot be used.
    """
    keep_memory_small()
    correct_late_reports()
    # Top-level secrets become environment variables, which is where the settings look.
    st.secrets.load_if_toml_exists()
    try:
        set_services(Services(read_settings()))
    except SettingsInvalid as error:
        raise SystemExit(str(error)) from None
    except ConnectionsError as error:
        raise SystemExit(f"{error.message} {error.hint}".strip()) from None


def routes() -> Sequence[BaseRoute]:
    """The HTTP API, on the port of the pages."""
    return [Mount("/api", app=create_gateway(get_services()))]


def middleware() -> Sequence[Middleware]:
    """What stands in front of pages and API alike."""
    return gateway_middleware(get_services())


@contextlib.asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[dict[str, Any]]:
    """Runs the monitor for as long as the server runs."""
    # What was made so far lives as long as the process: collections, which hold up every request, pass over it.
    gc.collect()
    gc.freeze()
    async with get_services().running() as services:
        yield {"services": services}
