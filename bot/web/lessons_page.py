"""微课堂 as pages: a list with sections and search, a lesson, its pictures. Nothing of any member, and no script.

``GET /lessons`` (``?section=``, ``?q=``, ``?page=``), ``/lessons/{number}``,
``/lessons/{number}/pictures/{position}``. Everybody who reaches the address
reads every lesson that was not withdrawn.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web
from markupsafe import Markup

from bot.lessons import as_html
from bot.settings import LessonSettings
from bot.understanding.values import SHANGHAI
from bot.web.live import SHOWN_IMAGES
from bot.web.look import shown
from models import Lesson, LessonPicture
from models.lesson import matching

A_PAGE: Final = 20  # lessons
LONGEST_QUERY: Final = 50  # characters
MOST: Final = 2**31 - 1  # of a number in the database


def add_lessons(application: web.Application, settings: LessonSettings) -> None:
    """The pages, under ``/lessons``."""

    async def overview(request: web.Request) -> web.StreamResponse:
        query = request.query.get("q", "").strip()[:LONGEST_QUERY]
        section = next((name for name in settings.all_sections if name == request.query.get("section")), "")
        lessons = Lesson.published().filter(matching(query))
        if section:
            lessons = lessons.filter(section=section)
        count = await lessons.count()
        last = max((count - 1) // A_PAGE + 1, 1)
        page = min(max(_number(request.query.get("page", "1")), 1), last)
        found = await lessons.offset((page - 1) * A_PAGE).limit(A_PAGE)
        return shown(
            "lessons.html",
            lessons=[(each, _day(each)) for each in found],
            sections=settings.all_sections,
            section=section,
            query=query,
            count=count,
            page=page,
            last=last,
        )

    async def lesson(request: web.Request) -> web.StreamResponse:
        found = await Lesson.published().filter(id=_number(request.match_info["number"])).first()
        if found is None:
            raise web.HTTPNotFound(text="没有这一课，或已下架。")
        pictures = await LessonPicture.filter(lesson_id=found.id).order_by("position").only("position", "name")
        return shown("lesson.html", lesson=found, day=_day(found), text=Markup(as_html(found.text)), pictures=pictures)

    async def picture(request: web.Request) -> web.StreamResponse:
        found = await LessonPicture.get_or_none(
            lesson_id=_number(request.match_info["number"]),
            position=_number(request.match_info["position"]),
            lesson__withdrawn_at=None,
        )
        if found is None or found.media_type not in SHOWN_IMAGES:
            raise web.HTTPNotFound(text="没有这张图片。")
        return web.Response(body=bytes(found.data), content_type=found.media_type)

    application.add_routes(
        [
            web.get("/lessons", overview),
            web.get(r"/lessons/{number:\d+}", lesson),
            web.get(r"/lessons/{number:\d+}/pictures/{position:\d+}", picture),
        ]
    )


def _number(text: str) -> int:
    """0, which is no record's number, where it is none."""
    return min(int(text), MOST) if text.isascii() and text.isdecimal() and len(text) < 20 else 0


def _day(lesson: Lesson) -> str:
    return f"{lesson.published_at.astimezone(SHANGHAI):%Y-%m-%d}"
