"""What extends a server: plugins, JavaScript functions, external services, schemas, connections."""

from __future__ import annotations

from pydantic import Field

from ekmanager.ekuiper.models.base import JSON, Answer, Keyed, Names, Properties, Text


class Plugin(Answer):
    """A native plugin."""

    name: str
    version: Text = ""
    functions: Names = ()
    """Of a function plugin."""


class PortablePlugin(Answer):
    """A plugin that runs as a process of its own."""

    name: str
    version: Text = ""
    language: Text = ""
    executable: Text = ""
    """Its path on the server."""
    sources: Names = ()
    sinks: Names = ()
    functions: Names = ()


class PortableStatus(Answer):
    """How the process of a portable plugin is."""

    status: Text = ""
    error: Text = Field(default="", validation_alias="errMsg")
    references: Properties = Field(default_factory=dict, validation_alias="refCount")


class PluginFunction(Answer):
    """A function and the plugin that brought it."""

    name: str
    plugin: Text = ""


class JavaScriptFunction(Answer):
    """A function written in JavaScript."""

    id: str
    description: Text = ""
    script: Text = ""
    is_aggregate: bool = Field(default=False, validation_alias="isAgg")


class ServiceInterface(Answer):
    """One interface of an external service."""

    address: Text = Field(default="", validation_alias="Addr")
    protocol: Text = Field(default="", validation_alias="Protocol")
    functions: Names = Field(default=(), validation_alias="Functions")
    options: Properties = Field(default_factory=dict, validation_alias="Options")
    schema_: Properties = Field(default_factory=dict, validation_alias="Schema")


class Service(Answer):
    """An external service."""

    about: Properties = Field(default_factory=dict, validation_alias="About")
    interfaces: Keyed[ServiceInterface] = Field(default_factory=dict, validation_alias="Interfaces")


class ServiceFunction(Answer):
    """One function of an external service."""

    name: str = Field(validation_alias="FuncName")
    service: Text = Field(default="", validation_alias="ServiceName")
    interface: Text = Field(default="", validation_alias="InterfaceName")
    address: Text = Field(default="", validation_alias="Addr")
    method: Text = Field(default="", validation_alias="MethodName")


class Schema(Answer):
    """A schema of messages."""

    type: Text = ""
    name: str
    content: Text = ""
    file: Text = ""
    """Its path on the server."""
    so_file: Text = Field(default="", validation_alias="soFile")


class SharedConnection(Answer):
    """A connection to a broker that streams and sinks share."""

    id: str
    type: Text = Field(default="", validation_alias="typ")
    properties: Properties = Field(default_factory=dict, validation_alias="props")
    """As they were given, secrets in clear."""
    is_named: bool = Field(default=True, validation_alias="isNamed")
    """False: a stream or sink made it; its id cannot be called."""
    status: Text = ""
    """`connecting`, `connected` or `disconnected`."""
    error: Text = Field(default="", validation_alias="err")
    references: int = Field(default=0, validation_alias="refCount")


class TypeSummary(Answer):
    """A type of source, sink or connection that can be used."""

    name: str
    about: Properties = Field(default_factory=dict)
    type: Text = ""
    """`internal`, `plugin`, …"""

    @property
    def installed(self) -> bool:
        return self.about.get("installed") is True


class FormField(Answer):
    """One property, described for a form."""

    name: str
    default: JSON = None
    type: JSON = None
    control: Text = ""
    optional: bool = False
    connection_related: bool = False
    values: JSON = None
    """The values to choose from."""
    hint: Properties = Field(default_factory=dict)
    """Texts by language."""
    label: Properties = Field(default_factory=dict)


class Form(Answer):
    """The properties that a type of source, sink or connection takes."""

    about: Properties = Field(default_factory=dict)
    libs: Names = ()
    data_source: JSON = Field(default=None, validation_alias="dataSource")
    groups: dict[str, tuple[FormField, ...]] = Field(default_factory=dict)
    """By the name of the configuration they describe; mostly `default`. Sinks have that one only."""

    @property
    def fields(self) -> tuple[FormField, ...]:
        return self.groups.get("default") or next(iter(self.groups.values()), ())


class FunctionGroup(Answer):
    """Functions of the SQL, as one file of the server describes them."""

    about: Properties = Field(default_factory=dict)
    name: Text = ""
    functions: tuple[dict[str, JSON], ...] = ()
