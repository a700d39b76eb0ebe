"""Lessons from a folder or a table: again updates, and every fault is named with where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.lessons import LessonsFaulty, LessonsReport, as_html, as_text, import_lessons
from bot.settings import LessonSettings, Settings
from models import Branch, Lesson, LessonPicture
from tests.conftest import NOON

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
FIRST = """---
栏目: 政策解读
标题: 公报要点
摘要: 十分钟看懂公报
链接: https://example.org/a
---
# 要点

第一段**重点**。
![图一](图/一.png)
"""


def written(folder: Path) -> Path:
    (folder / "图").mkdir()
    (folder / "图" / "一.png").write_bytes(PNG)
    (folder / "一.md").write_text(FIRST, "utf-8")
    (folder / "二.md").write_text("---\n栏目: 党员修养\n标题: 读书\n---\n读一本书。\n", "utf-8")
    return folder


async def brought(path: Path, settings: Settings, branch: Branch | None = None) -> LessonsReport:
    return await import_lessons(path, branch, settings=settings, now=NOON)


async def test_a_folder_comes_in_and_again_updates(database: str, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "课"
    folder.mkdir()
    written(folder)
    assert await brought(folder, settings) == LessonsReport(added=2)
    lesson = await Lesson.get(title="公报要点")
    assert (lesson.section, lesson.summary, lesson.url) == ("政策解读", "十分钟看懂公报", "https://example.org/a")
    assert lesson.text == "# 要点\n\n第一段**重点**。" and lesson.branch_id is None
    picture = await LessonPicture.get(lesson_id=lesson.id)
    assert (picture.name, picture.media_type, bytes(picture.data)) == ("一.png", "image/png", PNG)

    assert await brought(folder, settings) == LessonsReport(unchanged=2)
    (folder / "一.md").write_text(FIRST.replace("第一段", "新的一段").replace("![图一](图/一.png)", ""), "utf-8")
    assert await brought(folder, settings) == LessonsReport(updated=1, unchanged=1)
    assert "新的一段" in (await Lesson.get(id=lesson.id)).text and not await LessonPicture.exists()


async def test_a_table_comes_in_for_one_branch(database: str, settings: Settings, tmp_path: Path) -> None:
    branch = await Branch.create(name="信息学院", path="示范大学/信息学院", created_at=NOON)
    (tmp_path / "一.png").write_bytes(PNG)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["微课清单"],
        ["标题", "栏目", "正文", "图片", "备注"],
        ["公报要点", "政策解读", "第一行\n第二行", "一.png", "不读"],
        [None, None, None, None, "空行"],
        ["读书", "红色家书", "亲爱的母亲", None, None],
    ):
        sheet.append(row)
    book.save(tmp_path / "课.xlsx")
    own = settings.model_copy(update={"lessons": LessonSettings(sections=("红色家书",))})
    assert await brought(tmp_path / "课.xlsx", own, branch) == LessonsReport(added=2)
    assert {(each.section, each.branch_id) for each in await Lesson.all()} == {
        ("政策解读", branch.id),
        ("红色家书", branch.id),
    }
    (tmp_path / "课.csv").write_text("栏目,标题,链接\n政策解读,公报要点,https://example.org/a\n", "utf-8")
    assert await brought(tmp_path / "课.csv", own) == LessonsReport(added=1)


FAULTY = {
    "a.md": ("没有开头", "a.md：开头要有两行 --- 夹着的栏目、标题。"),
    "b.md": ("---\n栏目: 笑话\n标题: 一\n---\n正文", "b.md：没有“笑话”这个栏目，可以是：前沿热点"),
    "c.md": ("---\n栏目: 政策解读\n标题: 一\n作者: 张三\n---\n正文", "c.md：没有“作者”这一项"),
    "d.md": ("---\n栏目: 政策解读\n---\n", "d.md：没有标题。"),
    "e.md": ("---\n栏目: 政策解读\n标题: 一\n链接: javascript:alert(1)\n---\n", "e.md：链接不是网址"),
    "f.md": ("---\n栏目: 政策解读\n标题: 一\n---\n![](../../秘密.png)", "f.md：图片要和课放在同一个文件夹里"),
    "g.md": ("---\n栏目: 政策解读\n标题: 一\n---\n![](没有.png)![](x.svg)", "g.md：找不到图片"),
    "h.md": ("---\n[\n---\n", "h.md：--- 之间不是正确的 YAML。"),
}


async def test_faults_are_all_named_and_nothing_comes_in(database: str, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "课"
    folder.mkdir()
    written(folder)
    for name, (text, _) in FAULTY.items():
        (folder / name).write_text(text, "utf-8")
    with pytest.raises(LessonsFaulty) as faulty:
        await brought(folder, settings)
    for _, expected in FAULTY.values():
        assert any(fault.startswith(expected) for fault in faulty.value.faults), expected
    assert not await Lesson.exists()
    for path in (tmp_path / "没有", tmp_path / "空"):
        (tmp_path / "空").mkdir(exist_ok=True)
        with pytest.raises(LessonsFaulty):
            await brought(path, settings)
    (tmp_path / "双.csv").write_text("栏目,标题,正文\n政策解读,一,甲\n政策解读,一,乙\n", "utf-8")
    with pytest.raises(LessonsFaulty) as faulty:
        await brought(tmp_path / "双.csv", settings)
    assert faulty.value.faults == ["第3行：标题和别的课重复了。"]


def test_markdown_runs_nothing_and_reads_as_text() -> None:
    text = "# 题\n\n一**重**\n二 [链](https://a.cn)\n\n1. 甲\n2. 乙\n\n<script>x</script> [坏](javascript:x)"
    assert as_text(text).startswith("题\n\n一重\n二 链（https://a.cn）\n1. 甲\n2. 乙\n\n<script>x</script>")
    page = as_html(text)
    assert "<script" not in page and 'href="javascript' not in page
    assert "<strong>重</strong>" in page
