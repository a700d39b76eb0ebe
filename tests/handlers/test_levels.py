"""A school as those above the branches look at it: counts of what is directly below, and who reads names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from tortoise import connections

from bot.commands import Catalogue
from bot.settings import Settings
from bot.understanding.values import SHANGHAI
from models import Account, ActivityKind, AuditEntry, Branch, BranchKind, Category, Level, Member, Post, Room
from tests.chat import CHANNEL, Chat, contact
from tests.conftest import NOON
from tests.handlers.branch_records import announced, came, paid, reported

SCHOOL = "示范大学"
BRANCHES = {
    "软件流动党支部": ("信息学院",),
    "机器人流动党支部": ("机电学院", "智能装备党总支"),
    "数控流动党支部": ("机电学院", "智能装备党总支"),
    "车辆流动党支部": ("机电学院",),
    "翻译临时党支部": ("外国语学院",),
}
OFFICES = {
    "校老师": (SCHOOL, Post.SCHOOL),
    "机老师": (f"{SCHOOL}/机电学院", Post.COLLEGE),
    "总老师": (f"{SCHOOL}/机电学院/智能装备党总支", Post.GENERAL_BRANCH),
    "信老师": (f"{SCHOOL}/信息学院", Post.COLLEGE),
}
SECRETARIES = {"软件流动党支部": "李书记"}  # who writes what `branch_records` writes
SINCE = datetime(2026, 9, 1, tzinfo=SHANGHAI)


@pytest.fixture
async def school(chat: Chat) -> dict[str, Branch]:
    """Five branches of three, each with a secretary and two members named after it; an office at each level."""
    nodes = {SCHOOL: await Branch.create(name=SCHOOL, level=Level.SCHOOL, path=SCHOOL, created_at=SINCE)}
    for name, above in BRANCHES.items():
        path, parent = SCHOOL, nodes[SCHOOL]
        for depth, between in enumerate(above):
            path = f"{path}/{between}"
            if path not in nodes:
                level = Level.GENERAL_BRANCH if depth else Level.COLLEGE
                nodes[path] = await Branch.create(name=between, level=level, path=path, parent=parent, created_at=SINCE)
            parent = nodes[path]
        kind = BranchKind.TEMPORARY if "临时" in name else BranchKind.MOBILE
        nodes[name] = await Branch.create(name=name, kind=kind, path=f"{path}/{name}", parent=parent, created_at=SINCE)
        short = name[:2]
        await _bound(SECRETARIES.get(name, f"{short}书记"), nodes[name], Post.SECRETARY)
        for who in (f"{short}一", f"{short}二"):
            await _bound(who, nodes[name], Post.NONE)
    for who, (path, post) in OFFICES.items():
        await _bound(who, nodes[path], post)
    await paid("数控一", "2026-09", "2026-10", "2026-11", on="2026-11-02 10:00")
    await paid("车辆一", "2026-11", on="2026-11-02 10:00", confirmed=True)
    return nodes


async def _bound(name: str, branch: Branch, post: Post) -> None:
    number = f"2023{await Member.all().count():04d}"
    member = await Member.create(
        name=name,
        student_no=number,
        branch=branch,
        category=Category.FULL,
        post=post,
        dues_from="2026-09",
        created_at=SINCE,
    )
    await Account.create(channel=CHANNEL, contact=contact(name), member=member, friend=True, bound_at=SINCE)


async def test_the_school_sees_its_colleges(chat: Chat, school: dict[str, Branch]) -> None:
    answer = await chat.whisper("校老师", "支部情况")
    assert "示范大学 5 个支部的情况（2026年11月）" in answer and "党员 15 人" in answer
    assert "党费（2026年11月）：应交 12，已登记 2（已确认 1），未交 10" in answer
    assert "· 信息学院：3 人，未交汇报 3，未交党费 3" in answer
    assert "· 机电学院：9 人，未交汇报 9，未交党费 7" in answer
    assert "· 外国语学院：3 人，未交汇报 3，还要" in answer  # a 临时党支部 collects no dues
    assert answer.index("信息学院：") < answer.index("外国语学院：") < answer.index("机电学院：")


async def test_a_college_sees_what_is_directly_below_and_a_general_branch_its_own(
    chat: Chat, school: dict[str, Branch]
) -> None:
    answer = await chat.whisper("机老师", "支部情况")
    assert "· 智能装备党总支：6 人，未交汇报 6，未交党费 5" in answer and "· 车辆流动党支部：3 人" in answer
    assert "数控流动党支部" not in answer and "信息学院" not in answer
    answer = await chat.whisper("总老师", "支部情况")
    assert "· 机器人流动党支部：3 人" in answer and "· 数控流动党支部：3 人" in answer and "车辆" not in answer


async def test_one_that_is_named_and_who_reads_names(chat: Chat, school: dict[str, Branch]) -> None:
    """The committee and the college read them, and that is on the trail; the school reads counts."""
    for who in ("机老师", "总老师"):
        answer = await chat.whisper(who, "支部情况 数控流动党支部")
        assert "数控流动党支部：支部情况（2026年11月）" in answer
        assert "未交党费：数控书记（2026年11月）、数控二（2026年11月）" in answer
    entry = await AuditEntry.filter(command="branch.status").order_by("-id").first()
    assert entry is not None and len(entry.subjects) == 3
    answer = await chat.whisper("校老师", "支部情况 数控流动党支部")
    assert "未交 2" in answer and "数控二" not in answer
    assert "· 智能装备党总支：6 人" in await chat.whisper("校老师", "支部情况 机电学院")
    assert "数控二" in await chat.whisper("机老师", "谁还没交11月党费 数控流动党支部")
    assert "数控二" not in await chat.whisper("校老师", "谁还没交11月党费 数控流动党支部")


@pytest.mark.parametrize(
    "asked",
    [
        "智能装备党总支支部情况",
        "智能装备党总支情况",
        "智能装备党总支的支部情况",
        "智能装备党总支11月统计",
        "看看智能装备党总支",
        "看看智能装备党总支的情况",
        "查一下智能装备党总支11月的情况",
        "智能装备党总支最近怎么样",
    ],
)
async def test_one_that_is_named_in_one_word_is_no_person(chat: Chat, school: dict[str, Branch], asked: str) -> None:
    assert (await chat.whisper("机老师", asked)).startswith("智能装备党总支 2 个支部的情况（2026年11月）")
    assert (await chat.whisper("机老师", "看看数控二的情况")).startswith("数控二（正式党员）的情况")


async def test_nobody_looks_beside_or_above(chat: Chat, school: dict[str, Branch]) -> None:
    answer = await chat.whisper("机老师", "支部情况 软件流动党支部")
    assert answer == "您这一级下面没有找到这个名称，请写全名。下一级有：智能装备党总支、车辆流动党支部。"
    for text in ("支部情况 机电学院", "谁还没交思想汇报 软件流动党支部", "导出台账 软件流动党支部"):
        assert "您只能看自己的支部" in await chat.whisper("车辆书记", text)
    assert "未交党费：车辆书记" in await chat.whisper("车辆书记", "支部情况 车辆流动党支部")
    assert "只有支部委员能用" in await chat.whisper("车辆一", "支部情况 机电学院")
    assert "可能是" in await chat.whisper("校老师", "支部情况 流动党支部")


async def test_what_is_missing_by_level(chat: Chat, school: dict[str, Branch]) -> None:
    await reported("机器一", "2026-Q4", "2026-11-10 20:00")
    assert await chat.whisper("机老师", "谁还没交") == (
        "机电学院下属，2026年11月还没交的：\n"
        "· 智能装备党总支：思想汇报 5 人，党费 5 人\n"
        "· 车辆流动党支部：思想汇报 3 人，党费 3 人"
    )
    answer = await chat.whisper("校老师", "谁还没交11月党费")
    assert "2026年11月党费：应交 12 人，已登记 2 人（其中待确认 1 人），还没交 10 人。" in answer
    assert "· 机电学院：应交 9 人，已登记 2 人，还没交 7 人" in answer
    answer = await chat.whisper("总老师", "谁还没交思想汇报")
    assert "2026年第四季度思想汇报：应交 6，已交 1，退回待改 0，没交 5。" in answer
    assert "· 机器人流动党支部：应交 3，已交 1，退回待改 0，没交 2" in answer


async def test_what_waits_below(chat: Chat, school: dict[str, Branch]) -> None:
    await reported("机器一", "2026-Q4", "2026-11-10 20:00")
    answer = await chat.whisper("机老师", "待办")
    assert "· 智能装备党总支：待批阅汇报 1，待确认党费 1，组织生活还要开展" in answer
    assert "机电学院（学院党委），可以看下属 3 个支部" in answer and "机器一" not in answer
    assert "信息学院" not in answer


async def test_who_asks_to_be_bound_is_not_listed_above_where_a_name_fits_nobody(
    chat: Chat, school: dict[str, Branch]
) -> None:
    await Account.filter(member__name="数控一").delete()
    number = (await Member.get(name="数控一")).student_no
    await chat.whisper("新号", f"绑定 数控一 {number}")
    for office in ("校老师", "机老师"):
        answer = await chat.whisper(office, "同意绑定 周无人")
        assert "没有周无人的绑定申请" in answer and "数控一" not in answer and "“待办”" in answer


async def test_who_is_not_bound_is_counted_above_and_named_of_one_branch(chat: Chat, school: dict[str, Branch]) -> None:
    """As with all that is counted below: a college reads the names of a branch that it names, the school none."""
    await Account.filter(member__name__in=["数控一", "车辆二", "信老师"]).delete()
    names = [member.name for member in await Member.filter(accounts__id__isnull=True)]
    assert len(names) == 3
    answer = await chat.whisper("校老师", "谁还没绑定")
    assert answer == (
        "共 19 人，已绑定 16 人，还没绑定 3 人。\n"
        "· 信息学院：共 4 人，还没绑定 1 人\n"
        "· 外国语学院：共 3 人，还没绑定 0 人\n"
        "· 机电学院：共 11 人，还没绑定 2 人"
    )
    for who, said in (("校老师", "谁还没绑定 数控流动党支部"), ("机老师", "谁还没绑定"), ("总老师", "谁还没绑定")):
        answer = await chat.whisper(who, said)
        assert "还没绑定 1 人" in answer and not any(name in answer for name in names), answer
    assert not [line for line in await AuditEntry.filter(command="bind.missing") if line.subjects]
    answer = await chat.whisper("机老师", "谁还没绑定 数控流动党支部")
    assert "共 3 人，已绑定 2 人，还没绑定 1 人。" in answer and "还没绑定：数控一。" in answer
    line = (await AuditEntry.filter(command="bind.missing").order_by("-id"))[0]
    assert (line.branch_id, len(line.subjects)) == (school["数控流动党支部"].id, 1)


async def test_requests_to_bind_are_counted_above_and_named_to_whom_they_are_referred(
    chat: Chat, school: dict[str, Branch]
) -> None:
    await Account.filter(member__name__in=["数控一", "车辆二", "信老师"]).delete()
    for name in ("数控一", "车辆二", "信老师"):
        member = await Member.get(name=name)
        await chat.whisper(f"新号{name}", f"绑定 {name} {member.student_no}")
    answer = await chat.whisper("校老师", "待办")
    assert "绑定申请 1 件：信老师。" in answer and "数控一" not in answer and "车辆二" not in answer
    assert "下属的绑定申请 2 件，由那里的书记核实：数控流动党支部 1 件、车辆流动党支部 1 件。" in answer
    answer = await chat.whisper("机老师", "待办")
    assert "下属的绑定申请 2 件" in answer and "数控一" not in answer and "车辆二" not in answer
    assert [line.subjects for line in await AuditEntry.filter(command="todo").order_by("id")] == [
        [(await Member.get(name="信老师")).id],
        [],
    ]
    assert "绑定申请 1 件：数控一。" in await chat.whisper("数控书记", "待办")
    assert "已绑定：信老师" in await chat.whisper("校老师", "同意绑定 信老师")


async def test_attendance_below(chat: Chat, school: dict[str, Branch]) -> None:
    day = await announced(school["车辆流动党支部"], 1, ActivityKind.PARTY_DAY, "2026-11-06 19:30", "参观")
    await came(day, "车辆一", "车辆二")
    assert await chat.whisper("机老师", "考勤") == (
        "机电学院，2026年11月的组织生活：\n"
        "· 智能装备党总支：没有开展\n"
        "· 车辆流动党支部：开展 1 次，应到 3 人次，实到 2 人次，请假 0 人次"
    )
    assert "机电学院：开展 1 次" in await chat.whisper("校老师", "主题党日到了多少人")
    assert "没有开展" in await chat.whisper("校老师", "考勤 党课 机电学院")
    assert "编号是各支部自己的" in await chat.whisper("校老师", "考勤 1")


async def test_the_table_of_counts(chat: Chat, school: dict[str, Branch]) -> None:
    assert "共 3 个支部，只有数字" in await chat.whisper("机老师", "导出台账")
    (file,) = chat.files("机老师")
    assert file.name == "机电学院_汇总表_2026年11月.xlsx"
    rows = list(load_workbook(BytesIO(file.data)).worksheets[0].values)
    table = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert [(row["上级"], row["支部"]) for row in table] == [
        ("智能装备党总支", "数控流动党支部"),
        ("智能装备党总支", "机器人流动党支部"),
        (None, "车辆流动党支部"),
        ("合计", None),
    ]
    assert [row["党费已登记"] for row in table] == [1, 0, 1, 2] and [row["党费未交"] for row in table] == [2, 3, 2, 7]
    assert not any(isinstance(value, str) and value[-1:] in "一二" for row in rows[1:] for value in row if value)
    assert "单项的表有姓名" in await chat.whisper("机老师", "导出党费")


async def test_a_committees_group_hears_counts(chat: Chat, school: dict[str, Branch]) -> None:
    there = {"room": "room-7@chatroom"}
    assert "本群已绑定到机电学院" in await chat.say("机老师", "绑定本群", **there)
    for text in ("支部情况", "支部情况 数控流动党支部", "@鸿雁 谁还没交", "@鸿雁 待办", "考勤", "去向"):
        said = await chat.say("机老师", text, **there)
        assert not any(member.name in said for member in await Member.all()), said
    assert "· 智能装备党总支：思想汇报 6 人" in await chat.say("机老师", "@鸿雁 谁还没交", **there)


async def test_the_months_summary_comes_once_to_each_office(chat: Chat, school: dict[str, Branch]) -> None:
    await chat.at("2026-12-01 08:59").tick()
    assert not chat.heard("校老师")
    await chat.at("2026-12-01 09:00").tick()
    (summary,) = [text for text in chat.heard("机老师") if "小结" in text]
    assert summary.startswith("【2026年11月小结】机电学院 3 个支部的情况（2026年11月）")
    assert "· 智能装备党总支：6 人" in summary and "导出11月台账" in summary and "数控二" not in summary
    assert len([text for text in chat.heard("校老师") if "小结" in text]) == 1
    await chat.at("2026-12-02 09:00").tick()
    assert not [text for who in OFFICES for text in chat.heard(who) if "小结" in text and who in ("校老师", "机老师")]
    assert not [text for text in chat.heard("车辆书记") if "小结" in text]


async def test_the_summary_counts_wishes_services_and_opinions_too(chat: Chat, school: dict[str, Branch]) -> None:
    await Room.create(channel=CHANNEL, room="room-5@chatroom", branch=school["车辆流动党支部"], bound_at=SINCE)
    await chat.whisper("车辆一", "微心愿 想借本行测书")
    await chat.whisper("车辆二", "提意见 希望党课放在周末")
    await chat.whisper("车辆二", "给学院提意见 希望多办几次")
    await chat.whisper("车辆书记", "答复意见 1 好的")
    await chat.whisper("车辆书记", "发起公益 周六上午9点 社区清洁 10人")
    wishes = "微心愿：许了 1 个，实现 0 个，等人认领 1 个"
    opinions = "意见：收到 2 条，已答复 1 条，待答复 1 条"
    answer = await chat.whisper("机老师", "支部情况")
    assert wishes in answer and opinions in answer and "公益" not in answer  # not held yet
    await chat.at("2026-12-01 09:00").tick()
    (summary,) = [text for text in chat.heard("机老师") if "小结" in text]
    assert wishes in summary and opinions in summary and "公益和爱心传递：开展 1 次，参加 0 人次" in summary
    assert "车辆一" not in summary and "周末" not in summary
    (summary,) = [text for text in chat.heard("信老师") if "小结" in text]
    assert "微心愿" not in summary and "意见" not in summary


async def test_the_summary_can_be_turned_off(database: str, catalogue: Catalogue, school: dict[str, Branch]) -> None:
    chat = Chat(catalogue, Settings(summary={"enabled": False}), NOON)
    await chat.at("2026-12-01 09:00").tick()
    assert not chat.heard("校老师")


@asynccontextmanager
async def queries() -> AsyncIterator[list[str]]:
    """The statements that are run inside."""
    connection = connections.get("default")
    asked: list[str] = []
    before = type(connection).execute_query

    async def execute_query(self: Any, query: str, *more: Any, **named: Any) -> Any:
        asked.append(query)
        return await before(self, query, *more, **named)

    type(connection).execute_query = execute_query  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        type(connection).execute_query = before  # type: ignore[method-assign]


@pytest.mark.parametrize(
    "text", ["支部情况", "谁还没交", "谁还没交11月党费", "谁还没交思想汇报", "待办", "考勤", "导出台账", "谁还没绑定"]
)
async def test_as_many_queries_for_many_branches_as_for_few(chat: Chat, school: dict[str, Branch], text: str) -> None:
    async with queries() as few:
        await chat.whisper("校老师", text)
    for number in range(12):
        path = f"{SCHOOL}/机电学院/新{number}流动党支部"
        branch = await Branch.create(name=f"新{number}流动党支部", path=path, parent=school[SCHOOL], created_at=SINCE)
        for place in range(5):
            await _bound(f"新{number}人{place}", branch, Post.NONE if place else Post.SECRETARY)
        await announced(branch, 1, ActivityKind.LECTURE, "2026-11-06 19:30", "党章")
    async with queries() as many:
        await chat.whisper("校老师", text)
    assert 0 < len(many) <= len(few) + 2, (len(few), len(many))


DEEP = ("机电学院", "智能装备党总支", "机器人分党委", "本科生党总支", "2023级党总支")


async def _deep(chat: Chat, school: dict[str, Branch]) -> Branch:
    """A branch at the bottom of six levels, with an office and a group at the third and at the last above it."""
    parent, path = school[f"{SCHOOL}/机电学院/智能装备党总支"], f"{SCHOOL}/机电学院/智能装备党总支"
    for name in DEEP[2:]:
        path = f"{path}/{name}"
        parent = await Branch.create(name=name, level=Level.GENERAL_BRANCH, path=path, parent=parent, created_at=SINCE)
        await _bound(f"{name[:2]}老师", parent, Post.GENERAL_BRANCH)
    branch = await Branch.create(name="深处流动党支部", path=f"{path}/深处流动党支部", parent=parent, created_at=SINCE)
    await _bound("深处书记", branch, Post.SECRETARY)
    await _bound("深处一", branch, Post.NONE)
    for number, node in enumerate((school[SCHOOL], school[f"{SCHOOL}/机电学院"], parent, branch), 1):
        await Room.create(channel=CHANNEL, room=f"room-{number}@deep", branch=node, bound_at=SINCE)
    return branch


async def test_a_tree_may_be_of_any_depth(chat: Chat, school: dict[str, Branch]) -> None:
    """What is published high up reaches the bottom, each group once; figures come up through every level; the names
    are read by whoever looks after the branch, not by the school."""
    await _deep(chat, school)
    for who, below in (("校老师", "机电学院"), ("机老师", "智能装备党总支"), ("总老师", "机器人分党委")):
        assert f"· {below}：" in await chat.whisper(who, "支部情况")
    assert "· 本科生党总支：2 人，未交汇报 2，未交党费 2" in await chat.whisper("机器老师", "支部情况")
    assert "· 深处流动党支部：2 人" in await chat.whisper("20老师", "支部情况")
    assert "· 智能装备党总支：8 人，未交汇报 8" in await chat.whisper("机老师", "看看机电学院")
    assert "深处一" in await chat.whisper("机老师", "支部情况 深处流动党支部")
    assert "深处一" in await chat.whisper("20老师", "谁还没交11月党费 深处流动党支部")
    assert "深处一" not in await chat.whisper("校老师", "支部情况 深处流动党支部")
    assert "没有找到这个名称" in await chat.whisper("信老师", "支部情况 深处流动党支部")
    for number in (1, 2, 3, 4):
        chat.group(f"room-{number}@deep")
    await chat.whisper("校老师", "发通知 本周五前核对名册")
    await chat.whisper("校老师", "确认")
    await chat.whisper("机老师", "发布微课 政策解读 公报要点 https://example.org/a")
    await chat.whisper("机器老师", "发起主题党日 11月28日19:30 学习全会精神")
    heard = [chat.group(f"room-{number}@deep") for number in (1, 2, 3, 4)]
    assert [[text.partition("\n")[0] for text in texts] for texts in heard] == [
        ["【通知】示范大学"],
        ["【通知】示范大学", "【微课堂】1号【政策解读】公报要点"],
        ["【通知】示范大学", "【微课堂】1号【政策解读】公报要点"],
        ["【通知】示范大学", "【微课堂】1号【政策解读】公报要点", "【主题党日】1号"],
    ]
