"""A browser without its window: cookies, forms with what they carry, and what an address bar shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from aiohttp import ClientSession, CookieJar

LINK = re.compile(r"https?://\S+/my/enter/(\S+)")
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass(frozen=True)
class Answer:
    """What came back: `text` is the page as it was sent, `fields` are the hidden ones of its form."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def words(self) -> str:
        """The page as it is read."""
        return unescape(re.sub(r"<[^>]+>", "", self.text))

    @property
    def fields(self) -> dict[str, str]:
        return {name: unescape(value) for name, value in FIELD.findall(self.text)}


@dataclass
class Visitor:
    """One browser at `address` (without a slash at the end). `headers` go with every request."""

    address: str
    headers: dict[str, str] = field(default_factory=dict)
    jar: CookieJar = field(default_factory=lambda: CookieJar(unsafe=True))

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, headers)

    async def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        """As a form of the same site does; `headers` over it."""
        return await self.ask("POST", path, {"Origin": self.address} | headers, form)

    async def ask(
        self, method: str, path: str, headers: dict[str, str], form: dict[str, str] | bytes | None = None
    ) -> Answer:
        async with (
            ClientSession(cookie_jar=self.jar) as client,
            client.request(
                method, f"{self.address}{path}", data=form, headers=self.headers | headers, allow_redirects=False
            ) as response,
        ):
            text = (await response.read()).decode("utf-8", "replace")
            return Answer(response.status, dict(response.headers), text)

    async def enter(self, link: str) -> Answer:
        """Open the link, press its button, and follow to the page."""
        looked = await self.get(link)
        assert looked.status == 200, looked.words
        pressed = await self.post("/my/enter", looked.fields)
        assert (pressed.status, pressed.headers["Location"]) == (303, "/my")
        return await self.get("/my")

    async def leave(self) -> Answer:
        """Press 退出."""
        return await self.post("/my/exit", (await self.get("/my")).fields)


def link_in(text: str) -> str:
    """The path of the link in a message."""
    found = LINK.search(text)
    assert found, text
    return f"/my/enter/{found[1]}"
