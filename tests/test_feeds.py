"""Feeds from a server on loopback, and from a folder: each entry once, whatever the server does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from bot import feeds
from bot.feeds import Feeds
from bot.outside import INSIDE
from bot.settings import BulletinSettings, FeedSettings
from bot.web.serving import serving
from models import Bulletin, BulletinSection
from tests.chat import SetClock
from tests.conftest import NOON

RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>校园新闻</title>
<item><title>图书馆 &lt;b&gt;延长&lt;/b&gt;开放 &amp;amp; 安排</title><link>https://example.org/a</link><guid>a-1</guid>
<pubDate>Mon, 23 Nov 2026 02:00:00 GMT</pubDate></item>
<item><title>没有日期的</title><link>javascript:alert(1)</link><guid>a-2</guid></item>
<item><title>旧闻</title><guid>a-3</guid><pubDate>Mon, 02 Nov 2026 02:00:00 GMT</pubDate></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>动态</title>
<entry><title type="html">双创大赛</title><id>urn:1</id><link href="/b"/>
<updated>2026-11-22T10:00:00+08:00</updated></entry>
</feed>"""
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>&b;&c;</title>'
    "<guid>1</guid></item></channel></rss>"
)


@dataclass
class Server:
    """Answers every path with what `pages` has for it; counts what it was asked."""

    pages: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    address: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/slow":
            await asyncio.sleep(30)
        if request.path == "/round":
            raise web.HTTPFound("/round")
        if request.path in self.redirects:
            raise web.HTTPFound(self.redirects[request.path])
        if request.path not in self.pages:
            raise web.HTTPNotFound
        response = web.Response(text=self.pages[request.path], content_type="application/xml")
        response.etag = str(hash(self.pages[request.path]))
        status = 304 if request.headers.get("If-None-Match") == f'"{response.etag.value}"' else 200
        self.asked.append((request.path, status))
        return web.Response(status=304) if status == 304 else response


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    application = web.Application()
    application.router.add_get("/{path:.*}", server.answer)
    async with serving(application, "127.0.0.1", 0) as server.address:
        yield server


def reading(*sources: str, section: BulletinSection = BulletinSection.CAMPUS) -> Feeds:
    configured = tuple(FeedSettings(source=source, section=section) for source in sources)
    return Feeds(BulletinSettings(feeds=configured), SetClock(NOON))


async def test_rss_and_atom_come_in_once(database: str, server: Server) -> None:
    server.pages = {"/rss": RSS, "/atom": ATOM}
    sources = (f"{server.address}rss", f"{server.address}atom")
    reader = reading(*sources)
    assert await reader.read_all() == 3
    told = {each.text: each for each in await Bulletin.all()}
    assert set(told) == {"图书馆 延长开放 & 安排", "没有日期的", "双创大赛"}
    first = told["图书馆 延长开放 & 安排"]
    assert (first.section, first.url, first.branch_id) == (BulletinSection.CAMPUS, "https://example.org/a", None)
    assert first.published_at < first.created_at == NOON
    assert told["没有日期的"].url == "" and told["没有日期的"].published_at == NOON
    assert told["双创大赛"].url == f"{server.address}b"
    assert await reader.read_all() == 0 and ("/rss", 304) in server.asked
    # Another process, or this one started anew, knows the entries by the database.
    assert await reading(*sources).read_all() == 0
    server.pages["/rss"] = RSS.replace("a-2", "a-4")
    assert await reader.read_all() == 1


async def test_two_processes_at_once_take_each_entry_in_once(database: str, server: Server) -> None:
    server.pages = {"/rss": RSS}
    await asyncio.gather(*(reading(f"{server.address}rss").read_all() for _ in range(4)))
    assert await Bulletin.all().count() == 2


async def test_what_fails_is_told_once_and_keeps_nothing_else_from_coming(
    database: str, server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "SECONDS", 0.5)
    server.pages = {"/rss": RSS, "/page": "<html>不是</html>", "/huge": RSS + " " * 2_100_000}
    bad = ("missing", "page", "huge", "slow", "round")
    reader = reading(*(f"{server.address}{path}?key=secret" for path in bad), f"{server.address}rss", "没有/这个文件夹")
    with caplog.at_level(logging.WARNING):
        assert await reader.read_all() == 2
        assert await reader.read_all() == 0
    lines = [record.getMessage() for record in caplog.records if record.name == "bot.feeds"]
    assert len(lines) == len(bad) + 1 and not any("secret" in line for line in lines)
    assert [line.partition(": ")[2] for line in lines[:3]] == [
        "its server answers 404",
        "it is neither RSS nor Atom",
        "it is larger than 2000000 bytes",
    ]


async def test_entities_neither_grow_nor_read_files(database: str, server: Server) -> None:
    server.pages = {"/bomb": BOMB}
    await reading(f"{server.address}bomb").read_all()
    for each in await Bulletin.all():
        assert "root:" not in each.text and len(each.text) <= 300


async def test_a_folder_of_texts(database: str, tmp_path: Path) -> None:
    (tmp_path / "一.md").write_text("# 招聘会\n周六上午9点 体育馆\nhttps://example.org/job\n", "utf-8")
    (tmp_path / "二.txt").write_text("讲座", "utf-8")
    (tmp_path / "三.txt").write_bytes(b"\xff\xfe\xff")
    (tmp_path / "图.png").write_bytes(b"\x89PNG")
    reader = Feeds(
        BulletinSettings(feeds=(FeedSettings(source=str(tmp_path), section=BulletinSection.STARTUP),), fresh_days=60),
        SetClock(NOON),
    )
    assert await reader.read_all() == 2 and await reader.read_all() == 0
    found = await Bulletin.get(url="https://example.org/job")
    assert found.text == "招聘会\n周六上午9点 体育馆"


@pytest.mark.parametrize(
    "inside",
    [
        "http://127.0.0.2:1/rss",
        "http://[::1]:1/rss",
        "http://[::ffff:127.0.0.2]:1/rss",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://0.0.0.0:1/",
    ],
)
async def test_a_redirect_leads_nowhere_inside(server: Server, caplog: pytest.LogCaptureFixture, inside: str) -> None:
    server.redirects = {"/rss": inside}
    with caplog.at_level(logging.WARNING):
        assert await reading(f"{server.address}rss").read_all() == 0
    assert INSIDE in caplog.text


async def test_a_redirect_to_where_the_operator_sent_us_is_followed(database: str, server: Server) -> None:
    server.pages = {"/rss": RSS}
    server.redirects = {"/old": "/rss"}
    assert await reading(f"{server.address}old").read_all() == 2
