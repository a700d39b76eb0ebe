"""How a lesson is spoken of."""

from __future__ import annotations

from collections.abc import Iterable

from bot.commands import Refusal, Request
from bot.settings import LessonSettings
from bot.wording import GroupCard, GroupText, Public, in_group, lines_in_group
from models import Lesson

LINE = "{number}号【{section}】{title}"
LINK = "\n链接：{url}"
ON_CARD = "微课堂·{section}\n{summary}发“微课堂 {number}”也能看"
NOT_YOURS = in_group("这不是自己这一级发布的课。发送“微课堂”看编号。")
NO_SUCH = "没有{number}号课，或已下架。发送“微课堂”看有哪些。"


def lines(lessons: Iterable[Lesson]) -> GroupText:
    """One lesson a line: 3号【政策解读】公报要点."""
    return lines_in_group(line(lesson) for lesson in lessons)


def line(lesson: Lesson) -> GroupText:
    """3号【政策解读】公报要点"""
    return in_group(LINE, number=lesson.id, section=Public(lesson.section), title=Public(lesson.title))


def address(lesson: Lesson, settings: LessonSettings) -> Public:
    """The lesson's own link, else that of its page; empty where it has neither."""
    return Public(lesson.url or settings.page_of(lesson.id))


def link(lesson: Lesson, settings: LessonSettings) -> GroupText:
    """A line with the link, or nothing."""
    url = address(lesson, settings)
    return in_group(LINK, url=url) if url else in_group("")


def card(lesson: Lesson, settings: LessonSettings) -> GroupCard | None:
    """The lesson as a card, where it has an address."""
    url = address(lesson, settings)
    if not url:
        return None
    summary = Public(f"{lesson.summary}\n" if lesson.summary else "")
    description = in_group(ON_CARD, section=Public(lesson.section), summary=summary, number=lesson.id)
    return GroupCard(Public(lesson.title), description, url)


async def own(request: Request, number: int) -> Lesson:
    """The lesson of that number that the sender's own level published, whoever of it did; raises Refusal."""
    lesson = await Lesson.published().filter(id=number, branch_id=request.my_branch.id).first()
    if lesson is None:
        raise Refusal(NOT_YOURS)
    return lesson


async def numbered(request: Request, number: int) -> Lesson:
    """The lesson of that number that the sender's branch can read; raises Refusal."""
    lesson = await Lesson.for_branch(request.my_branch).filter(id=number).first()
    if lesson is None:
        raise Refusal(in_group(NO_SUCH, number=number))
    return lesson
