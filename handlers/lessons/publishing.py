"""微课堂：发布、下架，每周选课。"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from bot.commands import (
    AskFor,
    Audience,
    MomentTick,
    Notice,
    Refusal,
    Reply,
    Request,
    Role,
    ToGroups,
    command,
    job,
    undo,
)
from bot.lessons import as_text
from bot.reach import groups_below
from bot.understanding.values import Number, Text, Url, Word
from bot.wording import GroupText, Public, in_group
from handlers.lessons.pictures import expect_pictures
from handlers.lessons.wording import card, line, lines, link, own
from models import Lesson, LessonSection, OutboxMessage, Room, Section

LONGEST_TITLE = 100  # characters, as wide as the column
LONGEST_LINK = 500
LONGEST_TEXT = 20_000
SUMMARY_LENGTH = 60  # characters of the text
KEY = "lesson:{id}"

WHICH_SECTION = "请写明栏目（{sections}），例如：发布微课 政策解读 公报要点 https://example.org/a"
NOTHING_TO_READ = in_group("请在标题后面写上链接或正文，例如：发布微课 政策解读 公报要点 https://example.org/a")
TITLE_TOO_LONG = in_group("标题太长了，请写在 100 字以内，后面空一格再写正文。")
LINK_TOO_LONG = in_group("链接太长了，请换一个短的。")
TEXT_TOO_LONG = in_group("正文太长了，请写在 2 万字以内，或请管理员用文件导入。")

PUBLISHED = "已发布：{line}，通知 {count} 个群。要配图，随后私聊发给我。发送“撤销”可收回。"
PUBLISHED_UNHEARD = (
    "已发布：{line}。本支部和下属支部还没有绑定群，大家可以发“微课堂”看到。要配图，随后私聊发给我。发送“撤销”可收回。"
)
ANNOUNCEMENT = "【微课堂】{line}{summary}{link}\n看全文发：微课堂 {number}"
SUMMARY = "\n{summary}"

WITHDRAWN = "已下架：{line}。"
WITHDRAWN_TOLD = "已下架：{line}。通知已经发到群里的，收不回来。"
PUBLISH_AGAIN = in_group("下架不能撤销。要恢复这一课，请重新发布。")

SELECTION = "【本周微课堂】\n{lines}\n看一课发：微课堂 {number}"
WEEK = timedelta(days=7)


@command(
    "lesson.publish",
    "(发布|上传|新增|发|添加|推送) (微课|微课堂|微党课)",
    "@(发布|上传|新增|发){section}",
    "@(发布|上传|新增|发|推)(个|条|一个|一节|一条|一课)(微课|微课堂|微党课)[吧]",
    role=Role.COMMITTEE,
    help="发布微课 政策解读 公报要点 https://example.org/a — 发布一课，下属各群都会收到",
)
async def publish(
    request: Request,
    title: Word,
    section: Annotated[Section, LessonSection] | None = None,
    url: Url | None = None,
    text: Text | None = None,
) -> Reply:
    """Publish a lesson for the sender's branch, college or school and all below it; each of their groups is told."""
    if section is None:
        sections = Public("、".join(request.settings.lessons.all_sections))
        raise AskFor(in_group(WHICH_SECTION, sections=sections), slot="section")
    _refuse_too_long(title, url, text or "")
    if not url and not text:
        raise Refusal(NOTHING_TO_READ)
    lesson = await Lesson.create(
        branch=request.my_branch,
        author=request.me,
        section=section.label,
        title=title,
        summary=_summary(text or ""),
        text=text or "",
        url=url or "",
        published_at=request.now,
    )
    await expect_pictures(request, lesson)
    rooms = await groups_below(request.my_branch, request.settings)
    wording = PUBLISHED if rooms else PUBLISHED_UNHEARD
    said = in_group(wording, line=line(lesson), **({"count": len(rooms)} if rooms else {}))
    return Reply(said, notices=[_announcement(request, lesson, rooms)], record=lesson.id)


def _refuse_too_long(title: str, url: str | None, text: str) -> None:
    if len(title) > LONGEST_TITLE:
        raise Refusal(TITLE_TOO_LONG)
    if len(url or "") > LONGEST_LINK:
        raise Refusal(LINK_TOO_LONG)
    if len(text) > LONGEST_TEXT:
        raise Refusal(TEXT_TOO_LONG)


def _summary(text: str) -> str:
    """The text's beginning, on one line."""
    plain = " ".join(as_text(text).split())
    return plain if len(plain) <= SUMMARY_LENGTH else plain[: SUMMARY_LENGTH - 1] + "…"


def _announcement(request: Request, lesson: Lesson, rooms: Sequence[Room]) -> ToGroups:
    settings = request.settings.lessons
    text = in_group(
        ANNOUNCEMENT,
        line=line(lesson),
        summary=in_group(SUMMARY, summary=Public(lesson.summary)) if lesson.summary else in_group(""),
        link=link(lesson, settings),
        number=lesson.id,
    )
    return ToGroups([room.branch_id for room in rooms], text, KEY.format(id=lesson.id), card(lesson, settings))


@undo(publish)
async def unpublish(request: Request, record: int) -> Reply:
    """Take the lesson down; groups that were not told yet are not told."""
    return Reply(await _withdraw(request, await Lesson.get(id=record)))


async def _withdraw(request: Request, lesson: Lesson) -> GroupText:
    lesson.withdrawn_at = request.now
    await lesson.save(update_fields=["withdrawn_at"])
    in_time = await OutboxMessage.withdraw(f"{KEY.format(id=lesson.id)}:")
    return in_group(WITHDRAWN if in_time else WITHDRAWN_TOLD, line=line(lesson))


@command(
    "lesson.withdraw",
    "(下架|撤下|撤掉|删除) (微课|微课堂|微党课)",
    "@{number}[节|堂|讲|期](课|微课) (下架|撤下|撤掉|删除|删掉)[了|吧]",
    "@(微课|微课堂){number}(下架|撤下|撤掉|删除|删掉)[了|吧]",
    role=Role.COMMITTEE,
    help="下架微课 3 — 不再让大家看到自己这一级发布的课",
)
async def withdraw(request: Request, number: Number) -> Reply:
    """Take down a lesson that the sender's own level published, whoever of it did."""
    lesson = await own(request, number)
    return Reply(await _withdraw(request, lesson), record=lesson.id)


@undo(withdraw)
async def withdraw_back(request: Request, record: int) -> Reply:
    """Groups may have been told; a new publication is clearer than a revived one."""
    raise Refusal(PUBLISH_AGAIN)


@job("lesson.selection", tells=(Audience.GROUP,), at=lambda settings, now: settings.lessons.selection(now))
async def select(tick: MomentTick) -> Sequence[Notice]:
    """The week's new lessons, one message to each group that has any; nothing where nothing is new."""
    rooms = await Room.filter(active=True).select_related("branch")
    since = max(tick.since or tick.moment - WEEK, tick.moment - 2 * WEEK)
    of_these_days = Lesson.published().filter(published_at__gt=since, published_at__lte=tick.moment)
    new = await of_these_days.select_related("branch")
    branches: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for room in rooms:
        readable = [each for each in new if each.branch is None or each.branch.path in room.branch.lineage]
        chosen = tuple(each.id for each in readable[: tick.settings.lessons.weekly_most])
        branches[chosen].append(room.branch_id)
    by_id = {lesson.id: lesson for lesson in new}
    return [_selection([by_id[id_] for id_ in chosen], ids, tick.moment) for chosen, ids in branches.items() if chosen]


def _selection(lessons: Sequence[Lesson], branch_ids: Sequence[int], moment: datetime) -> ToGroups:
    text = in_group(SELECTION, lines=lines(lessons), number=lessons[0].id)
    return ToGroups(branch_ids, text, f"lesson.selection:{moment:%Y%m%d}")
