"""The HTTP API on the page's port: the proxy to each server, connections, health, metrics, and what guards them.

app = st.App(…, routes=[Mount(MOUNT, create_gateway(services))], middleware=middleware(services))
"""

from ekmanager.gateway.app import create_gateway
from ekmanager.gateway.browser_cookie import browser_id_of
from ekmanager.gateway.middleware import middleware
from ekmanager.gateway.paths import MOUNT
from ekmanager.gateway.services import GatewayServices

__all__ = ["MOUNT", "GatewayServices", "browser_id_of", "create_gateway", "middleware"]
