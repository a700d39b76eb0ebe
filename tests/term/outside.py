"""What comes from outside the chat: a feed, a folder of bulletins, a folder of lessons; and the page on which lessons
are read."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.clock import Clock
from bot.feeds import Feeds
from bot.lessons import import_lessons
from bot.settings import Settings
from bot.web.lessons_page import add_lessons
from bot.web.look import add_look
from bot.web.serving import serving
from models import Branch

CAMPUS_NEWS, PARTY_NEWS = "秋季招聘会九月二十日开场", "党章学习读本上架"
IMPORTED = "车间安全一分钟"
RSS = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>校园新闻</title>
<item><title>{CAMPUS_NEWS}</title><link>https://example.org/fair</link><guid>n-1</guid>
<pubDate>Wed, 09 Sep 2026 01:00:00 GMT</pubDate></item></channel></rss>"""
LESSON = f"---\n栏目: 法律法规\n标题: {IMPORTED}\n摘要: 上岗前看一遍\n---\n先断电，再伸手。\n"


@asynccontextmanager
async def campus_news() -> AsyncIterator[str]:
    """The school's news page; gives the address of its feed."""

    async def feed(_: web.Request) -> web.Response:
        return web.Response(text=RSS, content_type="application/rss+xml")

    application = web.Application()
    application.router.add_get("/rss", feed)
    async with serving(application, "127.0.0.1", 0) as address:
        yield f"{address}rss"


def bulletins(folder: Path, written: datetime) -> Path:
    """A folder of bulletins, of which one is of these days."""
    for name, text, day in (("新书.md", f"# {PARTY_NEWS}", written), ("旧闻.txt", "旧闻一条", written - timedelta(30))):
        file = folder / name
        file.write_text(text, "utf-8")
        os.utime(file, (day.timestamp(), day.timestamp()))
    return folder


async def read_feeds(settings: Settings, clock: Clock) -> None:
    """Each entry once, however often."""
    feeds = Feeds(settings.bulletins, clock)
    assert [await feeds.read_all(), await Feeds(settings.bulletins, clock).read_all()] == [2, 0]


async def import_for(college: str, folder: Path, settings: Settings, now: datetime) -> None:
    """A folder with one lesson, for a college and all below it."""
    (folder / "安全.md").write_text(LESSON, "utf-8")
    report = await import_lessons(folder, await Branch.get(name=college), settings=settings, now=now)
    assert report.added == 1


async def lessons_page(settings: Settings, path: str) -> str:
    """What the page has at `path`."""
    application = web.Application()
    add_look(application)
    add_lessons(application, settings.lessons)
    async with (
        serving(application, "127.0.0.1", 0) as address,
        aiohttp.ClientSession() as session,
        session.get(address + path.removeprefix("/")) as response,
    ):
        assert response.status == 200
        return await response.text()
