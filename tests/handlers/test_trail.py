"""操作记录: what was done by virtue of an office, for the branch it was done with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.audit import note_operator
from bot.commands import Catalogue, Request, Role
from bot.pages import Sheet, page
from bot.settings import Settings
from handlers.audit import trail
from models import AuditEntry, Member
from tests.chat import Chat, found_branch
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
