"""操作记录: what was done by virtue of an office, for the branch it was done with."""

from __future__ import annotations

from models import AuditEntry
from tests.chat import Chat, found_branch
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
