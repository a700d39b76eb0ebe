"""公益服务、爱心传递: announced, joined up to a limit, the waiting list, results with pictures, hours, reminders."""

from __future__ import annotations

import asyncio
import io

import pytest
from openpyxl import load_workbook

from bot.messages import File, Kind
from models import Category, Post, Service, ServicePart, ServicePicture
from tests.chat import Chat, found_branch

MEMBERS = (
    ("李书记", Post.SECRETARY, Category.FULL),
    ("赵副", Post.DEPUTY, Category.FULL),
    *((name, Post.NONE, Category.FULL) for name in ("张三", "李娜", "王强", "孙悦")),
)
CREATE = "发起公益 周六上午9点 社区清洁 2人"
PHOTO = File("IMG_1.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a photo")


@pytest.fixture(autouse=True)
async def branch(chat: Chat) -> None:
    await found_branch(chat, members=MEMBERS)


async def full(chat: Chat) -> None:
    """A service with two places, both taken, and one on the waiting list."""
    await chat.whisper("李书记", CREATE)
    for who in ("张三", "李娜", "王强"):
        await chat.say(who, "报名公益 1")
    chat.group(), chat.heard("王强")


async def test_it_is_announced_to_the_group_and_listed(chat: Chat) -> None:
    assert await chat.whisper("李书记", CREATE) == (
        "已发布：1号公益（11月28日周六09:00），已在群里通知。发送“撤销”可取消。"
    )
    assert chat.group() == [
        "【公益】1号\n时间：11月28日（周六）09:00\n内容：社区清洁\n名额：2 人，满了可以排候补\n报名请发：报名公益 1"
    ]
    said = await chat.say("李书记", "爱心传递 周日下午2点 给养老院送冬衣")
    assert said.startswith("【爱心传递】2号") and "名额：不限" in said
    listed = await chat.say("张三", "公益活动有哪些")
    assert "· 1号公益（11月28日周六09:00）：社区清洁，已报名 0/2 人" in listed
    assert "· 2号爱心传递（11月29日周日14:00）：给养老院送冬衣，已报名 0 人" in listed
    assert await chat.say("李书记", "撤销") == "【取消】2号爱心传递（11月29日周日14:00）取消了，不用参加。"
    assert "2号" not in await chat.say("张三", "公益活动有哪些")
    await chat.ignores("张三", "公益活动真有意义")


async def test_what_cannot_be_is_refused_with_a_sentence(chat: Chat) -> None:
    assert "开始时间已经过了" in await chat.whisper("李书记", "发起公益 今天上午9点 社区清洁 10人")
    assert "请不要写手机号" in await chat.whisper("李书记", "发起公益 周六上午9点 清洁，电话 13800001111 10人")
    assert "没有9号公益" in await chat.say("张三", "报名公益 9")
    assert "近期没有公益活动" in await chat.say("张三", "公益活动有哪些")


async def test_the_limit_the_waiting_list_and_who_moves_up(chat: Chat) -> None:
    await chat.whisper("李书记", CREATE)
    assert (await chat.say("张三", "报名公益 1")).startswith("已报名1号公益（11月28日周六09:00），共 1/2 人。")
    assert "您已经报名" in await chat.say("张三", "报名公益 1")
    await chat.say("李娜", "报名公益 1")
    assert "您排在候补第 1 位" in await chat.say("王强", "报名公益 1")
    assert "您排在候补第 2 位" in await chat.say("孙悦", "报名公益 1")
    assert "候补第 2 位" in await chat.say("孙悦", "报名公益 1")
    assert "已报名 2/2 人，候补 2 人（您在候补）" in await chat.whisper("王强", "公益活动有哪些")
    said = await chat.say("张三", "退出公益 1")
    assert said == "已退出1号公益（11月28日周六09:00），现在 2/2 人。候补的第一位已递补。"
    assert chat.heard("王强")[-1].startswith("有人退出，您递补上了：1号公益（11月28日周六09:00），社区清洁。")
    assert "候补第 1 位" in await chat.say("孙悦", "报名公益 1")
    assert "您没有报名" in await chat.say("张三", "退出公益 1")
    chat.at("2026-11-23 12:01")
    assert "候补第 2 位" in await chat.say("张三", "报名公益 1")
    assert "已退出" in await chat.say("张三", "撤销")


async def test_who_is_no_friend_and_moves_up_is_told_by_the_organiser(chat: Chat) -> None:
    chat.strangers.add("王强")
    await full(chat)
    await chat.say("张三", "退出公益 1")
    told = "王强递补上了1号公益（11月28日周六09:00），但还不是我的好友，收不到通知，请您转告。"
    assert chat.heard("李书记")[-1] == told and chat.heard("王强") == []


async def test_however_many_join_at_once_the_limit_holds(chat: Chat) -> None:
    await chat.whisper("李书记", CREATE)
    chat.group()
    everybody = [who for who, _, _ in MEMBERS]
    joins = [chat.incoming(who, "报名公益 1") for who in everybody]
    await asyncio.gather(*(chat.dispatcher.handle(message) for message in joins))
    await chat.send()
    said = chat.group()
    assert sum("已报名1号" in one for one in said) == 2 and sum("候补第" in one for one in said) == 4
    assert sorted(part.seat for part in await ServicePart.filter(seat__isnull=False)) == [1, 2]
    leaves = [chat.incoming(part.member.name, "退出公益 1") for part in await _seated()]
    await asyncio.gather(*(chat.dispatcher.handle(message) for message in leaves))
    assert sorted(part.seat for part in await ServicePart.filter(seat__isnull=False)) == [1, 2]
    assert await ServicePart.filter(left_at__isnull=False).count() == 2


async def _seated() -> list[ServicePart]:
    return await ServicePart.filter(seat__isnull=False).select_related("member")


async def test_what_some_rely_on_is_cancelled_only_after_a_question(chat: Chat) -> None:
    await full(chat)
    assert "已有 3 人报名，不能撤销了" in await chat.whisper("李书记", "撤销")
    assert "已有 3 人报名。取消后马上通知群里" in await chat.whisper("李书记", "取消公益 1")
    assert (await Service.get()).cancelled_at is None
    assert "已取消" in await chat.whisper("李书记", "确认")
    assert chat.group() == ["【取消】1号公益（11月28日周六09:00）取消了，不用参加。"]
    assert "已经取消了" in await chat.say("张三", "报名公益 1")


async def test_the_group_hears_the_result_and_the_pictures_are_kept(chat: Chat) -> None:
    await full(chat)
    assert "还没有开始" in await chat.whisper("李书记", "公益结果 1 清理了三个小区")
    chat.at("2026-11-28 12:00")
    assert "已经开始" in await chat.say("孙悦", "报名公益 1")
    assert "请写上编号和一句结果" in await chat.whisper("李书记", "公益结果")
    said = await chat.whisper("李书记", "公益结果 1 清理了三个小区")
    assert "有照片请在 2 小时内私聊发给我" in said
    assert chat.group()[-1:] == ["【公益结果】1号公益（11月28日周六09:00）：2 人参加。清理了三个小区"]
    assert await chat.send_file("李书记", PHOTO, Kind.IMAGE) == "第 1 张照片已收到，归到1号公益（11月28日周六09:00）。"
    assert "只收照片" in await chat.send_file("李书记", File("a.pdf", "application/pdf", b"%PDF-1.7"))
    said = await chat.whisper("孙悦", "看公益结果 1")
    assert "结果：清理了三个小区" in said and "照片 1 张" in said and "张三" not in said
    (picture,) = chat.files("孙悦")
    assert picture.name == "1号公益_1.jpg" and picture.data == PHOTO.data
    assert "参加：张三、李娜\n候补：王强" in await chat.whisper("赵副", "看公益名单 1")
    group = await chat.say("李书记", "看公益结果 1")
    assert "张三" not in group and "2/2 人" in group
    chat.at("2026-11-28 14:01")  # from now on a photo is a page of a report again
    assert "第 1 页已收到" in await chat.send_file("李书记", PHOTO, Kind.IMAGE)
    await chat.whisper("李书记", "公益结果 1 清理了四个小区")
    assert "已收回" in await chat.whisper("李书记", "撤销")
    assert (await Service.get()).result == "" and await ServicePicture.all().count() == 0


async def test_a_draft_of_a_report_that_was_opened_later_gets_the_photo(chat: Chat) -> None:
    await full(chat)
    chat.at("2026-11-28 12:00")
    await chat.whisper("李书记", "公益结果 1 清理了三个小区")
    await chat.whisper("李书记", "交思想汇报")
    assert "第 1 页已收到" in await chat.send_file("李书记", PHOTO, Kind.IMAGE)
    assert await ServicePicture.all().count() == 0


async def test_hours_are_between_the_committee_and_oneself(chat: Chat) -> None:
    await full(chat)
    assert "还没有开始" in await chat.whisper("李书记", "登记时长 1 张三 3小时")
    chat.at("2026-11-28 12:00")
    said = await chat.say("李书记", "登记时长 1 全部 3小时")
    assert said == "已登记1号公益（11月28日周六09:00） 2 人的时长。"
    assert any("张三、李娜，各3小时" in one for one in chat.heard("李书记"))
    assert "公益时长已登记：3小时" in chat.heard("张三")[-1]
    await chat.whisper("李书记", "登记时长 1 张三 2.5小时")
    assert "没有参加" in await chat.whisper("李书记", "登记时长 1 王强 3小时")
    assert "请写给谁登记" in await chat.whisper("李书记", "登记时长 1 3小时")
    said = await chat.whisper("张三", "我的公益时长")
    assert said == ("您的公益时长：2026年 2小时30分钟，累计 2小时30分钟。\n· 11月28日（周六） 社区清洁：2小时30分钟")
    assert "还没有登记过" in await chat.whisper("王强", "我的公益时长")
    assert await chat.say("李娜", "我的公益时长") == "已私聊发给您。"
    await chat.whisper("李书记", "导出公益")
    (file,) = chat.files("李书记")
    sheet = load_workbook(io.BytesIO(file.data))["公益服务"]
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[4:] for row in rows[1:]] == [("张三", "20230003", 150), ("李娜", "20230004", 180)]


async def test_where_the_school_does_not_count_hours(chat: Chat) -> None:
    services = chat.settings.services.model_copy(update={"count_hours": False})
    chat.settings = chat.settings.model_copy(update={"services": services})
    chat.__post_init__()
    assert "不登记公益时长" in await chat.whisper("李书记", "登记时长 1 张三 3小时")
    assert "不登记公益时长" in await chat.whisper("张三", "我的公益时长")


async def test_the_group_is_reminded_the_evening_before_and_an_hour_before_once_each(chat: Chat) -> None:
    await full(chat)
    told = []
    for moment in ("2026-11-27 18:59", "2026-11-27 19:00", "2026-11-27 19:01", "2026-11-28 08:00", "2026-11-28 08:30"):
        chat.at(moment)
        await chat.tick()
        told += [said for said in chat.group() if "1号公益" in said]
    assert told == [
        "【明天】1号公益（11月28日周六09:00）\n社区清洁\n已报名 2/2 人。去不了请发：退出公益 1",
        "【马上开始】1号公益（11月28日周六09:00）\n社区清洁\n已报名 2/2 人，请准时到。",
    ]


async def test_what_has_no_result_yet_waits_for_the_committee(chat: Chat) -> None:
    await full(chat)
    chat.at("2026-11-29 10:00")
    assert "公益结果还没写：1号社区清洁（11月28日周六09:00）" in await chat.whisper("李书记", "待办")
    assert "公益和爱心传递：开展 1 次，参加 2 人次" in await chat.say("李书记", "支部情况")
    await chat.whisper("李书记", "公益结果 1 清理了三个小区")
    assert "公益结果还没写" not in await chat.whisper("李书记", "待办")


PROPOSAL = "爱心传递 周日下午2点 送旧教材 2人"
PROPOSED = "1号爱心传递（11月29日周日14:00）"


async def test_a_member_s_offer_is_announced_when_the_committee_agrees(chat: Chat) -> None:
    said = await chat.whisper("张三", PROPOSAL)
    assert said == f"已提交：{PROPOSED}。支部同意后在群里通知，结果我私下告诉您。发送“撤销”可收回。"
    (asked,) = chat.heard("李书记")
    assert asked.startswith(f"张三想发起{PROPOSED}：送旧教材，名额：2 人") and "同意：同意爱心传递 1" in asked
    assert chat.group() == []
    assert f"{PROPOSED}还在等支部同意" in await chat.say("李娜", "报名公益 1")
    assert "近期没有公益活动" in await chat.whisper("张三", "公益活动有哪些")
    assert "爱心传递待同意：1号送旧教材（张三发起）" in await chat.whisper("李书记", "待办")
    chat.group()
    await chat.at("2026-11-28 19:00").tick()
    assert not any("送旧教材" in text for text in chat.group())
    assert await chat.whisper("赵副", "同意爱心传递 1") == f"已发布：{PROPOSED}，已在群里通知。发送“撤销”可取消。"
    assert "【爱心传递】1号" in chat.group()[-1]
    assert chat.heard("张三")[-1].startswith(f"支部同意了您发起的{PROPOSED}，已在群里通知")
    assert "爱心传递待同意" not in await chat.whisper("李书记", "待办")
    await chat.say("李娜", "报名公益 1")
    assert "参加：李娜" in await chat.whisper("张三", "看公益名单 1")
    assert "参加" not in await chat.whisper("王强", "看公益名单 1")
    assert "不用再同意" in await chat.whisper("李书记", "同意爱心传递 1")


async def test_the_committee_declines_with_a_reason_for_its_author_alone(chat: Chat) -> None:
    await chat.whisper("张三", PROPOSAL)
    chat.heard("张三")
    assert f"已退回：{PROPOSED}" in await chat.say("李书记", "退回爱心传递 1 和党课时间冲突")
    assert chat.heard("张三") == [f"您发起的{PROPOSED}，支部没有同意。原因：和党课时间冲突"]
    assert not any("冲突" in text for text in chat.group())
    assert "已恢复" in await chat.whisper("李书记", "撤销") and "已恢复" in chat.heard("张三")[-1]
    await chat.at("2026-11-29 14:00").tick()
    assert "时间已经过了" in await chat.whisper("李书记", "同意爱心传递 1")


async def test_what_was_proposed_can_be_taken_back_before_and_after_it_was_announced(chat: Chat) -> None:
    await chat.whisper("张三", PROPOSAL)
    assert await chat.whisper("张三", "撤销") == f"已收回：{PROPOSED}。"
    assert f"{PROPOSED}已经取消了" in await chat.whisper("李书记", "同意爱心传递 1")
    await chat.whisper("张三", PROPOSAL)
    await chat.whisper("李书记", "同意爱心传递 2")
    assert chat.group()[-1].startswith("【爱心传递】2号")
    await chat.whisper("李书记", "撤销")
    assert chat.group() == ["【取消】2号爱心传递（11月29日周日14:00）取消了，不用参加。"]
    assert "已经取消了" in await chat.whisper("张三", "撤销")
    assert chat.group() == []


async def test_a_service_is_called_for_by_the_committee(chat: Chat) -> None:
    assert "公益由支部委员发起" in await chat.say("张三", CREATE)
    assert "只有支部委员能用" in await chat.say("张三", "同意爱心传递 1")
    await chat.ignores("张三", "同意爱心传递的想法")
    assert not await Service.exists()
