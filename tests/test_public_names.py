"""What `import ekmanager` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import ekmanager
from ekmanager.ekuiper import errors


def test_the_public_names_are_these() -> None:
    assert sorted(ekmanager.__all__) == sorted(
        [
            "AnswerTooLarge",
            "BasicLogin",
            "BearerToken",
            "Connection",
            "EKuiperClient",
            "EKuiperError",
            "ImportIncomplete",
            "MintedToken",
            "NoCredentials",
            "NotAnEKuiper",
            "NotFound",
            "NotSupported",
            "RawToken",
            "RefusedSQL",
            "RequestRefused",
            "ServerFailed",
            "TLSOptions",
            "TimedOut",
            "Unauthorized",
            "Unreachable",
            "UnreadableAnswer",
            "__version__",
        ]
    )
    for name in ekmanager.__all__:
        assert getattr(ekmanager, name)


def test_every_error_of_the_client_is_public_and_drawn() -> None:
    for name, value in vars(errors).items():
        if isinstance(value, type) and issubclass(value, errors.EKuiperError):
            assert name in ekmanager.__all__
            assert name in (errors.__doc__ or "")
            assert value.__doc__


def test_the_version_is_the_one_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    assert ekmanager.__version__ == project["project"]["version"]


def test_importing_the_client_does_not_import_the_app() -> None:
    code = "import ekmanager, sys; print([name for name in sys.argv[1:] if name in sys.modules])"
    heavy = ["streamlit", "aiohttp", "fastapi", "sqlalchemy", "pandas", "uvicorn"]
    shown = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == "[]"
