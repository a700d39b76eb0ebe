"""我的, 支部情况, 待办, 看看张三."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from bot.understanding.values import SHANGHAI
from models import (
    Account,
    ActivityKind,
    AuditEntry,
    BindingRequest,
    Branch,
    BranchKind,
    Category,
    Level,
    Member,
    Post,
    ReportState,
    TalkState,
)
from tests.chat import Chat, found_branch
from tests.handlers.branch_records import announced, asked_leave, came, paid, reported, signed_up, talked

LONG_TOPIC = "学习二十届四中全会精神"
SECRET = "家里的事"


@pytest.fixture
async def branch(chat: Chat) -> Branch:
    """张三 owes nothing but a report; 李娜 has a returned report and three months of dues; 王强 owes all."""
    branch = await found_branch(chat)
    await paid("张三", "2026-09", "2026-10", "2026-11", on="2026-11-02 10:00", confirmed=True)
    await paid("李书记", "2026-09", "2026-10", "2026-11", on="2026-11-03 10:00")
    await reported("李娜", "2026-Q4", "2026-11-10 20:00", ReportState.RETURNED, comment="再写具体些")
    await reported("李书记", "2026-Q4", "2026-11-10 20:00", ReportState.APPROVED)
    past = await announced(branch, 1, ActivityKind.PARTY_DAY, "2026-11-06 19:30", "参观")
    await came(past, "李书记", "张三")
    await asked_leave(past, "李娜", SECRET)
    ahead = await announced(branch, 3, ActivityKind.GENERAL_MEETING, "2026-11-28 19:30", LONG_TOPIC)
    await signed_up(ahead, "张三")
    await talked(branch, "张三", "2026-10-15 15:00", topic=SECRET)
    await talked(branch, "王强", "2026-11-25 15:00", TalkState.BOOKED, topic=SECRET)
    return branch


async def test_my_month_in_one_private_message(chat: Chat, branch: Branch) -> None:
    answer = await chat.whisper("王强", "我的")
    assert "王强同志，您的2026年11月" in answer
    assert "思想汇报（2026年第四季度）：还没交，请在12月31日（周四）前交" in answer and "交思想汇报 正文" in answer
    assert "党费：2026年9–11月还没交，共 0.60元" in answer and "交党费 9到11月" in answer
    assert "谈心谈话：11月25日（周三）15:00，与李书记" in answer and SECRET not in answer
    assert f"3号党员大会（11月28日周六19:30）{LONG_TOPIC}：还没报名" in answer and "报名 3" in answer
    assert "去向：还没登记" in answer and "还有 4 件事要办" in answer


async def test_what_is_done_is_said_as_done(chat: Chat, branch: Branch) -> None:
    answer = await chat.whisper("张三", "我的进度")
    assert "党费：已交到2026年11月" in answer
    assert "3号党员大会" in answer and "：已报名" in answer
    assert "没有预约。发送“谈心有哪些时段”" in answer
    assert "还有 2 件事要办" in answer


async def test_a_returned_report_comes_with_its_comment(chat: Chat, branch: Branch) -> None:
    answer = await chat.whisper("李娜", "我的")
    assert "已退回，请修改后重交" in answer and "批阅意见：再写具体些" in answer


async def test_what_is_typed_as_told_is_understood(chat: Chat, branch: Branch) -> None:
    await chat.whisper("王强", "交党费 9月、10月、11月")
    answer = await chat.whisper("王强", "我的")
    assert "党费：已交到2026年11月" in answer and "待书记确认：2026年9–11月" in answer


async def test_the_group_hears_a_count_only(chat: Chat, branch: Branch) -> None:
    assert await chat.say("王强", "/我的") == "本月还有 4 件事，已私聊发给您。"
    assert "党费：2026年9–11月还没交" in chat.heard("王强")[-1]


async def test_who_is_no_friend_is_told_how_to_become_one(chat: Chat) -> None:
    chat.strangers.add("王强")
    await found_branch(chat)
    answer = await chat.say("王强", "/我的")
    assert "本月还有 3 件事" in answer and "加我为好友" in answer and not chat.heard("王强")


async def test_an_applicant_owes_no_dues(chat: Chat) -> None:
    await found_branch(chat, members=(("小周", Post.NONE, Category.APPLICANT),))
    answer = await chat.whisper("小周", "我的")
    assert "党费：不用交" in answer and "思想汇报（2026年第四季度）：还没交" in answer


async def test_the_branch_in_numbers_and_names_where_something_is_missing(chat: Chat, branch: Branch) -> None:
    answer = await chat.whisper("李书记", "支部情况")
    assert "党员 4 人（预备 1），未绑定 0 人" in answer
    assert "思想汇报（2026年第四季度）：应交 4，已交 1，退回 1，未交 2" in answer
    assert "党费（2026年11月）：应交 4，已登记 2（已确认 1），未交 2" in answer
    assert "谈心谈话：谈了 0 次，今年还有 2 人没谈过" in answer
    assert "1号主题党日（11月6日周五19:30）：应到 4，实到 2，请假 1，缺席 1" in answer
    assert "还要开展：\n11月30日前：支委会、党小组会各 1 次\n12月31日前：" in answer
    assert "未交汇报（2026年第四季度）：张三、李娜（已退回）、王强" in answer
    assert "未交党费：李娜（2026年11月）、王强（2026年11月）" in answer
    assert "今年没谈过：李娜、王强" in answer and SECRET not in answer


async def test_the_group_hears_of_the_branch_without_names(chat: Chat, branch: Branch) -> None:
    answer = await chat.say("李书记", "@鸿雁 支部情况")
    assert "党费（2026年11月）：应交 4，已登记 2" in answer and len(answer.splitlines()) <= 7 and len(answer) < 200
    assert not any(name in answer for name in ("张三", "李娜", "王强"))
    assert "未交党费：李娜" in chat.heard("李书记")[-1]


async def test_the_numbers_of_other_months(chat: Chat, branch: Branch) -> None:
    answer = await chat.whisper("李书记", "上个月统计")
    assert "支部情况（2026年10月）" in answer and "谈心谈话：谈了 1 次" in answer and "组织生活：没有开展" in answer


async def test_months_ahead_are_not_yet_owed(chat: Chat, branch: Branch) -> None:
    answer = await chat.whisper("李书记", "本季度统计")
    assert "支部情况（2026年10–12月）" in answer
    assert "党费（2026年11月）" in answer and "党费（2026年12月）" not in answer
    assert "未交党费：李娜（2026年10–11月）、王强（2026年10–11月）" in answer


async def test_the_branch_is_not_for_members(chat: Chat, branch: Branch) -> None:
    for text in ("支部情况", "待办", "看看张三"):
        assert "只有支部委员能用" in await chat.whisper("王强", text)


async def test_the_college_sees_sums_without_names(chat: Chat) -> None:
    college = await Branch.create(
        name="信息学院", level=Level.COLLEGE, path="示范大学/信息学院", created_at=datetime(2026, 9, 1, tzinfo=SHANGHAI)
    )
    first = await found_branch(chat)
    await found_branch(
        chat,
        "软件流动党支部",
        (("赵书记", Post.SECRETARY, Category.FULL), ("钱一", Post.NONE, Category.FULL)),
        room="r2",
    )
    officer = await Member.create(
        name="孙老师",
        student_no="T001",
        branch=college,
        category=Category.FULL,
        post=Post.COLLEGE,
        dues_from="2026-09",
        created_at=first.created_at,
    )
    await Account.create(channel="wechaty", contact="wxid-孙老师", member=officer, friend=True)
    other = await found_branch(chat, "外院支部", (("周一", Post.NONE, Category.FULL),), room="room-3@chatroom")
    await Branch.filter(id=other.id).update(path="示范大学/信息学院二部/外院支部")
    await paid("钱一", "2026-11", on="2026-11-02 10:00")
    answer = await chat.whisper("孙老师", "支部情况")
    assert "2 个支部的情况（2026年11月）" in answer and "党员 6 人" in answer
    assert "党费（2026年11月）：应交 6，已登记 1" in answer
    assert "钱一" not in answer and "王强" not in answer


async def test_what_waits_for_the_secretary(chat: Chat, branch: Branch) -> None:
    await reported("王强", "2026-Q4", "2026-11-20 20:00")
    answer = await chat.whisper("李书记", "待办")
    assert "待批阅的思想汇报 1 份：王强（2026年第四季度）" in answer and "批阅 王强 合格" in answer
    assert "待确认的党费 1 笔：李书记（2026年9–11月）" in answer and "确认党费 李书记 9到11月" in answer
    assert "本周的谈心谈话 1 次：11月25日（周三）15:00与王强" in answer and SECRET not in answer
    assert "签到还没结束的活动：1号主题党日" in answer and "结束签到 1" in answer
    assert "11月30日前：支委会、党小组会各 1 次" in answer and "发起支委会" in answer
    assert "党费 3 个月以上未交：李娜（2026年9–11月）、王强（2026年9–11月）" in answer


async def test_a_binding_request_waits_with_the_line_to_type(chat: Chat, branch: Branch) -> None:
    account = await Account.create(channel="wechaty", contact="wxid-new", friend=True)
    wang = await Member.get(name="王强")
    await BindingRequest.create(account=account, member=wang, asked_at=chat.clock.now())
    answer = await chat.whisper("李书记", "待办")
    assert "绑定申请 1 件：王强" in answer and "同意绑定 王强" in answer


async def test_the_list_in_the_group_is_a_count(chat: Chat, branch: Branch) -> None:
    items = re.findall(r"^\d+\. ", await chat.whisper("李书记", "待办"), re.MULTILINE)
    answer = await chat.say("李书记", "@鸿雁 待办")
    assert answer.startswith(f"待办 {len(items)} 件") and "已私聊发给您" in answer and "王强" not in answer


async def test_nothing_to_do(chat: Chat) -> None:
    await found_branch(chat, kind=BranchKind.ORDINARY, dues_from="2026-12")
    chat.settings = chat.settings.model_copy(update={"life": chat.settings.life.model_copy(update={"yearly": {}})})
    quiet = Chat(chat.catalogue, chat.settings, chat.now)
    assert await quiet.whisper("李书记", "待办") == "没有待办，都处理好了。"


async def test_one_member_and_the_trail(chat: Chat, branch: Branch) -> None:
    answer = await chat.whisper("李书记", "看看张三")
    assert answer.startswith("张三（正式党员）的情况") and "微信：已绑定，可以私聊" in answer
    assert "思想汇报（2026年第四季度）：未交" in answer
    assert "党费：交到2026年11月" in answer
    assert "组织生活（2026年）：应到 1 次，实到 1 次，请假 0 次，缺席 0 次" in answer
    assert "最近一次谈心谈话：10月15日（周四）" in answer and SECRET not in answer
    entry = await AuditEntry.filter(command="member.show").first()
    zhang = await Member.get(name="张三")
    assert entry is not None and entry.subjects == [zhang.id]


async def test_one_member_is_never_shown_in_the_group(chat: Chat, branch: Branch) -> None:
    assert await chat.say("李书记", "@鸿雁 李娜的情况") == "已私聊回复您。"
    private = chat.heard("李书记")[-1]
    assert "李娜（预备党员）" in private and "未交：2026年9–11月" in private and "请假 1 次" in private
    assert SECRET not in private and "正文" not in private


async def test_somebody_unknown(chat: Chat, branch: Branch) -> None:
    assert "没有找到“周九”" in await chat.whisper("李书记", "看看周九")
