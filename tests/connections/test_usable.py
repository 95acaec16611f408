"""What is asked of a connection before it is kept."""

from __future__ import annotations

import pytest

from ekmanager.connections.errors import CertificateUnusable, TargetRefused
from ekmanager.connections.model import Connection
from ekmanager.connections.targets import TargetPolicy
from ekmanager.connections.usable import check_change, check_usable

OLD = Connection.model_validate({"name": "a", "url": "https://edge-1:9081"})
BAD = OLD.model_copy(update={"tls": OLD.tls.model_copy(update={"ca_bundle": "no certificate"})})


def test_a_certificate_that_cannot_be_used_is_named() -> None:
    with pytest.raises(CertificateUnusable, match="CA bundle"):
        check_usable(BAD, TargetPolicy())
    with pytest.raises(CertificateUnusable):
        check_change(OLD, BAD, TargetPolicy())


def test_an_edit_may_leave_alone_what_would_be_refused_today() -> None:
    narrowed = TargetPolicy(["other.example"])
    with pytest.raises(TargetRefused):
        check_usable(OLD, narrowed)
    check_change(OLD, OLD.model_copy(update={"description": "new"}), narrowed)
    with pytest.raises(TargetRefused):
        check_change(OLD, OLD.model_copy(update={"url": "https://edge-2:9081"}), narrowed)
