"""Every option of the process: `EKMANAGER_*` variables, `.env`, and what the caller hands over (Streamlit secrets)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Words = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """Options, each with its unit; the environment name is the field's in capitals after `EKMANAGER_`."""

    model_config = SettingsConfigDict(
        env_prefix="EKMANAGER_", env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    persistence: Literal["browser", "server"] = "browser"
    store: str = ".data/connections.json"
    """Path ending in `.json`, or an SQLAlchemy URL (`sqlite:///…`, `postgresql+psycopg://…`)."""
    secret_key: SecretStr | None = None
    """One key of `ekmanager keygen`, or several separated by commas: the first encrypts, all decrypt."""

    check_interval: float = Field(default=10.0, ge=1, le=3600, description="seconds between sweeps")
    check_timeout: float = Field(default=5.0, ge=0.1, le=300, description="seconds a probe may take")
    failures_before_offline: int = Field(default=2, ge=1, le=100)
    successes_before_online: int = Field(default=1, ge=1, le=100)

    proxy_timeout: float = Field(default=10.0, ge=0.1, le=3600, description="seconds to the first byte")
    max_body: int = Field(default=1024 * 1024 * 1024, ge=1024, description="bytes of one request body")
    read_only: bool = False
    allowed_hosts: Words = ()
    """Host names under which the app may be called, besides IP addresses and this machine's own names; `*`: any."""
    allowed_targets: Words = ()
    """Host names, `*.suffix` names, addresses and CIDRs that connections may lead to; empty: any that may be one."""
    demo: bool = False

    @field_validator("allowed_hosts", "allowed_targets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(word.strip() for word in value.split(",") if word.strip())
        return value

    @property
    def keeps_on_server(self) -> bool:
        return self.persistence == "server"

    @property
    def store_is_sql(self) -> bool:
        return "://" in self.store
