"""Lessons that were written to run something in the reader's browser, read in Chromium: every one stays text."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Browser

from bot.database import migrate, opened
from bot.settings import LessonSettings
from bot.web.lessons_page import add_lessons
from bot.web.serving import serving
from models import Lesson, LessonPicture
from tests.conftest import NOON

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RAN = "top.ran=1"
ATTACKS = (
    f"<script>{RAN}</script>",
    f'<img src=x onerror="{RAN}">',
    f"<svg/onload={RAN}>",
    f'<iframe srcdoc="<script>{RAN}</script>"></iframe>',
    f"[点我](javascript:{RAN})",
    f"[点我](&#106;avascript:{RAN})",
    f"[点我](java\tscript:{RAN})",
    "[点我](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    f"[点我](vbscript:{RAN})",
    f"<javascript:{RAN}>",
    f'[点我](https://example.org/ "\\" onmouseover=\\"{RAN}")',
    f'![图](x" onerror="{RAN})',
    f'</title></head><body onload="{RAN}">',
    "<style>body{display:none}</style>",
    "<base href=//example.org/>",
    "<meta http-equiv=refresh content='0;url=//example.org/'>",
    "<form action=//example.org/><button>点我</button></form>",
    "\u202e\u2066{{ 7*7 }} ${7*7} {% raw %}",
)


async def test_nothing_runs_in_a_lesson(browser: Browser, tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path / 'hongyan.sqlite3'}"
    await migrate(url)
    async with opened(url):
        for number, attack in enumerate(ATTACKS, 1):
            link = f'https://example.org/"><script>{RAN}</script>'
            made = await Lesson.create(
                title=attack[:100],
                section="政策解读",
                summary=attack,
                text=f"第{number}种：{attack}\n\n{attack}",
                url=link,
                published_at=NOON,
            )
            await LessonPicture.create(lesson=made, position=1, name=attack, media_type="image/png", data=b"no picture")
        application = web.Application()
        add_lessons(application, LessonSettings())
        async with serving(application, "127.0.0.1", 0) as address:
            await _read_all(browser, address, [lesson.id for lesson in await Lesson.all()])


async def _read_all(browser: Browser, address: str, lessons: list[int]) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("lessons", "lessons?q=%3Cscript%3E", *(f"lessons/{number}" for number in lessons)):
        await page.goto(f"{address}{path}")
        assert (
            await page.locator("script, iframe, object, embed, base, body form[action*='//'], main style").count() == 0
        )
        assert await page.evaluate("window.ran") is None and await page.locator("main").is_visible()
        targets = await page.eval_on_selector_all("a[href]", "links => links.map(link => link.protocol)")
        assert set(targets) <= {"http:", "https:"}, (path, targets)
        for link in await page.locator("a[href^='#'], [onclick], [onmouseover], [onerror], [onload]").all():
            raise AssertionError(await link.evaluate("it => it.outerHTML"))
    assert {request.split("/")[2] for request in asked} == {address.split("/")[2]}
    await context.close()
