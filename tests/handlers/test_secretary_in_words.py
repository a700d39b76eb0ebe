"""A secretary as secretaries talk: verdicts on what was just read, dues that came in, who is behind."""

from __future__ import annotations

import pytest

from models import Category, Post, Report, ReportState
from tests.chat import Chat, found_branch

SECRETARY = "李芳"
MEMBERS = (
    (SECRETARY, Post.SECRETARY, Category.FULL),
    ("陈明", Post.ORGANISATION, Category.FULL),
    ("张伟", Post.NONE, Category.FULL),
    ("赵磊", Post.NONE, Category.FULL),
    ("周洋", Post.NONE, Category.FULL),
)
BODY = "这学期我到电池厂做测试员，一开始挺不适应的，三班倒，站一天腿都肿，师傅是老党员，别人嫌脏的活他都先上。"


@pytest.fixture
async def branch(chat: Chat) -> Chat:
    await found_branch(chat, members=MEMBERS, dues_from="2026-11")
    return chat


async def handed_in(chat: Chat, *names: str) -> None:
    for name in names:
        await chat.whisper(name, f"交思想汇报 {BODY}")


async def verdict_on(name: str) -> tuple[ReportState, str]:
    report = await Report.get(member__name=name)
    return report.state, report.comment


# Verdicts


@pytest.mark.parametrize(
    ("said", "comment"),
    [
        ("过了吧 合格 写得不错", "写得不错"),
        ("合格 写得实在 继续保持", "写得实在 继续保持"),
        ("合格", ""),
        ("给他合格吧", ""),
        ("写得挺真诚 过了吧 合格 就是第一句口语化了点 让他注意下", "就是第一句口语化了点 让他注意下"),
    ],
)
async def test_a_verdict_without_a_name_is_on_what_was_just_read(branch: Chat, said: str, comment: str) -> None:
    await handed_in(branch, "赵磊", "周洋")
    await branch.whisper(SECRETARY, "看汇报 周洋")
    asked = await branch.whisper(SECRETARY, said)
    assert f"批阅 周洋 合格{comment and f' “{comment}”'}？" in asked, asked
    await branch.whisper(SECRETARY, "对")
    assert await verdict_on("周洋") == (ReportState.APPROVED, comment)
    assert await verdict_on("赵磊") == (ReportState.SUBMITTED, "")


async def test_what_is_read_after_the_question_does_not_change_it(branch: Chat) -> None:
    await handed_in(branch, "赵磊", "周洋")
    await branch.whisper(SECRETARY, "看汇报 周洋")
    await branch.whisper(SECRETARY, "合格 写得不错")
    await branch.whisper(SECRETARY, "看汇报 赵磊")
    await branch.whisper(SECRETARY, "确认")
    assert (await verdict_on("周洋"))[0] is ReportState.APPROVED
    assert (await verdict_on("赵磊"))[0] is ReportState.SUBMITTED


async def test_what_was_read_long_ago_is_not_meant(branch: Chat) -> None:
    await handed_in(branch, "周洋")
    await branch.whisper(SECRETARY, "看汇报 周洋")
    branch.at("2026-11-23 12:31")
    assert "批阅谁的汇报" in await branch.whisper(SECRETARY, "合格 写得不错")
    assert "已批阅：周洋" in await branch.whisper(SECRETARY, "周洋")


async def test_a_report_sent_back_without_a_name_needs_its_reason(branch: Chat) -> None:
    await handed_in(branch, "周洋")
    await branch.whisper(SECRETARY, "看汇报 周洋")
    assert "退回要写一句原因" in await branch.whisper(SECRETARY, "退回")
    assert "批阅 周洋 退回 “太短了 写具体些”？" in await branch.whisper(SECRETARY, "太短了 写具体些")
    await branch.whisper(SECRETARY, "确认")
    assert await verdict_on("周洋") == (ReportState.RETURNED, "太短了 写具体些")


async def test_the_verdict_that_was_asked_for_keeps_its_whole_comment(branch: Chat) -> None:
    await handed_in(branch, "赵磊")
    await branch.whisper(SECRETARY, "批一下赵磊的汇报")
    assert "已批阅：赵磊" in await branch.whisper(SECRETARY, "合格 结合岗位写得很好 继续保持")
    assert await verdict_on("赵磊") == (ReportState.APPROVED, "结合岗位写得很好 继续保持")


async def test_the_verdict_said_once_more_is_no_comment(branch: Chat) -> None:
    await handed_in(branch, "赵磊")
    said = await branch.whisper(SECRETARY, "赵磊的可以了 就刚才那个合格")
    if "？" in said:
        await branch.whisper(SECRETARY, "确认")
    assert await verdict_on("赵磊") == (ReportState.APPROVED, "")


async def test_the_label_of_a_comment_is_no_part_of_it(branch: Chat) -> None:
    await handed_in(branch, "赵磊")
    assert "“结合岗位写得好”？" in await branch.whisper(SECRETARY, "赵磊的汇报给他通过吧 评语写 结合岗位写得好")
    await branch.whisper(SECRETARY, "确认")
    assert await verdict_on("赵磊") == (ReportState.APPROVED, "结合岗位写得好")


async def test_a_member_who_asks_whether_it_passed_is_told(branch: Chat) -> None:
    await handed_in(branch, "赵磊")
    for asked in ("通过了吗", "合格了没", "交了是吧 书记啥时候能看"):
        assert "待批阅" in await branch.whisper("赵磊", asked)
