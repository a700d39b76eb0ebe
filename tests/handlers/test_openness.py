"""党务公开: decisions and plans at each level, and the year's dues as counts for all and amounts privately."""

from __future__ import annotations

import pytest

from models import Account, Branch, Category, Disclosure, Level, Member, Post
from tests.chat import CHANNEL, Chat, contact, found_branch
from tests.handlers.branch_records import paid

DECISION = "公开决议 11月20日支部大会通过接收李娜为预备党员"


@pytest.fixture(autouse=True)
async def branch(chat: Chat) -> Branch:
    return await found_branch(chat)


async def test_what_a_branch_publishes_goes_to_its_group_and_can_be_read(chat: Chat) -> None:
    said = await chat.whisper("李书记", DECISION)
    assert said == "已公开1号决议，通知 1 个群。发送“撤销”可撤下。"
    assert chat.group() == ["【党务公开】1号决议（智能制造流动党支部）\n11月20日支部大会通过接收李娜为预备党员"]
    await chat.whisper("李书记", "公开工作计划 " + "抓好学习。" * 100)
    assert chat.group()[-1].endswith("…\n全文请发：看公开 2")
    listed = await chat.say("张三", "党务公开")
    assert "· 1号决议（智能制造流动党支部，11月23日周一）：11月20日支部大会通过接收李娜为预备党员" in listed
    assert "1号" not in await chat.whisper("张三", "党务公开 工作计划")
    assert (await chat.whisper("张三", "看公开 2")).endswith("抓好学习。")
    assert await chat.say("张三", "看公开 2") == "已私聊回复您。"
    assert "没有公开过9号" in await chat.whisper("张三", "看公开 9")
    await chat.ignores("张三", "公开课几点开始")


async def test_what_was_published_by_mistake_is_taken_down(chat: Chat) -> None:
    await chat.whisper("李书记", DECISION)
    assert "已撤下1号决议" in await chat.whisper("李书记", "撤下公开 1")
    assert "还没有公开的决议" in await chat.whisper("张三", "党务公开")
    assert "请不要写手机号" in await chat.whisper("李书记", "公开决议 请联系 13800001111")
    assert await Disclosure.all().count() == 1


async def test_a_college_publishes_to_all_groups_below_it_each_once(chat: Chat, branch: Branch) -> None:
    college = await Branch.create(
        name="信息学院", level=Level.COLLEGE, path="示范大学/信息学院", created_at=branch.created_at
    )
    teacher = await Member.create(
        name="孙老师",
        student_no="T0001",
        branch=college,
        category=Category.FULL,
        post=Post.COLLEGE,
        dues_from="2026-09",
        created_at=branch.created_at,
    )
    await Account.create(channel=CHANNEL, contact=contact("孙老师"), member=teacher, friend=True)
    await found_branch(chat, "软件流动党支部", (("周书记", Post.SECRETARY, Category.FULL),), room="room-2@chatroom")
    assert "会通知 2 个群" in await chat.whisper("孙老师", "公开工作计划 明年每季度走访一次")
    assert "通知 2 个群" in await chat.whisper("孙老师", "确认")
    said = ["【党务公开】1号工作计划（信息学院）\n明年每季度走访一次"]
    assert chat.group() == said and chat.group("room-2@chatroom") == said
    assert "1号工作计划（信息学院" in await chat.whisper("张三", "党务公开")
    assert "是信息学院公开的" in await chat.whisper("李书记", "撤下公开 1")
    await chat.whisper("李书记", DECISION)
    assert "2号决议" not in await chat.whisper("周书记", "党务公开")


async def test_the_year_s_dues_are_counts_for_the_group_and_amounts_for_each(chat: Chat) -> None:
    for who in ("张三", "李娜", "王强"):
        await chat.whisper(who, "交党费 9到11月 0.6")
    await chat.whisper("李书记", "确认党费 张三 9到11月")
    said = await chat.whisper("李娜", "公开党费")
    assert said == (
        "智能制造流动党支部2026年党费（到2026年11月）：应交 4 人，已交齐 1 人（以书记确认的为准）。\n"
        "标准（每月）：正式党员 0.20元、预备党员 0.20元。\n"
        "合计每月月底结一次，新确认的满 3 人才公开；现在还没有可以公开的。"
    )
    await chat.whisper("李书记", "确认党费 全部")
    said = await chat.say("李娜", "公开党费")
    assert "应交 4 人，已交齐 3 人" in said and "元" not in said
    assert "还没有可以公开的" in chat.heard("李娜")[-1]
    said = await chat.at("2026-12-01 09:00").whisper("李娜", "公开党费")
    assert "全年已确认合计 1.80元，共 3 人（到2026年11月底，不含自愿多交的）" in said
    assert "2025年党费（到2025年12月）：应交 0 人" in await chat.whisper("李娜", "公开党费 2025年")


async def test_no_two_totals_differ_by_what_one_has_paid(chat: Chat) -> None:
    """Neither before and after a confirmation, nor from month to month, nor by somebody's leaving."""
    await chat.whisper("李书记", "党费标准 李书记 2026年 37元")
    for who in ("张三", "李娜", "王强"):
        await paid(who, "2026-09", on="2026-09-10", confirmed=True)
    seen = []

    async def ask(moment: str) -> None:
        seen.append((await chat.at(moment).whisper("李娜", "公开党费 2026年")).splitlines()[-1])

    await ask("2026-11-23 12:00")
    assert "合计 0.60元，共 3 人（到2026年9月底" in seen[0]
    await paid("李书记", "2026-09", on="2026-11-22", fen=3700, confirmed=True)
    await ask("2026-11-23 12:10")
    await ask("2026-12-01 09:00")
    await paid("张三", "2026-10", on="2026-12-02", confirmed=True)
    await ask("2027-01-02 09:00")
    await Member.filter(name="王强").update(active=False)
    await ask("2027-01-03 09:00")
    assert len(set(seen)) == 1, seen
    await paid("李娜", "2026-10", on="2027-01-04", confirmed=True)
    await ask("2027-02-01 09:00")
    assert "合计 38.00元，共 4 人（到2027年1月底" in seen[-1]
