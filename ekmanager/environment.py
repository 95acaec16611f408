"""The settings of this process, with a sentence for what cannot be used."""

from __future__ import annotations

from pydantic import ValidationError

from ekmanager.connections.targets import TargetPolicy
from ekmanager.connections.validation import explain
from ekmanager.settings import Settings


class SettingsInvalid(Exception):
    """Variables hold what cannot be used; the message has a line for each, without its value."""


def read_settings() -> Settings:
    """The settings from the environment and `.env`. Raises SettingsInvalid."""
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [f"EKMANAGER_{problem.field.upper()}: {problem.message}." for problem in explain(error)]
        raise SettingsInvalid("\n".join(lines)) from None
    try:
        TargetPolicy(settings.allowed_targets)
    except ValueError as error:
        raise SettingsInvalid(f"EKMANAGER_ALLOWED_TARGETS: {error}.") from None
    return settings
