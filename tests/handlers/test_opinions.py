"""意见: given to the branch or past it to the college, by name or by nobody, answered in time, published or not."""

from __future__ import annotations

import pytest

from models import Account, AuditEntry, Branch, Category, Level, Member, Opinion, OpinionState, OutboxMessage, Post
from tests.chat import CHANNEL, Chat, contact, found_branch
from tests.handlers.stored import everything_opened

MEMBERS = (
    ("李书记", Post.SECRETARY, Category.FULL),
    ("赵委员", Post.DISCIPLINE, Category.FULL),
    ("张三", Post.NONE, Category.FULL),
    ("李娜", Post.NONE, Category.FULL),
)
TEXT = "希望组织生活尽量放在周末晚上"


@pytest.fixture(autouse=True)
async def branch(chat: Chat) -> Branch:
    return await found_branch(chat, members=MEMBERS)


async def found_college(branch: Branch) -> None:
    """A college over the branch, with 孙老师 in its committee."""
    college = await Branch.create(
        name="信息学院", level=Level.COLLEGE, path="示范大学/信息学院", created_at=branch.created_at
    )
    await Branch.filter(id=branch.id).update(parent_id=college.id)
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


async def test_an_opinion_reaches_the_whole_committee_and_its_answer_its_author(chat: Chat) -> None:
    said = await chat.whisper("张三", f"提意见 {TEXT}")
    assert said.startswith("已收到您的意见（1号），智能制造流动党支部的全体委员都能看到，最迟12月8日（周二）答复")
    told = "收到1号意见（张三），最迟12月8日（周二）答复。\n看：看意见 1；答复：答复意见 1 ……"
    assert chat.heard("李书记") == chat.heard("赵委员") == [told]
    assert f"· 1号（张三提，11月23日周一，最迟12月8日周二，还剩 15 天）：{TEXT}" in await chat.whisper(
        "李书记", "看意见"
    )
    assert "意见待答复 1 条：1号（张三提，最迟12月8日周二，还剩 15 天）" in await chat.whisper("李书记", "待办")
    said = await chat.whisper("赵委员", "答复意见 1 以后都放在周末")
    assert said.startswith("已答复1号意见，已私下告诉提意见的人。发送“撤销”可收回")
    assert chat.heard("张三")[-1] == "您的1号意见有答复了：\n以后都放在周末"
    assert "答复（11月23日周一）：以后都放在周末" in await chat.whisper("张三", "我的意见")
    assert "已收回对1号意见的答复" in await chat.whisper("赵委员", "撤销")
    assert "请等重新答复" in chat.heard("张三")[-1]
    assert await chat.say("李书记", "看意见") == "有 1 条意见等着答复，内容已私聊发给您。"
    assert chat.group() == ["有 1 条意见等着答复，内容已私聊发给您。"]


async def test_in_the_group_it_is_kept_and_not_repeated(chat: Chat) -> None:
    said = await chat.say("张三", f"提意见 {TEXT}")
    assert "已收到您的意见（1号）" in said and "两分钟内撤回" in said and TEXT not in said
    assert (await Opinion.get()).text == TEXT
    said = await chat.say("李书记", "答复意见 1 以后都放在周末")
    assert "以后都放在周末" not in said and "建议两分钟内撤回" in said
    await chat.ignores("张三", "意见都提得很好")


async def test_nothing_that_is_kept_says_whose_an_anonymous_opinion_is(chat: Chat) -> None:
    before = (await everything_opened()).splitlines()
    said = await chat.whisper("张三", f"匿名意见 {TEXT}")
    assert "记录里没有您的名字，委员们看不到是谁提的" in said
    assert chat.heard("李书记")[-1].startswith("收到1号意见（匿名）")
    assert "1号（匿名，" in await chat.whisper("李书记", "看意见")
    await chat.whisper("李书记", "答复意见 1 以后都放在周末")
    assert chat.heard("张三")[-1] == "您的1号意见有答复了：\n以后都放在周末"
    assert "（支部，匿名，11月23日周一）" in await chat.whisper("张三", "我的意见")
    assert "还没有提过意见" in await chat.whisper("李娜", "我的意见")
    new = [row for row in (await everything_opened()).splitlines() if row not in before]
    assert len(new) > 8 and not [row for row in new if "张三" in row]
    author = await Member.get(name="张三")
    assert not await AuditEntry.filter(member_id=author.id).exists()
    assert not await OutboxMessage.filter(contact=contact("张三")).exists()


async def test_an_anonymous_author_in_the_committee_is_told_like_the_others(chat: Chat) -> None:
    await chat.hear(chat.incoming("赵委员", f"匿名意见 {TEXT}", private=True))
    assert chat.heard("李书记")[-1] == chat.heard("赵委员")[-1]
    said = await chat.hear(chat.incoming("赵委员", "答复意见 1 好", private=True))
    assert ["已答复" in one.text for one in said] == [True, False]  # refused, the answer would tell whose it was


async def test_in_the_group_nobody_is_nameless(chat: Chat) -> None:
    assert "这条没有登记" in await chat.say("张三", f"匿名意见 {TEXT}")
    assert await Opinion.all().count() == 0 and not await AuditEntry.filter(member_id=3).exists()


async def test_it_can_be_taken_back_until_it_is_answered(chat: Chat) -> None:
    await chat.whisper("张三", f"提意见 {TEXT}")
    assert "没有找到您的1号意见" in await chat.whisper("李娜", "撤回意见 1")
    assert "已收回1号意见" in await chat.whisper("张三", "撤销")
    assert "没有等着答复的意见" in await chat.whisper("李书记", "看意见")
    await chat.whisper("张三", f"匿名意见 {TEXT}")
    assert await chat.say("张三", "撤回意见 2") == await chat.say("李娜", "撤回意见 2")
    assert "已收回2号意见" in await chat.whisper("张三", "撤回意见 2")
    assert not await AuditEntry.filter(command="opinion.withdraw", outcome="done", member_id__isnull=False).exists()
    await chat.whisper("张三", f"提意见 {TEXT}")
    await chat.whisper("李书记", "答复意见 3 好")
    assert "已经答复了" in await chat.whisper("张三", "撤回意见 3")


async def test_what_is_about_the_committee_goes_to_the_college(chat: Chat, branch: Branch) -> None:
    assert "学院党委还没有人用鸿雁" in await chat.whisper("张三", "给学院提意见 书记从来不开会")
    await found_college(branch)
    said = await chat.whisper("张三", "匿名给学院提意见 书记从来不开会")
    assert "信息学院的全体委员都能看到" in said
    assert chat.heard("孙老师")[-1].startswith("收到1号意见（匿名）")
    assert chat.heard("李书记") == []
    assert "没有1号意见" in await chat.whisper("李书记", "看意见 1")
    assert "意见待答复 1 条" in await chat.whisper("孙老师", "待办")
    assert "书记从来不开会" in await chat.whisper("孙老师", "看意见 1")
    await chat.whisper("孙老师", "答复意见 1 已和支部谈过")
    assert chat.heard("张三")[-1].endswith("已和支部谈过")
    assert "（学院，匿名" in await chat.whisper("张三", "我的意见")


async def test_what_waits_too_long_is_marked_and_the_committee_reminded_once(chat: Chat) -> None:
    await chat.whisper("张三", f"提意见 {TEXT}")
    for moment, told in (("2026-12-05 09:00", 0), ("2026-12-06 09:00", 1), ("2026-12-07 09:00", 0)):
        chat.heard("赵委员")
        chat.at(moment)
        await chat.tick()
        assert sum("1号意见还没有答复" in said for said in chat.heard("赵委员")) == told
    chat.at("2026-12-11 09:00")
    assert "1号（张三提，已逾期 3 天）" in await chat.whisper("李书记", "待办")
    said = await chat.say("李娜", "意见办理情况")
    assert said == "智能制造流动党支部今年收到意见 1 条，已答复 0 条，待答复 1 条（其中逾期 1 条）。"


async def test_only_what_the_committee_publishes_is_seen_by_others(chat: Chat) -> None:
    await chat.whisper("张三", f"提意见 {TEXT}")
    assert "还没有答复，先答复再公开" in await chat.whisper("李书记", "公开意见 1")
    await chat.whisper("李书记", "答复意见 1 以后都放在周末")
    assert TEXT not in await chat.whisper("李娜", "意见办理情况")
    chat.group()
    asked = await chat.whisper("李书记", "公开意见 1")
    assert f"1号意见：{TEXT}" in asked and "张三" not in asked and chat.group() == []
    assert "已公开1号意见和答复，通知 1 个群" in await chat.whisper("李书记", "确认")
    assert chat.group() == [f"【意见答复】1号意见：{TEXT}\n智能制造流动党支部答复：以后都放在周末"]
    assert f"· 1号意见：{TEXT}" in await chat.whisper("李娜", "意见办理情况")
    assert TEXT not in await chat.say("李娜", "意见办理情况")
    assert "意见：收到 1 条，已答复 1 条" in await chat.say("李书记", "支部情况")
    assert "已撤下1号意见" in await chat.whisper("李书记", "撤销")
    assert TEXT not in await chat.whisper("李娜", "意见办理情况")


async def test_a_phone_number_is_not_published(chat: Chat) -> None:
    await chat.whisper("张三", "提意见 请联系 13800001111")
    await chat.whisper("李书记", "答复意见 1 好")
    assert "有手机号，不能公开" in await chat.whisper("李书记", "公开意见 1")


async def test_an_answer_can_be_changed_after_a_question_but_not_to_one_s_own(chat: Chat) -> None:
    await chat.whisper("李书记", f"提意见 {TEXT}")
    assert "请别的委员答复" in await chat.whisper("李书记", "答复意见 1 好")
    await chat.whisper("赵委员", "答复意见 1 好")
    assert "已经答复过" in await chat.whisper("赵委员", "答复意见 1 明年起改")
    await chat.whisper("赵委员", "确认")
    opinion = await Opinion.get()
    assert (opinion.answer, opinion.state) == ("明年起改", OpinionState.ANSWERED)


async def test_who_wants_no_name_is_never_shown_a_sentence_that_has_one(chat: Chat) -> None:
    said = await chat.whisper("张三", "能不能匿名给支部提个意见 开会老在饭点")
    assert "请照这样再发一次：匿名" in said and not await Opinion.exists()
