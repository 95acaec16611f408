"""Manage any number of LF Edge eKuiper servers."""

from ekmanager.connections.model import Connection
from ekmanager.ekuiper.auth import BasicLogin, BearerToken, MintedToken, NoCredentials, RawToken
from ekmanager.ekuiper.client import EKuiperClient
from ekmanager.ekuiper.errors import (
    AnswerTooLarge,
    EKuiperError,
    ImportIncomplete,
    NotAnEKuiper,
    NotFound,
    NotSupported,
    RefusedSQL,
    RequestRefused,
    ServerFailed,
    TimedOut,
    Unauthorized,
    Unreachable,
    UnreadableAnswer,
)
from ekmanager.ekuiper.tls import TLSOptions

__version__ = "0.1.0"

__all__ = [
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
