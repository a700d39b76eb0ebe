"""去向: registered, extended, ended, asked after; lists, handed over and returned, papers, the ledger."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from tortoise import connections

from bot.understanding.values import SHANGHAI
from models import ActivityKind, AuditEntry, Branch, BranchKind, Handover, Member, OpenMatter, Placement
from tests.chat import Chat, found_branch
from tests.handlers.branch_records import announced, paid

REGISTERED = (
    "已登记去向：苏州 汇川技术，2026年11月起，到2027年6月（共 8 个月）。\n"
    "六个月以上，算流动党员，请和支部常联系；需要的话发送“开活动证”。\n到期前我会私聊问您。发送“撤销”可收回。"
)


@pytest.fixture(autouse=True)
async def branch(chat: Chat) -> Branch:
    return await found_branch(chat)


async def test_six_months_make_a_mobile_member(chat: Chat) -> None:
    assert await chat.whisper("张三", "报到 苏州 汇川技术 到明年6月") == REGISTERED
    assert "流动党员" not in await chat.whisper("王强", "去向登记 上海 商汤科技 到明年3月")
    said = await chat.whisper("王强", "报到 上海 商汤科技 到明年4月")
    assert "2026年11月起，到2027年4月（共 6 个月）" in said and "算流动党员" in said


async def test_in_the_group_nothing_of_it_is_repeated(chat: Chat) -> None:
    said = await chat.say("张三", "报到 苏州 汇川技术 到明年6月")
    assert said.startswith("已登记去向。发送“撤销”可收回。") and "建议两分钟内撤回" in said
    assert chat.heard("张三") == [REGISTERED]
    await chat.ignores("张三", "报到那天人很多")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("报到", "请写上城市"),
        ("报到 汇川技术 到明年6月", "请写上城市"),
        ("报到 苏州 汇川技术 2026年9月到2026年10月", "已经过去了"),
        ("报到 苏州 汇川技术 到2040年6月", "超过五年"),
        ("报到 苏州 " + "很长" * 40, "写得短一些"),
        ("续到明年6月", "还没有登记去向"),
        ("去向没变", "还没有登记去向"),
        ("实习结束", "还没有登记去向"),
        ("开活动证", "还没有登记去向，开不了"),
    ],
)
async def test_what_is_wrong_is_said(chat: Chat, text: str, answer: str) -> None:
    assert answer in await chat.whisper("张三", text)
    assert await Placement.all().count() == 0


async def test_what_was_said_before_is_kept_and_comes_back(chat: Chat) -> None:
    await chat.whisper("张三", "报到 苏州 汇川技术 2026年9月到明年3月")
    assert "苏州 汇川技术，2026年9月起，到2027年8月（共 12 个月）" in await chat.whisper("张三", "续到明年8月")
    await chat.whisper("张三", "报到 上海 商汤科技 到明年6月")
    mine = await chat.whisper("张三", "我的去向")
    assert mine.startswith("您的去向：上海 商汤科技，2026年11月起，到2027年6月")
    assert "以前登记过的：\n· 苏州 汇川技术，2026年9月起，到2027年8月\n· 苏州 汇川技术" in mine
    assert "已撤销" in await chat.whisper("张三", "撤销")
    mine = await chat.whisper("张三", "我的去向")
    assert mine.startswith("您的去向：苏州 汇川技术，2026年9月起，到2027年8月") and "上海" not in mine
    assert "去向：苏州 汇川技术" in await chat.whisper("张三", "我的")
    assert "去向：苏州 汇川技术" in await chat.whisper("李书记", "看看张三")


async def test_at_the_same_place_it_goes_on_since_then(chat: Chat) -> None:
    await chat.whisper("张三", "报到 苏州 汇川技术 2026年9月到12月底")
    assert "2026年9月起，到2027年2月（共 6 个月）" in await chat.whisper("张三", "报到 苏州 汇川技术 到明年2月")


async def test_two_at_once_leave_one(chat: Chat) -> None:
    one, other = (chat.incoming("张三", f"报到 {city} 汇川技术 到明年6月", private=True) for city in ("苏州", "上海"))
    await asyncio.gather(chat.dispatcher.handle(one), chat.dispatcher.handle(other))
    assert await Placement.filter(claim__isnull=False).count() == 1
    assert await Placement.all().count() == 2


async def test_the_end_is_asked_after_and_answered_simply(chat: Chat) -> None:
    await chat.whisper("张三", "报到 苏州 汇川技术 到12月底")
    await chat.whisper("李娜", "报到 上海 商汤科技 到12月底")
    chat.heard("张三"), chat.heard("李娜")
    await chat.at("2026-12-20 10:00").tick()
    assert chat.heard("张三") == []
    await chat.at("2026-12-21 10:00").tick()
    (asked,) = chat.heard("张三")
    assert asked.startswith("张三同志，您登记在苏州的实习到2026年12月为止。结束了回复“结束了”")
    await chat.at("2026-12-21 10:05").tick()
    assert chat.heard("张三") == [] and len(chat.heard("李娜")) == 1
    assert "已登记结束：苏州 汇川技术" in await chat.whisper("张三", "结束了")
    assert "没有登记实习" in await chat.whisper("张三", "结束了")
    assert "快到期了" in await chat.whisper("李娜", "还没结束")
    assert "2026年11月起，到2027年3月" in await chat.whisper("李娜", "续到3月")
    await chat.at("2027-01-06 10:00").tick()
    assert not [said for said in chat.heard("张三") + chat.heard("李娜") if "的实习到" in said]
    await chat.at("2027-01-06 11:00").ignores("王强", "结束了")


async def test_who_does_not_answer_is_asked_once_more_and_listed(chat: Chat) -> None:
    await chat.whisper("张三", "报到 苏州 汇川技术 到12月底")
    await chat.at("2027-01-05 10:00").tick()
    assert any("已经满了，还没有收到您的消息" in said for said in chat.heard("张三"))
    assert "到期没更新 张三" in await chat.whisper("李书记", "待办")
    assert "到期没更新 1" in await chat.whisper("李书记", "支部情况")
    assert "已经到期了" in await chat.whisper("张三", "去向没变")
    await chat.whisper("张三", "实习结束了")
    assert "到期没更新" not in await chat.whisper("李书记", "待办")
    assert "还在继续" in await chat.whisper("张三", "撤销")


async def test_the_list_is_by_city_and_names_are_private(chat: Chat) -> None:
    await chat.whisper("张三", "报到 苏州 汇川技术 到明年6月")
    await chat.whisper("李娜", "报到 苏州 博世 到明年2月")
    await chat.whisper("王强", "我在校")
    said = await chat.say("李书记", "去向")
    assert said == "去向：在外 2 人（流动党员 1 人），在校 1 人，未登记 1 人。\n苏州 ■■ 2"
    (names,) = chat.heard("李书记")
    assert "【苏州】2 人\n· 张三：苏州 汇川技术，2026年11月起，到2027年6月（流动党员）" in names
    assert "【在校】王强" in names and "【未登记】李书记" in names
    assert "只有支部委员能用" in await chat.whisper("张三", "大家都在哪实习")
    trail = await AuditEntry.filter(command="placement.list", outcome="done").first()
    assert trail is not None and len(trail.subjects) == 3


async def test_the_number_of_questions_to_the_database_is_bounded(
    chat: Chat, branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = type(connections.get("default"))
    asked = []
    run = client.execute_query
    monkeypatch.setattr(client, "execute_query", lambda self, sql, *more: asked.append(sql) or run(self, sql, *more))

    async def questions() -> int:
        asked.clear()
        await chat.whisper("李书记", "去向")
        return len(asked)

    await questions()
    few = await questions()
    for number in range(30):
        member = await Member.create(
            name=f"党员{number}",
            student_no=f"2025{number:04d}",
            branch=branch,
            category="full",
            dues_from="2026-09",
            created_at=branch.created_at,
        )
        await Placement.create(
            member=member,
            claim=member.id,
            city="苏州",
            since="2026-09",
            registered_at=chat.now,
            confirmed_at=chat.now,
        )
    assert 0 < await questions() <= few


async def test_who_is_silent_is_shown_and_asked_with_one_command(chat: Chat) -> None:
    for who in ("张三", "李娜", "王强", "李书记"):
        await chat.whisper(who, "报到 苏州 汇川技术 到明年12月")
    await chat.at("2027-03-02 09:00").whisper("王强", "我的")
    await chat.at("2027-03-05 09:00").whisper("李书记", "待办")
    waiting = await chat.whisper("李书记", "待办")
    assert "去向要更新的 2 人：92 天没有消息 张三、李娜。" in waiting
    chat.group()
    listed = await chat.whisper("李书记", "催去向")
    assert "久没有消息 2 人：张三、李娜" in listed and "已私聊提醒：张三、李娜" in listed
    assert "去向：还有 2 人要更新" in chat.group()[-1]
    assert "去向没有变请发送“去向没变”" in chat.heard("张三")[-1]
    assert "今天已经提醒过" in await chat.whisper("李书记", "催去向")
    assert "好的，记下了，您的去向没有变：苏州 汇川技术" in await chat.whisper("张三", "去向没变")
    assert "92 天没有消息 李娜。" in await chat.whisper("李书记", "待办")


async def test_those_unknown_are_asked_once_a_quarter(chat: Chat) -> None:
    await chat.whisper("张三", "报到 苏州 汇川技术 到明年6月")
    await chat.at("2026-11-25 09:00").tick()
    assert not any("支部想知道您在哪里" in said for said in chat.heard("王强"))
    await chat.at("2026-12-25 09:00").tick()
    assert sum("支部想知道您在哪里" in said for said in chat.heard("王强")) == 1
    assert not any("支部想知道您在哪里" in said for said in chat.heard("张三"))
    assert any("去向还没有登记的：李书记、李娜、王强。" in said for said in chat.heard("李书记"))


async def test_an_ordinary_branch_asks_nobody(chat: Chat, branch: Branch) -> None:
    await Branch.filter(id=branch.id).update(kind=BranchKind.ORDINARY)
    assert "去向要更新" not in await chat.whisper("李书记", "待办")
    assert "去向没有人要催" in await chat.whisper("李书记", "催去向")
    assert "去向" not in await chat.whisper("王强", "我的")


async def test_who_was_handed_over_is_chased_no_more(chat: Chat, branch: Branch) -> None:
    assert "只有支部委员能用" in await chat.whisper("李娜", "转出 张三 11月20日")
    out = await chat.whisper("李书记", "转出 张三 11月20日 组织关系转到苏州工业园区")
    assert out.startswith("已登记转出：张三，11月20日（周五），组织关系转到苏州工业园区。")
    assert any("本支部不再提醒您党费" in said for said in chat.heard("张三"))
    assert "转出 1" in await chat.whisper("李书记", "支部情况")
    status = await chat.whisper("李书记", "支部情况")
    assert "党员 3 人" in status and "应交 3" in status
    for text in ("谁还没交", "待办", "谁还没交11月党费", "组织生活提醒"):
        assert "张三" not in await chat.whisper("李书记", text), text
    await announced(branch, 1, ActivityKind.PARTY_DAY, "2026-11-22 19:30", "学习新党章")
    assert "应到 3 人" in await chat.whisper("李书记", "考勤 1")
    chat.heard("张三")
    await chat.at("2026-11-25 09:00").tick()
    assert chat.heard("张三") == []
    assert "不用交" in await chat.whisper("张三", "我的")
    assert "【转出】张三（2026-11-20）" in await chat.whisper("李书记", "去向")
    assert "11月20日（周五）转出，不再提醒" in await chat.whisper("李书记", "看看张三")
    assert "已登记在11月20日（周五）转出" in await chat.whisper("李书记", "转出 张三")


async def test_who_returns_owes_from_then_on(chat: Chat) -> None:
    await paid("张三", "2026-09", on="2026-09-10 10:00")
    await chat.whisper("李书记", "转出 张三 2026-10-15")
    assert "以前，请检查日期" in await chat.whisper("李书记", "转回 张三 2026-10-01")
    back = await chat.whisper("李书记", "转回 张三 今天 实习结束回校")
    assert "已登记转回：张三，11月23日（周一），实习结束回校。党费从2026年11月起在本支部交。" in back
    assert any("欢迎回来" in said for said in chat.heard("张三"))
    assert "张三（2026年11月）" in await chat.whisper("李书记", "谁还没交")
    assert "还是转出的" in await chat.whisper("李书记", "撤销")
    assert "现在还是转出的" in chat.heard("张三")[-1]
    member = await Member.get(name="张三")
    assert member.handed_over_on == date(2026, 10, 15) and member.dues_from == "2026-09"
    assert "没有登记转出" in await chat.whisper("李书记", "转回 王强")
    assert "其他委员登记" in await chat.whisper("李书记", "转出 李书记")
    assert "还没有到" in await chat.whisper("李书记", "转出 王强 2027-01-01")
    assert await Handover.all().count() == 1


async def test_a_handover_is_taken_back(chat: Chat) -> None:
    said = await chat.say("李书记", "转出 张三 11月20日 转到苏州")
    assert said.startswith("已登记 1 人转出。") and "张三" not in said
    assert "没有转出" in await chat.say("李书记", "撤销")
    assert "您仍在本支部" in chat.heard("张三")[-1]
    assert (await Member.get(name="张三")).handed_over_on is None
    assert "已登记转出" in await chat.whisper("李书记", "转出 张三 11月21日")


async def test_the_papers_are_word_files(chat: Chat) -> None:
    await Member.filter(name="张三").update(admitted_on=date(2024, 6, 1))
    await paid("张三", "2026-09", "2026-10", "2026-11", on="2026-11-02 10:00")
    await chat.whisper("张三", "报到 苏州 汇川技术 到明年6月")
    assert (await chat.say("张三", "开活动证")).startswith("流动党员活动证已私聊发给您。")
    assert "盖章后才有效" in await chat.whisper("李书记", "开证明信 张三")
    (card,) = chat.files("张三")
    assert card.name == "流动党员活动证_2026-11-23.docx"
    rows = {row.cells[0].text: row.cells[1].text for row in Document(BytesIO(card.data)).tables[0].rows}
    assert (rows["姓名"], rows["学号"], rows["入党日期"]) == ("张三", "20230002", "2024年6月1日")
    assert rows["流动去向"] == "苏州 汇川技术，2026年11月起，到2027年6月" and rows["党费"] == "交至2026年11月"
    (letter,) = chat.files("李书记")
    text = "\n".join(paragraph.text for paragraph in Document(BytesIO(letter.data)).paragraphs)
    assert "兹有正式党员张三同志（学号 20230002），2024年6月1日加入中国共产党，" in text
    assert "自2026年11月起在苏州汇川技术实习，预计到2027年6月" in text and "2026年11月23日" in text
    assert "请书记或委员来开" in await chat.whisper("王强", "开活动证 张三")
    trail = await AuditEntry.get(command="placement.letter", outcome="done")
    assert trail.subjects == [(await Member.get(name="张三")).id]


async def test_placements_are_in_the_ledger(chat: Chat) -> None:
    await chat.whisper("张三", "报到 苏州 =汇川技术 2026年9月到明年6月")
    await chat.whisper("李书记", "转出 王强 11月20日 转到苏州")
    await chat.whisper("李书记", "导出去向")
    handed_over, file = chat.files("李书记")
    assert handed_over.name.startswith("王强_移交材料_")
    book = load_workbook(BytesIO(file.data))
    assert book.sheetnames == ["去向", "转出转回"]
    head, *rows = book["去向"].iter_rows(values_only=True)
    people = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert people["张三"]["城市"] == "苏州" and people["张三"]["月数"] == 10 and people["张三"]["流动党员"] == "是"
    assert people["李娜"]["现状"] == "未登记"
    assert [row[0] for row in book["转出转回"].iter_rows(min_row=2, values_only=True)] == ["王强"]
    await chat.whisper("李书记", "导出台账")
    assert "去向" in load_workbook(BytesIO(chat.files("李书记")[-1].data)).sheetnames


async def test_the_matter_is_open_for_a_week(chat: Chat) -> None:
    await chat.whisper("张三", "报到 苏州 汇川技术 到12月底")
    await chat.at("2026-12-21 10:00").tick()
    matter = await OpenMatter.get(kind="placement_end")
    assert matter.closes_at == datetime(2026, 12, 28, tzinfo=SHANGHAI)
    await chat.at("2026-12-21 12:00").ignores("张三", "结束了")
    assert "没看懂" in await chat.at("2026-12-28 12:00").whisper("张三", "结束了")
