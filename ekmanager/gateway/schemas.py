"""The shapes of the API's bodies. Connections are camelCase, as in their file; health is snake_case."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ekmanager.connections.model import Where
from ekmanager.ekuiper.auth import Credentials
from ekmanager.health.model import Status


class _Camel(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="allow")


class FieldError(BaseModel):
    """One field that is at fault."""

    field: str
    message: str


class ErrorDetail(BaseModel):
    """Why the API did not do it."""

    code: str = Field(description="for programs; stable")
    message: str = Field(description="what happened")
    hint: str = Field(description="what to try")
    fields: list[FieldError] | None = None


class ErrorBody(BaseModel):
    """The envelope of every refusal and failure."""

    error: ErrorDetail


class CredentialsShown(_Camel):
    """Credentials without their secret."""

    kind: Literal["none", "jwt", "minted", "bearer", "basic"]


class TLSShown(_Camel):
    """TLS options without the key."""

    verify: bool = True


class ConnectionShown(_Camel):
    """A connection as it is answered: never with a secret."""

    id: str
    name: str
    url: str
    description: str
    is_default: bool
    tags: list[str]
    credentials: CredentialsShown
    has_secrets: bool
    headers: list[str] = Field(description="names of the headers that are sent; the values are secret")
    tls: TLSShown
    timeout: float | None = Field(description="seconds; null: the app's default")
    revision: int = Field(description="counts the edits; send it as If-Match to have a conflict noticed")
    where: Where


class TLSDraft(_Camel):
    """How the certificate of the server is checked, and which one is shown. PEM texts."""

    model_config = ConfigDict(extra="forbid")

    verify: bool = True
    ca_bundle: str | None = None
    client_certificate: str | None = None
    client_key: str | None = Field(default=None, description="write-only")


class ConnectionDraft(_Camel):
    """A connection to add. Secrets go in and never come out."""

    name: str = Field(min_length=1, max_length=120, examples=["Edge 7"])
    url: str = Field(max_length=2_000, examples=["http://localhost:9081"])
    description: str = Field(default="", max_length=2_000)
    is_default: bool = False
    tags: list[str] = []
    credentials: Credentials | None = None
    headers: dict[str, str] = Field(default={}, description="sent with every call; write-only")
    tls: TLSDraft | None = None
    timeout: float | None = Field(default=None, gt=0, le=300, description="seconds; null: the app's default")
    where: Where | None = Field(
        default=None, description="default: server with EKMANAGER_PERSISTENCE=server, browser otherwise"
    )


class ConnectionPatch(_Camel):
    """Fields to change (JSON merge patch): absent is kept, null is the default; a secret's null removes it."""

    name: str | None = None
    url: str | None = None
    description: str | None = None
    is_default: bool | None = None
    tags: list[str] | None = None
    credentials: dict[str, object] | None = None
    headers: dict[str, str | None] | None = None
    tls: dict[str, object] | None = None
    timeout: float | None = None
    revision: int | None = Field(default=None, description="of the version that was edited; or send If-Match")


class ConnectionReplacement(ConnectionDraft):
    """The whole connection. A secret that is left out is kept; `headers` may list the names that stay."""

    headers: dict[str, str | None] | list[str] = Field(default={})  # type: ignore[assignment]  # a list of names, too
    revision: int | None = Field(default=None, description="of the version that was edited; or send If-Match")


class ConnectionTest(_Camel):
    """A draft to check, or `id` of a kept connection and the fields to change for the check."""

    id: str | None = None
    name: str | None = None
    url: str | None = Field(default=None, examples=["http://localhost:9081"])
    credentials: dict[str, object] | None = None
    headers: dict[str, str | None] | None = None
    tls: dict[str, object] | None = None
    timeout: float | None = None


class InfoShown(BaseModel):
    """What the server says about itself."""

    version: str
    os: str
    arch: str
    uptime: int = Field(description="seconds")
    cpu: float | None = Field(description="percent")
    memory_used: int | None = Field(description="bytes")
    memory_total: int | None = Field(description="bytes")


class RulesShown(BaseModel):
    """Rules by state."""

    running: int
    stopped: int
    failing: int


class ThroughputShown(BaseModel):
    """Records of all rules."""

    records_in: int
    records_out: int
    in_per_second: float | None
    out_per_second: float | None


class HealthShown(BaseModel):
    """How one server is. Times are epoch seconds."""

    id: str
    name: str
    where: Where
    status: Status
    checking: bool = Field(description="a change was seen that is not confirmed yet")
    code: str = Field(description="what is wrong, for programs; empty when nothing is")
    reason: str
    hint: str
    since: float | None
    latency_ms: float | None
    checked_at: float | None
    info: InfoShown | None
    rules: RulesShown | None
    throughput: ThroughputShown | None


class EventShown(BaseModel):
    """Something that changed."""

    at: float
    kind: str
    text: str


class UptimeShown(BaseModel):
    """Percent of the known checks that found the server online; null: no check is known."""

    window: float | None
    day: float | None
    week: float | None
    month: float | None


Column = list[float | None]


class SeriesShown(BaseModel):
    """Columns of equal length, oldest first; null is a gap."""

    step: float = Field(description="seconds a point; 0: single checks")
    at: list[float]
    status: list[Status | None]
    availability: Column
    latency_ms: Column
    latency_max_ms: Column
    cpu: Column
    memory_used: Column
    uptime: Column
    running: Column
    stopped: Column
    failing: Column
    in_per_second: Column
    out_per_second: Column
    records_in: Column
    records_out: Column


class HealthHistory(BaseModel):
    """One server over a window of time."""

    id: str
    name: str
    window_seconds: float
    now: HealthShown
    uptime: UptimeShown
    events: list[EventShown]
    series: SeriesShown


class FailingRuleShown(BaseModel):
    """A rule that needs attention."""

    id: str
    state: str
    reason: str


class TestResult(BaseModel):
    """What one check found."""

    status: Status
    checked_at: float
    latency_ms: float | None
    code: str
    reason: str
    hint: str
    info: InfoShown | None
    rules: RulesShown | None
    failing: list[FailingRuleShown]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


Window = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,3}[mhd]$", examples=["15m", "1h", "24h", "7d", "30d"])]
