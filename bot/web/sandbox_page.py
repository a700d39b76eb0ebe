"""The sandbox's chat page: be any member, write to the group or the bot, move the clock.

The page is static but for the bot's name; what it shows comes over the
websocket ``/live`` (see `bot.web.live`), what a person does is posted, and is
answered by 204 or by a status of 400 and more with one Chinese sentence as text.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.clock import MovableClock
from bot.metrics import Metrics
from bot.sandbox import World
from bot.settings import LessonSettings, ReminderTime
from bot.web.desk import TEXT_LIMIT, Desk, told
from bot.web.faults import without_details
from bot.web.guard import SCRIPTED, add_headers, same_origin_only
from bot.web.health import Probe, add_health
from bot.web.lessons_page import add_lessons
from bot.web.live import Live, Notes
from bot.web.look import add_look
from bot.web.member_pages import PREFIX
from bot.web.serving import LOOPBACK_ONLY

FILE_LIMIT: Final = 20_000_000  # bytes: above the bot's own limit, so that its answer to large files can be seen
BODY_LIMIT: Final = 200_000  # bytes, of all but files
HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Example:
    """A command to try: clicking `label` puts `text` into the text box."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """What the page shows about a contact: a note such as 书记, the organisation, by which people are sorted, and
    examples for the group and for the private chat."""

    note: str = ""
    place: str = ""
    group: tuple[Example, ...] = ()
    private: tuple[Example, ...] = ()


def sandbox_application(
    world: World,
    clock: MovableClock,
    *,
    reminder: ReminderTime,
    probe: Probe,
    metrics: Metrics,
    lessons: LessonSettings,
    people: Callable[[], Awaitable[Mapping[str, Person]]],
    members: web.Application,
    file_limit: int = FILE_LIMIT,
) -> web.Application:
    """The page, its files, ``/lessons``, ``/my``, ``/healthz`` and ``/metrics``; `serving` opens it on loopback only.

    `people` gives what is shown about contacts by their ids in `world`; it is asked again when the bot has told
    somebody something privately, which may have changed what they can do.
    `reminder` is where 到月底提醒 leads.
    `members` are the `member_pages`. `file_limit` in bytes.
    """
    application = web.Application(middlewares=[without_details, same_origin_only], client_max_size=BODY_LIMIT)
    application[LOOPBACK_ONLY] = True

    async def notes() -> Notes:
        return {contact: asdict(person) for contact, person in (await people()).items()}

    live = Live(world, notes)
    clock.watch(live.clock_moved)
    desk = Desk(world, clock, reminder, file_limit)
    application.add_routes(
        [
            web.get("/", _page(world.bot.name, file_limit)),
            web.get("/live", live.serve),
            web.post("/messages", told(desk.say)),
            web.post("/messages/{message}/recall", told(desk.recall)),
            web.post("/files", told(desk.send_file)),
            web.get("/files/{message}", desk.file),
            web.post("/friends", told(desk.befriend)),
            web.post("/clock", told(desk.move_clock)),
            web.static("/static", HERE / "static"),
        ]
    )
    add_health(application, probe, metrics)
    add_look(application)
    add_lessons(application, lessons)
    application.add_subapp(PREFIX, members)
    application.on_response_prepare.append(add_headers)
    application.on_shutdown.append(live.close)
    application.cleanup_ctx.append(live.follow)
    return application


def _page(name: str, file_limit: int) -> Callable[[web.Request], Awaitable[web.Response]]:
    environment = Environment(loader=PackageLoader("bot.web"), autoescape=True, undefined=StrictUndefined)
    html = environment.get_template("sandbox.html").render(name=name, file_limit=file_limit, text_limit=TEXT_LIMIT)

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": SCRIPTED})

    return page
