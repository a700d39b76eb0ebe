"""操作记录: what was done by virtue of an office, for the branch it was done with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.audit import note_operator
from bot.commands import Catalogue, Request, Role
from bot.pages import Sheet, page
from bot.settings import Settings
from handlers.audit import trail
from models import Account, AuditEntry, Branch, Category, Level, Member, Post
from tests.chat import CHANNEL, Chat, contact, found_branch
from tests.conftest import NOON
from tests.handlers.branch_records import reported


async def test_the_committee_sees_who_read_and_exported_what(chat: Chat) -> None:
    await found_branch(chat)
    await reported("张三", "2026-Q4", "2026-11-20 10:00")
    assert "没有" in await chat.whisper("李书记", "操作记录")
    await chat.whisper("李书记", "看看张三")
    await chat.say("李书记", "导出11月台账")
    await chat.whisper("张三", "我的")
    said = await chat.whisper("李书记", "操作记录")
    lines = said.splitlines()
    assert len(lines) == 3, said
    assert lines[1].startswith("11-23 12:00 李书记（群里）") and "2026年11月" in lines[1] and "等 3 人" not in lines[1]
    assert "李书记（私聊）" in lines[2] and lines[2].endswith("：张三")
    assert await chat.say("李书记", "操作记录 张三") == "操作记录已私聊发给您。"
    line = await AuditEntry.filter(command="audit.trail").order_by("-id").first()
    assert line is not None and line.subjects, "reading the trail stands on the trail"


async def test_members_do_not_see_it(chat: Chat) -> None:
    await found_branch(chat)
    assert "支部委员" in await chat.whisper("张三", "操作记录")


async def test_what_was_refused_stands_there_too(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("张三", "导出11月台账")
    await chat.whisper("李书记", "取消转正 张三")
    lines = (await chat.whisper("李书记", "操作记录")).splitlines()
    assert len(lines) == 3, lines
    assert "李书记" in lines[1] and lines[1].endswith("（没有办成）")
    assert "张三（私聊）" in lines[2] and lines[2].endswith("（没有办成）")
    assert "没有" in await chat.whisper("李书记", "操作记录 张三"), "whose they were is not known"


async def test_what_the_operator_does_with_members_stands_there(chat: Chat) -> None:
    await found_branch(chat)
    await note_operator("roster.codes", chat.clock.now(), subjects=[(await Member.get(name="张三")).id])
    assert "管理员（服务器）生成绑定码：张三" in await chat.whisper("李书记", "操作记录")


@page("branch", path="/branch", title="支部情况", role=Role.COMMITTEE)
async def of_the_branch(_: Request) -> Sheet:
    return Sheet("支部情况")


@page("own", path="/own", title="自己的")
async def of_oneself(_: Request) -> Sheet:
    return Sheet("自己的")


async def test_pages_that_take_an_office_stand_there(database: str, catalogue: Catalogue, settings: Settings) -> None:
    chat = Chat(replace(catalogue, pages=(of_the_branch, of_oneself)), settings, NOON)
    await found_branch(chat)
    secretary, member = await Member.get(name="李书记"), await Member.get(name="张三")
    for name, outcome in (("branch", "done"), ("own", "done"), ("branch", "refused")):
        await AuditEntry.append(
            at=chat.clock.now(),
            command=f"web.page.{name}",
            outcome=outcome,
            channel="wechaty",
            member_id=secretary.id,
            branch_id=secretary.branch_id,
            subjects=[member.id] if outcome == "done" else [],
        )
    lines = (await chat.whisper("李书记", "操作记录")).splitlines()
    assert len(lines) == 3, lines
    assert lines[1].endswith("在网页上看“支部情况”（没有办成）")
    assert lines[2].endswith("李书记（私聊）在网页上看“支部情况”：张三")


async def test_it_says_what_is_not_listed_and_what_was_not_read(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    await found_branch(chat)
    monkeypatch.setattr(trail, "MOST_LINES", 2)
    for _ in range(3):
        await chat.whisper("李书记", "看看张三")
    said = await chat.whisper("李书记", "操作记录")
    assert said.splitlines()[-1].startswith("更早的还有 1 条") and len(said.splitlines()) == 4
    monkeypatch.setattr(trail, "MOST_READ", 2)
    assert (await chat.whisper("李书记", "操作记录")).splitlines()[-1] == "近 30 天的操作太多，只查了最近 2 条。"
    for _ in range(2):
        await chat.whisper("张三", "我的")
    assert "近 30 天的操作太多" in await chat.whisper("李书记", "操作记录")


async def _with_a_college(chat: Chat) -> None:
    """孙老师 of the college above two branches, the first with the chat's group."""
    first = await found_branch(chat)
    college = await Branch.create(
        name="信息学院", level=Level.COLLEGE, path="示范大学/信息学院", created_at=first.created_at
    )
    other = (("周书记", Post.SECRETARY, Category.FULL),)
    second = await found_branch(chat, "软件工程流动党支部", other, room="room-2@chatroom")
    await Branch.filter(id__in=[first.id, second.id]).update(parent_id=college.id)
    officer = await Member.create(
        name="孙老师",
        student_no="T001",
        branch=college,
        category=Category.FULL,
        post=Post.COLLEGE,
        dues_from="2026-09",
        created_at=first.created_at,
    )
    await Account.create(channel=CHANNEL, contact=contact("孙老师"), member=officer, friend=True)


async def _listed(chat: Chat, who: str = "李书记") -> list[str]:
    """What 操作记录 lists, the latest first, without the time."""
    said = await chat.whisper(who, "操作记录")
    return [line.split(" ", 2)[2] for line in said.splitlines()[1:]] if said.startswith("近 30 天按") else []


async def test_what_the_committee_changes_without_naming_anybody_stands_there(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "发起主题党日 11月28日19:30 学习全会精神")
    await chat.whisper("李书记", "取消活动 1")
    await chat.whisper("李书记", "公开决议 支部大会通过了计划")
    await chat.whisper("李书记", "撤下公开 1")
    await chat.whisper("李书记", "撤销")
    await chat.whisper("李书记", "发通知 周五交材料")
    await chat.whisper("李书记", "撤销")
    await chat.say("李书记", "解绑本群")
    await chat.say("李书记", "确认")
    await chat.say("李书记", "绑定本群")
    assert await _listed(chat) == [
        "李书记（群里）让我为这个支部服务",
        "李书记（群里）不再为支部服务这个群",
        "李书记（私聊）撤销了：发通知到群里",
        "李书记（私聊）发通知到群里",
        "李书记（私聊）撤销了：撤下公开错了的事项（没有办成）",
        "李书记（私聊）撤下公开错了的事项（1号）",
        "李书记（私聊）公开决议、工作计划、工作总结、公示（决议）",
        "李书记（私聊）取消还没开始的活动（1号）",
        "李书记（私聊）发起组织生活（主题党日）",
    ]


async def test_what_the_committee_asks_without_reading_anybodys_does_not_fill_it(chat: Chat) -> None:
    await found_branch(chat)
    for said in ("谁还没绑定", "操作记录", "操作记录"):
        await chat.whisper("李书记", said)
    assert await _listed(chat) == []


async def test_an_office_above_stands_there_with_what_it_counts_exports_and_changes(chat: Chat) -> None:
    """What it did with all below it stands in each branch's, what it did with one in that one's."""
    await _with_a_college(chat)
    for said in ("谁还没交 软件工程流动党支部", "支部情况", "导出11月台账", "考勤 智能制造流动党支部"):
        await chat.whisper("孙老师", said)
    await chat.whisper("孙老师", "发通知 周五交材料")
    await chat.whisper("孙老师", "确认")
    await chat.say("孙老师", "绑定支部 智能制造流动党支部", room="room-9@chatroom")
    first, second = await _listed(chat), await _listed(chat, "周书记")
    with_all = [
        "孙老师（私聊）发通知到群里",
        "孙老师（私聊）把记录导出成 Excel（台账，2026年11月）",
        "孙老师（私聊）看本支部的统计",
    ]
    assert first == ["孙老师（群里）让我为这个支部服务", with_all[0], "孙老师（私聊）看活动到了多少人", *with_all[1:]]
    assert (
        second[:3] == with_all and second[3].startswith("孙老师（私聊）看谁还没交思想汇报和党费") and len(second) == 4
    )


async def test_the_affairs_of_those_above_alone_do_not_stand_there(chat: Chat) -> None:
    """Its own group, and what a member told it past the branch, by name or not."""
    await _with_a_college(chat)
    await chat.say("孙老师", "绑定本群", room="room-9@chatroom")
    await chat.whisper("张三", "给学院提意见 书记总不回消息")
    await chat.whisper("孙老师", "看意见")
    await chat.whisper("孙老师", "看意见 1")
    await chat.whisper("孙老师", "答复意见 1 我们了解一下")
    assert "done" in {line.outcome for line in await AuditEntry.filter(command="opinion.answer")}
    assert await _listed(chat) == []
