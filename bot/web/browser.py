"""The one cookie: a random secret by which a browser is known, and by which its forms are told from forged ones."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

FORM: Final = "application/x-www-form-urlencoded"
PROOF: Final = "proof"  # the field of a form
STALE: Final = "这一页放得太久了，请返回重新打开。"


@dataclass(frozen=True, slots=True)
class Browsers:
    """How browsers are known. `secure`: the pages are reached by https.

    The cookie is Strict: the link comes from a chat, not from a page, and the
    form that opens it is a page of ours, so nothing ever needs the cookie
    across sites. It ends with the browser.
    """

    secure: bool

    @property
    def cookie(self) -> str:
        """``__Host-``: no other host below the university's domain can set or read it."""
        return "__Host-hongyan" if self.secure else "hongyan"

    def secret(self, request: web.Request) -> str:
        """ "" of a browser that is not known."""
        return request.cookies.get(self.cookie, "")

    def remember(self, response: web.StreamResponse, secret: str) -> None:
        """Let the browser be known by `secret` from now on."""
        response.set_cookie(self.cookie, secret, path="/", secure=self.secure, httponly=True, samesite="Strict")

    def forget(self, response: web.StreamResponse) -> None:
        """The browser is a stranger again."""
        response.del_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="Strict")


def proof_of(secret: str) -> str:
    """What a form of ours carries for the browser of `secret`: nobody else can make it."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def forms_of_ours(browsers: Browsers) -> Middleware:
    """Whatever is posted carries the proof of the browser that posts it: 403 else, 415 for what is no form."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method not in ("GET", "HEAD"):
            await _check(request, browsers.secret(request))
        return await handler(request)

    return check


async def _check(request: web.Request, secret: str) -> None:
    if request.content_type != FORM:
        raise web.HTTPUnsupportedMediaType(text="只收网页上的表单。")
    try:
        proof = (await request.post()).get(PROOF, "")
    except (LookupError, ValueError):  # a charset that there is not, or that does not fit
        raise web.HTTPBadRequest(text="请求的格式不对。") from None
    if not secret or not hmac.compare_digest(str(proof).encode(errors="replace"), proof_of(secret).encode()):
        raise web.HTTPForbidden(text=STALE)
