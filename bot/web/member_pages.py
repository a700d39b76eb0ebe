"""What members read in the browser, below ``/my``: in by a link of their own, out by 退出, and between the pages that
the handlers declare.

``GET /my/enter/{link}`` uses nothing up, because chat systems fetch links to
show what is behind them: it shows a button, and ``POST /my/enter`` takes the
link. ``POST /my/exit`` ends the session. Everything else here needs one; that
is decided in one place, so that a page cannot be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.access import closed_until
from bot.clock import Clock
from bot.commands import Catalogue, Conversation, Refusal, Request, Sender
from bot.pages import Page, Sheet
from bot.people import role_of
from bot.sessions import NotOpened, Sessions, end, note_reading, note_refusal
from bot.settings import Settings
from bot.understanding.values import SHANGHAI
from bot.web.browser import Browsers, forms_of_ours, proof_of
from bot.web.guard import own_address_only
from bot.web.limits import MEMBER_BURST, MEMBER_PER_MINUTE, Limiter
from bot.web.look import shown
from models import Ending, WebSession
from models.web_session import new_secret

PREFIX: Final = "/my"
WITHOUT_SESSION: Final = frozenset({"look", "enter", "exit"})  # names of routes; exit of one that is over already, too
SESSION: Final = web.RequestKey("session", WebSession)

HOW_TO_ENTER: Final = "请私聊{bot}，发送“我的页面”，再点它给您的链接。"
NOT_IN: Final = ("还没有登录", HOW_TO_ENTER)
USED: Final = (
    "这个链接已经用过了",
    "每个链接只能打开一次。" + HOW_TO_ENTER + "\n如果不是您自己打开的，请马上给它发送“退出网页”。",
)
EXPIRED: Final = ("这个链接已经失效", HOW_TO_ENTER)
OUT: Final = ("已退出", "要再看，" + HOW_TO_ENTER)
NOT_YOURS: Final = "这一页只有支部委员或上级能看。"


def member_pages(catalogue: Catalogue, settings: Settings, clock: Clock) -> web.Application:
    """The pages of `catalogue`, to be added below `PREFIX`; `settings.web.public_url` is where they are reached."""
    desk = _Desk(catalogue, settings, clock)
    application = web.Application(
        middlewares=[own_address_only(settings.web.public_url), forms_of_ours(desk.browsers), desk.members_only()]
    )
    application.add_routes(
        [
            web.get("/enter/{link}", desk.look, name="look"),
            web.post("/enter", desk.enter, name="enter"),
            web.post("/exit", desk.exit, name="exit"),
            *(web.get(page.path, desk.draw(page), name=f"page-{page.name}") for page in catalogue.pages),
        ]
    )
    application.on_response_prepare.append(desk.keep_private)
    return application


@dataclass(frozen=True)
class _Desk:
    catalogue: Catalogue
    settings: Settings
    clock: Clock
    limiter: Limiter = field(default_factory=lambda: Limiter(MEMBER_BURST, MEMBER_PER_MINUTE))

    @property
    def browsers(self) -> Browsers:
        return Browsers(self.settings.web.is_secure)

    @property
    def sessions(self) -> Sessions:
        return Sessions(self.settings.web)

    def members_only(self) -> Middleware:
        """Nobody without a session comes further, but to get one."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            session = await self._session(request)
            if session is not None:
                self.limiter.check(str(session.member_id))
                request[SESSION] = session
            elif request.match_info.route.name not in WITHOUT_SESSION:
                return self._say(NOT_IN, status=403)
            return await handler(request)

        return check

    async def keep_private(self, _: web.Request, response: web.StreamResponse) -> None:
        """Nothing of it stays in the browser or with a search engine."""
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        # With no-referrer a browser sends "Origin: null" with forms (Fetch, "append a request Origin header"), and
        # nothing could be told from it. So the host is told, but never the address: there a link's secret stands.
        response.headers["Referrer-Policy"] = "strict-origin"
        if self.settings.web.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def look(self, request: web.Request) -> web.StreamResponse:
        """The button; or why the link opens nothing, unless this browser is in anyhow."""
        link = request.match_info["link"]
        try:
            found = await self.sessions.look_at(link, self.clock.now())
        except NotOpened as refusal:
            if SESSION in request:
                return _to_the_first_page()
            return self._not_opened(refusal)
        secret = self.browsers.secret(request) or new_secret()
        until = found.expires_at.astimezone(SHANGHAI)
        response = shown("enter.html", bot=self.settings.bot.name, link=link, proof=proof_of(secret), until=until)
        self.browsers.remember(response, secret)
        return response

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """Take the link, and let this browser in; under a secret that nobody can have known before."""
        now = self.clock.now()
        link = str((await request.post()).get("link", ""))
        try:
            secret = await self.sessions.open(link, now)
        except NotOpened as refusal:
            return self._not_opened(refusal)
        if (before := request.get(SESSION)) is not None:
            await end(before, Ending.LEFT, now)
        response = _to_the_first_page()
        self.browsers.remember(response, secret)
        return response

    async def exit(self, request: web.Request) -> web.StreamResponse:
        """End the session; also where it is over already, since that is what was wanted."""
        if (session := request.get(SESSION)) is not None:
            await end(session, Ending.LEFT, self.clock.now())
        response = self._say(OUT)
        self.browsers.forget(response)
        return response

    def draw(self, page: Page) -> Handler:
        """The handler of a declared page."""

        async def handler(request: web.Request) -> web.StreamResponse:
            session = request[SESSION]
            asked = self._request(session)
            try:
                sheet = await self._sheet(page, asked)
            except Refusal as refusal:
                await note_refusal(session, page.name, asked.now)
                return self._told(page.title, refusal.text, status=403)
            await note_reading(session, page.name, sheet.subjects, asked.now)
            proof = proof_of(self.browsers.secret(request))
            return shown("sheet.html", bot=self.settings.bot.name, page=page, sheet=sheet, reader=asked, proof=proof)

        return handler

    async def _sheet(self, page: Page, asked: Request) -> Sheet:
        if asked.role < page.role:
            raise Refusal(NOT_YOURS)
        return await page.handler(asked)

    async def _session(self, request: web.Request) -> WebSession | None:
        secret = self.browsers.secret(request)
        return await self.sessions.current(secret, self.clock.now()) if secret else None

    def _request(self, session: WebSession) -> Request:
        """What a page's handler is asked with: the member as they are now, not as they were on entering."""
        account, member, now = session.account, session.member, self.clock.now()
        return Request(
            now=now,
            checked_at=now,
            message="",
            sender=Sender(account.channel, account.contact, "", account.friend),
            room=None,
            text="",
            role=role_of(member),
            conversation=Conversation.PRIVATE,
            settings=self.settings,
            commands=tuple(self.catalogue.commands.values()),
            todos=self.catalogue.todos,
            figures=self.catalogue.figures,
            pages=self.catalogue.pages,
            member=member,
            branch=member.branch,
            closed_until=closed_until(account, member, self.settings, now),
        )

    def _not_opened(self, refusal: NotOpened) -> web.Response:
        return self._say(USED if refusal.used else EXPIRED, status=410)

    def _say(self, said: tuple[str, str], *, status: int = 200) -> web.Response:
        title, text = said
        return self._told(title, text.format(bot=self.settings.bot.name), status=status)

    def _told(self, title: str, text: str, *, status: int) -> web.Response:
        return shown("said.html", status=status, bot=self.settings.bot.name, title=title, text=text)


def _to_the_first_page() -> web.Response:
    return web.Response(status=303, headers={"Location": PREFIX})
