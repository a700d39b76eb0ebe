"""A college announces for its branches: each has its own activity, and each group hears it once."""

from __future__ import annotations

from models import Activity, ActivityKind, ActivityState, Branch
from tests.chat import Chat
from tests.handlers.branch_records import announced
from tests.handlers.test_lessons import SECOND, found_college

ANNOUNCE = "发起主题党日 11月28日19:30 学习二十届四中全会精神"


async def test_each_branch_gets_its_own_activity(chat: Chat) -> None:
    await found_college(chat)
    branch = await Branch.get(name="智能制造流动党支部")
    await announced(branch, 1, ActivityKind.LECTURE, "2026-11-25 19:00", "党课")
    said = await chat.whisper("孙老师", ANNOUNCE)
    assert said == (
        "已为下属 3 个支部发布：主题党日（11月28日周六19:30），通知 2 个群。"
        "报名、签到、考勤由各支部自己办。发送“撤销”可全部取消。"
    )
    (first,), (second,) = chat.group(), chat.group(SECOND)
    assert first.startswith("【主题党日】2号\n") and second.startswith("【主题党日】1号\n")
    assert chat.group("room-3@chatroom") == []
    assert await Activity.all().count() == 4

    chat.at("2026-11-28 19:20")
    assert "已签到，第 1 位" in await chat.say("张三", "到")
    assert "已签到，第 1 位" in await chat.say("周书记", "到", room=SECOND)
    assert "已签到 1 人" in await chat.say("周书记", "考勤", room=SECOND)


async def test_it_is_called_off_for_all_while_nobody_relies_on_it(chat: Chat) -> None:
    await found_college(chat)
    await chat.whisper("孙老师", ANNOUNCE)
    chat.group(), chat.group(SECOND)
    assert await chat.whisper("孙老师", "撤销") == "已取消下属 3 个支部的主题党日（11月28日周六19:30）。"
    told = ["【取消】1号主题党日（11月28日周六19:30）取消了，不用参加。"]
    assert chat.group() == told and chat.group(SECOND) == told
    assert await Activity.filter(state=ActivityState.CANCELLED).count() == 3

    await chat.whisper("孙老师", ANNOUNCE)
    await chat.say("张三", "报名 2")
    assert "已有 1 人报名或签到，不能撤销了" in await chat.whisper("孙老师", "撤销")


async def test_at_night_no_group_hears_of_what_was_taken_back(chat: Chat) -> None:
    await found_college(chat)
    chat.at("2026-11-23 23:00")
    await chat.whisper("孙老师", ANNOUNCE)
    await chat.whisper("孙老师", "撤销")
    await chat.at("2026-11-24 09:00").tick()
    assert chat.group() == [] and chat.group(SECOND) == []


async def test_a_college_without_branches_is_told_so(chat: Chat) -> None:
    college = await found_college(chat)
    for branch in await Branch.all().exclude(id=college.id):
        branch.path = f"别处/{branch.name}"
        await branch.save()
    assert await chat.whisper("孙老师", ANNOUNCE) == "下属还没有支部，活动没有发起。"
