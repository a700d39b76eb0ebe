"""What protects a page without log-in on loopback from other pages in the same browser.

Such a page can send requests to 127.0.0.1: under a name of its own that points
there (DNS rebinding; its Host gives it away) or across sites (Origin does).
"""

from __future__ import annotations

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

from bot.web.serving import is_loopback

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
READING: Final = {"GET", "HEAD"}


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """For `on_response_prepare`: every response gets the headers, errors and files too."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-cache")


@web.middleware
async def same_origin_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """421 for a Host that is not loopback; 403 for another Origin, or none where something would change."""
    if not _names_loopback(request.host):
        raise web.HTTPMisdirectedRequest(text="这个页面只在本机打开，请用 127.0.0.1 访问。")
    origin = request.headers.get("Origin")
    changes = request.method not in READING or request.headers.get("Upgrade", "").lower() == "websocket"
    if origin != f"http://{request.host}" and (changes or origin is not None):
        raise web.HTTPForbidden(text="请求来自别的网页，已拒绝。")
    return await handler(request)


def _names_loopback(host: str) -> bool:
    try:
        return is_loopback(URL(f"http://{host}").host or "")
    except ValueError:
        return False
