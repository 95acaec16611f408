"""What stands in front of pages and API alike, outermost first."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from ekmanager.gateway.app import create_gateway
from ekmanager.gateway.browser_cookie import BrowserPages
from ekmanager.gateway.front import ApiFront
from ekmanager.gateway.hosts import TrustedHost
from ekmanager.gateway.origin import SameOrigin
from ekmanager.gateway.services import GatewayServices


def middleware(services: GatewayServices) -> list[Middleware]:
    """The layers to hand to the application, in this order. All are plain ASGI and cheap."""
    return [
        Middleware(TrustedHost, allowed=services.settings.allowed_hosts),
        Middleware(SameOrigin),
        Middleware(OwnPort, services=services),
        Middleware(ApiFront, gateway=create_gateway(services)),
        Middleware(BrowserPages, services=services),
    ]


class OwnPort:
    """Tells the policy for targets on which port this app is reached: no connection may lead there."""

    def __init__(self, app: ASGIApp, *, services: GatewayServices) -> None:
        self.app = app
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        server = scope.get("server")
        if server and server[1]:
            self._services.policy.own_ports.add(server[1])
        await self.app(scope, receive, send)
