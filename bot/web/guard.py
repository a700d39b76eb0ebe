"""What protects pages from other pages of the same browser, and readers from what people wrote into them.

Another page can send requests here: under a name of its own that points to
this machine (DNS rebinding; its Host gives it away) or across sites (Origin
does). Every answer, errors too, says that nothing in it is to be run.
"""

from __future__ import annotations

from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware
from yarl import URL

from bot.web.serving import is_loopback

# Of everything that does not say otherwise: no script at all, no style but a file of ours; searching is a form.
PLAIN: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Of the sandbox's chat page, the only one with scripts: files of ours, nothing inline.
SCRIPTED: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": PLAIN,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-cache",
}
READING: Final = {"GET", "HEAD"}
FOREIGN: Final = "请求来自别的网页，已拒绝。"


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """For `on_response_prepare`: every response gets the headers, errors and files too."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # Which server it is, in which version, is nobody's business.
    response.headers.popall(hdrs.SERVER, None)


@web.middleware
async def same_origin_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """For a page without log-in on loopback: 421 for a Host that is not loopback; 403 as `_of_this_origin`."""
    if not _names_loopback(request.host):
        raise web.HTTPMisdirectedRequest(text="这个页面只在本机打开，请用 127.0.0.1 访问。")
    _of_this_origin(request, f"http://{request.host}")
    return await handler(request)


def own_address_only(public_url: str) -> Middleware:
    """For pages that are reached at `public_url` only: 421 for another Host; 403 as `_of_this_origin`."""
    own = URL(public_url).origin()

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if _origin(f"{own.scheme}://{request.host}") != own:
            raise web.HTTPMisdirectedRequest(text=f"这里的网页请用 {own} 打开。")
        _of_this_origin(request, str(own))
        return await handler(request)

    return check


def _of_this_origin(request: web.Request, own: str) -> None:
    """Raises 403 for another Origin, or none where something would change or stay open."""
    origin = request.headers.get("Origin")
    changes = request.method not in READING or request.headers.get("Upgrade", "").lower() == "websocket"
    if origin != own and (changes or origin is not None):
        raise web.HTTPForbidden(text=FOREIGN)


def _names_loopback(host: str) -> bool:
    origin = _origin(f"http://{host}")
    return origin is not None and is_loopback(origin.host or "")


def _origin(address: str) -> URL | None:
    try:
        return URL(address).origin()
    except ValueError:
        return None
