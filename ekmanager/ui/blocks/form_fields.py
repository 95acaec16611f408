"""The fields of a connection's form. Secrets go in and never come back: kept ones can be replaced or removed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import streamlit as st

from ekmanager.connections.model import Connection
from ekmanager.ui.blocks.dialogs import Dialog
from ekmanager.ui.draft import (
    KINDS,
    LIFETIME,
    SECRET_LABELS,
    Draft,
    HeaderLine,
    Secret,
    url_advice,
)
from ekmanager.ui.text import code, plain

_SEEDED = (
    "name",
    "url",
    "description",
    "tags",
    "is_default",
    "kind",
    "username",
    "issuer",
    "lifetime",
    "verify",
    "ca_bundle",
    "client_certificate",
    "timeout",
)
_KEPT = {Secret.KEEP: "Keep", Secret.REPLACE: "Replace", Secret.REMOVE: "Remove"}


def seed(dialog: Dialog, draft: Draft) -> None:
    """Fills the fields before they are drawn for the first time."""
    for name in _SEEDED:
        value = getattr(draft, name)
        st.session_state[dialog.key(name)] = list(value) if isinstance(value, tuple) else value
    st.session_state[dialog.key("new_headers")] = 0


def read(dialog: Dialog, old: Connection | None) -> Draft:
    """What stands in the fields now."""
    kind = _value(dialog, "kind", "none")
    headers = [
        HeaderLine(
            name, _value(dialog, f"header-{name}-value", ""), _value(dialog, f"header-{name}-action", Secret.KEEP)
        )
        for name in (old.headers if old else ())
    ]
    headers += [
        HeaderLine(_value(dialog, f"new-{place}-name", ""), _value(dialog, f"new-{place}-value", ""))
        for place in range(_value(dialog, "new_headers", 0))
    ]
    same_kind = old is not None and kind == old.credentials.kind
    has_key = old is not None and old.tls.client_key is not None
    return Draft(
        name=_value(dialog, "name", ""),
        url=_value(dialog, "url", ""),
        description=_value(dialog, "description", ""),
        tags=tuple(_value(dialog, "tags", ())),
        is_default=_value(dialog, "is_default", False),
        kind=kind,
        username=_value(dialog, "username", ""),
        issuer=_value(dialog, "issuer", ""),
        lifetime=_value(dialog, "lifetime", LIFETIME),
        secret=_value(dialog, "secret", ""),
        secret_action=_value(dialog, "secret_action", Secret.KEEP) if same_kind else Secret.REPLACE,
        headers=tuple(headers),
        verify=_value(dialog, "verify", True),
        ca_bundle=_value(dialog, "ca_bundle", ""),
        client_certificate=_value(dialog, "client_certificate", ""),
        client_key=_value(dialog, "client_key", ""),
        key_action=_value(dialog, "key_action", Secret.KEEP) if has_key else Secret.REPLACE,
        timeout=_value(dialog, "timeout", None),
    )


def basics(dialog: Dialog, known_tags: Collection[str]) -> None:
    """Name, URL with its advice, description, tags, default."""
    st.text_input("Name", key=dialog.key("name"), max_chars=120, placeholder="Line 2, gateway", autocomplete="off")
    st.text_input(
        "URL",
        key=dialog.key("url"),
        placeholder="http://localhost:9081",
        autocomplete="off",
        # A duration in words would be read by pandas.
        live=True,
    )
    # One line high, whatever it says: what lies below does not move from under a pointer that is pressing it.
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="url-advice"):
        _advice(dialog)
    st.text_area("Description", key=dialog.key("description"), max_chars=2_000, height=68)
    chosen = _value(dialog, "tags", ())
    st.multiselect(
        "Tags",
        sorted({*known_tags, *chosen}, key=str.casefold),
        key=dialog.key("tags"),
        accept_new_options=True,
        placeholder="Choose or type tags",
    )
    st.checkbox(
        "Default server",
        key=dialog.key("is_default"),
        help="Selected when the app is opened without a server in its address. There is one at most.",
    )


def login(dialog: Dialog, old: Connection | None) -> None:
    """The credentials: their kind, and what that kind needs."""
    st.selectbox("Credentials", list(KINDS), format_func=KINDS.__getitem__, key=dialog.key("kind"))
    if old is not None and "credentials" in old.locked_secrets:
        st.caption(
            ":orange[:material/lock:] Its credentials are kept, but the key that opens them is missing. "
            "Choose a kind and enter them again, or leave them as they are."
        )
    kind = _value(dialog, "kind", "none")
    if kind == "none":
        return
    if kind == "basic":
        st.text_input("User name", key=dialog.key("username"), autocomplete="off")
    if kind == "minted":
        st.text_input(
            "Issuer",
            key=dialog.key("issuer"),
            autocomplete="off",
            help="The name of the file in etc/mgmt of the server that holds the public key.",
        )
        st.number_input("Lifetime of a token, seconds", 30, 86_400, key=dialog.key("lifetime"), step=30)
    kept = old is not None and old.credentials.kind == kind
    if kept and not _replaced(dialog, "secret_action", SECRET_LABELS[kind], removable=False):
        return
    if kind == "minted":
        st.text_area(
            SECRET_LABELS[kind], key=dialog.key("secret"), height=110, placeholder="-----BEGIN PRIVATE KEY-----"
        )
    else:
        _password(SECRET_LABELS[kind], dialog.key("secret"))
    if kind == "jwt":
        st.caption("Sent as it is, without `Bearer`: what eKuiper's own authentication expects.")


def headers(dialog: Dialog, old: Connection | None) -> None:
    """Extra headers: those that are kept by name, new ones below."""
    kept = list(old.headers) if old else []
    with st.expander("Extra headers", expanded=bool(kept), icon=":material/list_alt:"):
        for name in kept:
            st.markdown(code(name))
            if _replaced(dialog, f"header-{name}-action", f"Value of {name}", removable=True, hide_label=True):
                _password(f"New value of {name}", dialog.key(f"header-{name}-value"))
        for place in range(_value(dialog, "new_headers", 0)):
            left, right = st.columns(2)
            left.text_input("Header", key=dialog.key(f"new-{place}-name"), placeholder="X-Api-Key", autocomplete="off")
            with right:
                _password("Value", dialog.key(f"new-{place}-value"))
        st.button(
            "Add a header", key=dialog.key("add_header"), icon=":material/add:", on_click=_one_more, args=(dialog,)
        )
        st.caption("Sent with every call to this server. The values are kept like passwords.")


def tls(dialog: Dialog, old: Connection | None) -> None:
    """How the server's certificate is checked, and the one that we show."""
    changed = old is not None and (not old.tls.verify or bool(old.tls.ca_bundle or old.tls.client_certificate))
    with st.expander("TLS", expanded=changed, icon=":material/lock:"):
        st.checkbox("Verify the server's certificate", key=dialog.key("verify"))
        if not _value(dialog, "verify", True):
            st.caption(
                ":orange[:material/warning:] Anyone on the way to the server can read and change what is sent, "
                "credentials included."
            )
        st.text_area(
            "Certificates of the authorities to trust (PEM)",
            key=dialog.key("ca_bundle"),
            height=90,
            placeholder="Empty: the authorities that this machine trusts",
        )
        st.text_area("Client certificate (PEM)", key=dialog.key("client_certificate"), height=90)
        has_key = old is not None and old.tls.client_key is not None
        if not has_key or _replaced(dialog, "key_action", "Client key", removable=True):
            st.text_area("Client key (PEM), without a password", key=dialog.key("client_key"), height=90)


def timeout(dialog: Dialog, default: float) -> None:
    """How long one call may take."""
    st.number_input(
        "Timeout, seconds",
        min_value=0.1,
        max_value=300.0,
        key=dialog.key("timeout"),
        placeholder=f"{default:g} (the app's default for checks)",
        step=1.0,
    )


def _advice(dialog: Dialog) -> None:
    typed = _value(dialog, "url", "")
    advice = url_advice(typed)
    if not typed.strip():
        # Not as `help`: its button would take the focus when a person tabs from the name to the URL.
        st.caption("The base URL of the server's REST API; a path such as `http://host/edge-7` is fine.")
    if advice.problem:
        st.caption(f":orange[:material/info:] {plain(advice.problem)}")
    if advice.without_login:
        st.button(
            "Move the login to the credentials",
            key=dialog.key("move_login"),
            on_click=_move_login,
            args=(dialog,),
            icon=":material/move_down:",
        )
    if advice.normalised:
        st.caption(f"Kept as {code(advice.normalised)}")
    if advice.with_port:
        st.button(
            f"Use {code(advice.with_port)}",
            key=dialog.key("use_port"),
            type="tertiary",
            icon=":material/add_link:",
            on_click=_put,
            args=(dialog, "url", advice.with_port),
            help="No port is named, so 80 is used. eKuiper listens on 9081 unless it is configured otherwise.",
        )


def _replaced(dialog: Dialog, name: str, label: str, *, removable: bool, hide_label: bool = False) -> bool:
    """Whether a kept secret is to be replaced."""
    options = [Secret.KEEP, Secret.REPLACE, *([Secret.REMOVE] if removable else [])]
    if dialog.key(name) not in st.session_state:
        st.session_state[dialog.key(name)] = Secret.KEEP
    st.segmented_control(
        label,
        options,
        format_func=_KEPT.__getitem__,
        key=dialog.key(name),
        required=True,
        help="It is kept and never shown.",
        label_visibility="collapsed" if hide_label else "visible",
    )
    return _value(dialog, name, Secret.KEEP) is Secret.REPLACE


def _password(label: str, key: str) -> None:
    # Live: a password field hands nothing over while the focus is on its own eye button, where Tab leads (observed in
    # Streamlit 1.67), so that a secret typed there was lost.
    st.text_input(plain(label), key=key, type="password", autocomplete="new-password", live=True)


def _value(dialog: Dialog, name: str, otherwise: Any) -> Any:
    """What stands in a field; `otherwise` when the field is not drawn now."""
    value = st.session_state.get(dialog.key(name))
    return otherwise if value is None else value


def _put(dialog: Dialog, name: str, value: object) -> None:
    st.session_state[dialog.key(name)] = value


def _one_more(dialog: Dialog) -> None:
    st.session_state[dialog.key("new_headers")] += 1


def _move_login(dialog: Dialog) -> None:
    advice = url_advice(_value(dialog, "url", ""))
    _put(dialog, "url", advice.without_login)
    _put(dialog, "kind", "basic")
    _put(dialog, "username", advice.username)
    _put(dialog, "secret", advice.password)
    _put(dialog, "secret_action", Secret.REPLACE)
