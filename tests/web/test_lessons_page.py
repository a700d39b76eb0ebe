"""The lessons as pages: listed, found, read; nothing in them runs, and nothing of members stands there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest
from aiohttp import ClientSession

from bot.metrics import Metrics
from bot.settings import LessonSettings, Settings
from bot.web import Status, gateway_application, serving
from models import Lesson, LessonPicture
from tests.conftest import NOON


class Visitor:
    """Opens pages."""

    def __init__(self, address: str, client: ClientSession) -> None:
        self._address = address
        self._client = client
        self.headers: dict[str, str] = {}

    async def get(self, path: str) -> tuple[int, str]:
        async with self._client.get(f"{self._address}{path}") as response:
            self.headers = dict(response.headers)
            return response.status, (await response.read()).decode("utf-8", "replace")


@pytest.fixture
async def visitor(database: str) -> AsyncIterator[Visitor]:
    async def probe() -> Status:
        return Status({})

    settings = Settings(lessons=LessonSettings(sections=("红色家书",)))
    application = gateway_application(probe, Metrics(), settings)
    async with serving(application, "127.0.0.1", 0) as address, ClientSession() as client:
        yield Visitor(address, client)


async def lesson(title: str, section: str = "政策解读", **more: object) -> Lesson:
    fields = {"text": "正文", "published_at": NOON, **more}
    return await Lesson.create(title=title, section=section, **fields)


async def test_lists_sections_and_search(visitor: Visitor) -> None:
    assert "还没有课" in (await visitor.get("lessons"))[1]
    await lesson("公报要点")
    await lesson("给母亲的信", "红色家书", text="亲爱的母亲")
    await lesson("旧课", withdrawn_at=NOON)
    status, page = await visitor.get("lessons")
    assert status == 200 and "公报要点" in page and "给母亲的信" in page and "旧课" not in page
    assert all(name in page for name in ("前沿热点", "政策解读", "法律法规", "新闻观察", "党员修养", "红色家书"))
    _, page = await visitor.get(f"lessons?section={quote('红色家书')}")
    assert "给母亲的信" in page and "公报要点" not in page
    _, page = await visitor.get(f"lessons?q={quote('亲爱的')}")
    assert "给母亲的信" in page and "公报要点" not in page and "找到 1 课" in page


async def test_many_lessons_have_several_pages(visitor: Visitor) -> None:
    for number in range(45):
        await lesson(f"第{number}讲")
    _, page = await visitor.get("lessons")
    assert "第44讲" in page and "第24讲" not in page
    _, page = await visitor.get("lessons?page=3")
    assert "第4讲" in page and "第5讲" not in page
    for odd in ("0", "99", "-1", "x", "²", "9" * 30):
        assert (await visitor.get(f"lessons?page={quote(odd)}"))[0] == 200


async def test_a_lesson_and_its_pictures(visitor: Visitor) -> None:
    found = await lesson("公报要点", text="一段**重点**", url="https://example.org/a")
    await LessonPicture.create(lesson=found, position=1, name="一.png", media_type="image/png", data=b"\x89PNG")
    status, page = await visitor.get(f"lessons/{found.id}")
    assert status == 200 and "<strong>重点</strong>" in page and f'src="/lessons/{found.id}/pictures/1"' in page
    status, _ = await visitor.get(f"lessons/{found.id}/pictures/1")
    assert (status, visitor.headers["Content-Type"]) == (200, "image/png")
    for path in ("pages.css", "goose.svg"):
        assert (await visitor.get(path))[0] == 200
    await Lesson.filter(id=found.id).update(withdrawn_at=NOON)
    for path in (f"lessons/{found.id}", f"lessons/{found.id}/pictures/1", "lessons/999", f"lessons/{'9' * 40}"):
        assert (await visitor.get(path))[0] == 404


async def test_what_people_wrote_runs_nothing(visitor: Visitor) -> None:
    bad = '<img src=x onerror="alert(1)">'
    found = await lesson(bad, summary=bad, text=f"{bad} [x](javascript:alert(1))", url='https://example.org/"><script>')
    await LessonPicture.create(lesson=found, position=1, name=bad, media_type="image/svg+xml", data=b"<svg/>")
    for path in ("lessons", f"lessons/{found.id}", f"lessons?q={quote(bad)}", f"lessons?section={quote(bad)}"):
        _, page = await visitor.get(path)
        assert "<img src=x" not in page and "<script" not in page and 'href="javascript' not in page
        policy = visitor.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "script-src" not in policy and "form-action 'self'" in policy
        assert visitor.headers["X-Content-Type-Options"] == "nosniff"
    assert (await visitor.get(f"lessons/{found.id}/pictures/1"))[0] == 404
