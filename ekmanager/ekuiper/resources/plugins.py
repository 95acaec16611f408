"""Plugins of all kinds."""

from __future__ import annotations

import builtins
from collections.abc import Iterable

from pydantic import TypeAdapter

from ekmanager.ekuiper.models import Plugin, PluginFunction, PortablePlugin, PortableStatus
from ekmanager.ekuiper.models.base import Keyed, Many
from ekmanager.ekuiper.resources.base import LONG, NAMES, Resource
from ekmanager.ekuiper.transport import Transport

_PLUGIN = TypeAdapter(Plugin)
_PORTABLE = TypeAdapter(PortablePlugin)
_PORTABLES: TypeAdapter[list[PortablePlugin]] = TypeAdapter(Many[PortablePlugin])
_STATUS = TypeAdapter(PortableStatus)
_FUNCTION = TypeAdapter(PluginFunction)
_PREBUILT: TypeAdapter[dict[str, str]] = TypeAdapter(Keyed[str])


class _Installable(Resource):
    family = ""

    def create(
        self,
        name: str,
        file: str,
        *,
        functions: Iterable[str] | None = None,
        shell_parameters: Iterable[str] | None = None,
    ) -> str:
        """Install from a zip file that the server can reach (`file://`, `http://`); it may run a script."""
        body = _plugin(name, file, functions, shell_parameters)
        return self._text(f"plugins.{self.family}.create", json=body, wait=LONG)

    def delete(self, name: str, *, stop: bool = False) -> str:
        """Uninstall. Native plugins stay loaded until the process starts anew; `stop` ends it."""
        return self._text(f"plugins.{self.family}.delete", name, query={"stop": "1"} if stop else None)


class _Replaceable(_Installable):
    def update(
        self,
        name: str,
        file: str,
        *,
        functions: Iterable[str] | None = None,
        shell_parameters: Iterable[str] | None = None,
    ) -> str:
        """Uninstall, and install from another file."""
        body = _plugin(name, file, functions, shell_parameters)
        return self._text(f"plugins.{self.family}.update", name, json=body, wait=LONG)


class NativePlugins(_Replaceable):
    """Native plugins of one kind."""

    def __init__(self, transport: Transport, family: str) -> None:
        super().__init__(transport)
        self.family = family

    def list(self) -> builtins.list[str]:
        """Names of those that are installed."""
        return self._read(NAMES, f"plugins.{self.family}.list")

    def get(self, name: str) -> Plugin:
        """Version, and for function plugins their functions."""
        return self._read(_PLUGIN, f"plugins.{self.family}.get", name)

    def prebuilt(self) -> dict[str, str]:
        """Where the makers of eKuiper keep ready-made ones, by name. The server only composes the URLs."""
        return self._read(_PREBUILT, f"plugins.{self.family}.prebuilt")


class FunctionPlugins(NativePlugins):
    """Native plugins that bring functions."""

    def register(self, name: str, functions: Iterable[str]) -> str:
        """Say which functions a plugin holds."""
        return self._text("plugins.functions.register", name, json={"functions": [*functions]})


class PortablePlugins(_Replaceable):
    """Plugins that run as processes of their own."""

    family = "portables"

    def list(self) -> builtins.list[PortablePlugin]:
        """Those that are installed."""
        return self._read(_PORTABLES, "plugins.portables.list")

    def get(self, name: str) -> PortablePlugin:
        """What it is and what it brings."""
        return self._read(_PORTABLE, "plugins.portables.get", name)

    def status(self, name: str) -> PortableStatus:
        """How its process is (2.4)."""
        return self._read(_STATUS, "plugins.portables.status", name)


class WasmPlugins(_Installable):
    """WebAssembly plugins, in some builds of 1.x."""

    family = "wasm"

    def list(self) -> builtins.list[str]:
        """Names of those that are installed."""
        return self._read(NAMES, "plugins.wasm.list")

    def get(self, name: str) -> Plugin:
        """What it is."""
        return self._read(_PLUGIN, "plugins.wasm.get", name)


class PluginFunctions(Resource):
    """Functions that came with plugins."""

    def list(self) -> builtins.list[str]:
        """Their names."""
        return self._read(NAMES, "plugins.udfs.list")

    def get(self, name: str) -> PluginFunction:
        """The plugin that it came with."""
        return self._read(_FUNCTION, "plugins.udfs.get", name)


class Plugins:
    """All kinds of plugins: `client.plugins.portables.list()`."""

    def __init__(self, transport: Transport) -> None:
        self.sources = NativePlugins(transport, "sources")
        self.sinks = NativePlugins(transport, "sinks")
        self.functions = FunctionPlugins(transport, "functions")
        self.portables = PortablePlugins(transport)
        self.wasm = WasmPlugins(transport)
        self.udfs = PluginFunctions(transport)


def _plugin(
    name: str, file: str, functions: Iterable[str] | None, shell_parameters: Iterable[str] | None
) -> dict[str, object]:
    body: dict[str, object] = {"name": name, "file": file}
    if functions is not None:
        body["functions"] = [*functions]
    if shell_parameters is not None:
        body["shellParas"] = [*shell_parameters]
    return body
