"""A member's own data: all of it as a file, deleted on request, swept when it is too old, handed over on leaving."""

from __future__ import annotations

import json
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from tortoise.expressions import Q

from bot.audit import verify
from bot.commands import Catalogue
from bot.personal import copying, leaving
from bot.settings import PrivacySettings, Settings
from models import (
    Account,
    AuditEntry,
    Category,
    Deed,
    DuesPayment,
    DuesShare,
    Erasure,
    FullMembership,
    HalfYearReview,
    Handover,
    InboxMessage,
    Lesson,
    Member,
    OpenMatter,
    Opinion,
    OutboxMessage,
    Placement,
    Post,
    PrivacyNotice,
    ProbationExtension,
    Report,
    ReportFile,
    ReportState,
    Talk,
    TalkRecord,
    Wish,
)
from tests.chat import CHANNEL, Chat, contact, found_branch
from tests.conftest import NOON
from tests.handlers.branch_records import paid, reported, talked
from tests.handlers.copies import opened
from tests.handlers.stored import everything_opened

TOPIC, RECORD, WISH, OPINION = "想谈谈家里的事", "谈得很好", "想借本行测书", "希望周末开会"


async def a_full_life(chat: Chat) -> None:
    """张三 has left something in most parts of branch life, and so have others."""
    branch = await found_branch(chat)
    await paid("张三", "2026-09", on="2026-09-10", confirmed=True)
    await paid("李娜", "2026-09", on="2026-09-10")
    report = await reported("张三", "2026-Q4", "2026-11-01 10:00", ReportState.APPROVED, "写得实在")
    await ReportFile.create(report=report, position=0, name="../手写稿.jpg", media_type="image/jpeg", data=b"jpeg")
    await Report.create(member_id=2, period="2027-Q1", state=ReportState.DRAFT, text="还没写完", started_at=NOON)
    talk = await talked(branch, "张三", "2026-11-02 14:00", topic=TOPIC)
    await TalkRecord.create(talk=talk, author_id=2, text=RECORD, written_at=NOON)
    await TalkRecord.create(talk=talk, author_id=1, text="书记写的", written_at=NOON)
    await chat.whisper("张三", "报到 苏州 汇川技术 到明年6月")
    await chat.whisper("张三", f"微心愿 {WISH}")
    await chat.whisper("张三", f"匿名意见 {OPINION}")
    await chat.whisper("李娜", "提意见 李娜的意见")
    await Member.filter(name="张三").update(consent_version="2026-11", consented_at=NOON)
    await PrivacyNotice.keep("2026-11", "告知的原文", NOON)


async def test_all_of_it_as_a_file(chat: Chat) -> None:
    await a_full_life(chat)
    assert (await chat.whisper("张三", "导出我的信息")).startswith("这是鸿雁里关于您的全部信息")
    (file,) = chat.files("张三")
    data, read, names = opened(file)
    assert file.name == "张三的信息_20261123.zip"
    assert data["党费"][0]["金额（元）"] == "0.20" and data["党费"][0]["确认人"] == "李书记"
    assert data["名册"] == [data["名册"][0]] and data["名册"][0]["支部"] == "智能制造流动党支部"
    for told in (TOPIC, RECORD, "书记写的", WISH, OPINION, "汇川技术", "写得实在", "还没写完", "2026-11"):
        assert told in read, told
    assert data["同意的个人信息告知"][0]["内容"] == "告知的原文" and "告知的原文" in read
    assert "李娜的意见" not in read and "李娜" not in json.dumps(data, ensure_ascii=False)
    assert [name for name in names if name.startswith("附件/")] == ["附件/1_.._手写稿.jpg"]
    line = await AuditEntry.filter(command="privacy.export").order_by("-id").first()
    assert line is not None and (line.outcome, line.member_id) == ("done", 2)


async def test_a_copy_does_not_tell_what_another_pays(chat: Chat) -> None:
    """Who handed dues in for a colleague was not told the standard either; the colleague's own copy has it."""
    await found_branch(chat)
    await chat.whisper("李书记", "党费标准 李娜 2026年 37元")
    await chat.whisper("张三", "交党费 11月")
    await chat.whisper("张三", "替李娜交11月的")
    for name, amounts in (("张三", ["0.20", None]), ("李娜", ["37.00"])):
        await chat.whisper(name, "导出我的信息")
        data, read, _ = opened(chat.files(name)[-1])
        assert [payment.get("金额（元）") for payment in data["党费"]] == amounts
        assert ("37" in read) == (name == "李娜")


async def test_a_secretarys_copy_holds_nothing_of_others_that_they_were_told(chat: Chat) -> None:
    await a_full_life(chat)
    await chat.whisper("李书记", "看看张三")
    await chat.whisper("李书记", "导出11月台账")
    await chat.whisper("李书记", "导出我的信息")
    data, read, names = opened(chat.files("李书记")[-1])
    assert "汇川技术" not in read and not [name for name in names if name.startswith("附件/")]
    assert data["发给您的消息"] and "内容" not in data["发给您的消息"][0]


async def test_what_is_too_large_is_listed_with_how_to_get_it(
    database: str, catalogue: Catalogue, settings: Settings
) -> None:
    small = settings.privacy.model_copy(update={"export_megabytes": 1})
    chat = Chat(catalogue, settings.model_copy(update={"privacy": small}), NOON)
    await found_branch(chat)
    for period, names in {"2026-Q3": ["旧的.jpg"], "2026-Q4": ["一.jpg", "二.jpg"]}.items():
        report = await reported("张三", period, "2026-11-01 10:00")
        for position, name in enumerate(names):
            data = position.to_bytes() * 700_000
            await ReportFile.create(report=report, position=position, name=name, media_type="image/jpeg", data=data)
    await chat.whisper("张三", "导出我的信息")
    _, read, names = opened(chat.files("张三")[-1])
    assert [name for name in names if name.startswith("附件/")] == ["附件/1_一.jpg"]
    listed = read.partition("没有放进来的文件")[2]
    assert "最多放 1 MB" in listed and "“看汇报 张三”" in listed
    assert "二.jpg（2026年第四季度的思想汇报）" in listed and "旧的.jpg（2026年第三季度" in listed


async def test_a_copy_is_made_beside_the_loop(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressing it in the loop would keep everybody else waiting."""
    threads = []
    pressed = copying._zip
    monkeypatch.setattr(copying, "_zip", lambda *of: threads.append(threading.current_thread()) or pressed(*of))
    await found_branch(chat)
    await chat.whisper("张三", "导出我的信息")
    assert len(threads) == 1 and threads[0] is not threading.main_thread()


async def test_a_copy_is_given_so_many_times_a_day(chat: Chat) -> None:
    await found_branch(chat)
    for _ in range(chat.settings.privacy.exports_per_day):
        await chat.whisper("张三", "导出我的信息")
    assert "24 小时里最多导出 3 次" in await chat.whisper("张三", "导出我的信息")
    assert len(chat.files("张三")) == 3
    assert "全部信息" in await chat.whisper("李娜", "导出我的信息")
    assert "全部信息" in await chat.at("2026-11-24 12:01").whisper("张三", "导出我的信息")


async def test_in_the_group_nothing_is_told(chat: Chat) -> None:
    await a_full_life(chat)
    assert await chat.say("张三", "导出我的信息") == "您的信息已私聊发给您。"
    chat.strangers.add("张三")
    assert "请加我为好友" in await chat.say("张三", "导出我的信息")


async def test_deleting_is_asked_about_with_what_stays_and_why(chat: Chat) -> None:
    await a_full_life(chat)
    asked = await chat.whisper("张三", "删除我的信息")
    deleted, _, kept = asked.partition("会保留：")
    for label in ("去向 1 条", "微心愿 1 条", "谈心记录 1 条", "思想汇报 1 条"):
        assert label in deleted, label
    assert "意见" not in deleted, "an anonymous one is counted nowhere"
    assert "党费登记是收缴的凭证" in kept and "交了的思想汇报是考察培养的材料" in kept
    await chat.whisper("张三", "算了")
    assert await Wish.all().count() == 1 and not await Erasure.exists()


async def test_what_need_not_be_kept_is_gone(chat: Chat) -> None:
    await a_full_life(chat)
    await chat.whisper("张三", "我的")
    await chat.whisper("张三", "删除我的信息")
    said = await chat.whisper("张三", "确认")
    assert said.startswith("已删除：") and chat.settings.privacy.offline in said
    for gone in (Placement, Wish, Deed.filter(member_id=2), Account.filter(member_id=2)):
        assert not await gone.exists()
    assert sorted([one.text async for one in Opinion.all()]) == sorted([OPINION, "李娜的意见"])
    assert [(one.state, one.text != "") async for one in Report.all()] == [(ReportState.APPROVED, True)]
    assert await DuesPayment.filter(member_id=2).exists()
    assert (await Talk.get()).topic == "" and [one.text async for one in TalkRecord.all()] == ["书记写的"]
    assert (await Member.get(id=2)).consent_version is None
    stored = await everything_opened()  # what was said in the group stands there, and here for some days
    for secret in (TOPIC, RECORD, "汇川技术", "还没写完"):
        assert secret not in stored, secret
    assert not await InboxMessage.filter(sender=contact("张三")).exists()


async def test_deleting_tells_of_nothing_that_was_sent_without_a_name(chat: Chat) -> None:
    """The secretary hears who deleted: what vanished then, or stood as a count beside the name, would be theirs."""
    await a_full_life(chat)
    await chat.whisper("张三", "匿名微心愿 想有人陪我练面试")
    await chat.whisper("李娜", "匿名意见 李娜没留名字")
    shown = [await chat.whisper("李书记", asked) for asked in ("看意见", "看意见 1", "看看微心愿")]
    await chat.whisper("张三", "删除我的信息")
    said = await chat.whisper("张三", "确认")
    assert "意见" not in said.partition("保留：")[0] and "微心愿 1 条" in said
    assert [(one.text, one.seal is None) async for one in Opinion.filter(author_id=None).order_by("id")] == [
        (OPINION, True),
        ("李娜没留名字", False),
    ]
    wish = await Wish.get()
    assert (wish.text, wish.seal, wish.author_id, wish.anonymous) == ("想有人陪我练面试", None, None, True)
    erasure = await Erasure.get()
    assert "意见" not in {**erasure.deleted, **erasure.kept} and erasure.deleted["微心愿"] == 1
    opinions = [await chat.whisper("李书记", asked) for asked in ("看意见", "看意见 1")]
    assert opinions == shown[:2] and "匿名" in opinions[1]
    assert "想有人陪我练面试" in shown[2] and "想有人陪我练面试" in await chat.whisper("李书记", "看看微心愿")


async def test_what_is_nobodys_any_more_goes_on_being_dealt_with(chat: Chat) -> None:
    await a_full_life(chat)
    await chat.whisper("张三", "匿名微心愿 想有人陪我练面试")
    await chat.whisper("张三", "删除我的信息")
    await chat.whisper("张三", "确认")
    wish = await Wish.get()
    assert "已认领" in await chat.whisper("李娜", f"认领 {wish.number}")
    assert "只有许愿的人" in await chat.whisper("王强", f"撤下心愿 {wish.number}")
    assert "没有找到" in await chat.whisper("王强", "撤回意见 1")
    assert "1号意见" in await chat.whisper("李书记", "答复意见 1 下个月起周末开会")
    assert "已在群里告诉大家" in await chat.whisper("李娜", f"心愿 {wish.number} 完成")
    assert [(one.text, one.author_id) async for one in Wish.all()] == [("想有人陪我练面试", None)]


async def test_of_a_copy_nothing_is_kept_once_it_is_sent(chat: Chat) -> None:
    """It tells what was sent without a name, beside the name."""
    await a_full_life(chat)
    await chat.whisper("张三", "导出我的信息")
    assert len(chat.files("张三")) == 1
    assert not await OutboxMessage.filter(contact=contact("张三"), file_name__not_isnull=True).exists()


async def test_the_secretary_is_told_and_has_it_on_the_list(chat: Chat) -> None:
    await a_full_life(chat)
    chat.heard("李书记")
    await chat.whisper("张三", "撤回同意")
    await chat.whisper("张三", "确认")
    (told,) = [text for text in chat.heard("李书记") if "张三" in text]
    assert told.startswith("张三删除了自己的个人信息并撤回了同意") and WISH not in told
    assert "已删除个人信息、撤回同意的：张三" in await chat.whisper("李书记", "待办")
    line = await AuditEntry.filter(command="privacy.delete", outcome="done").get()
    assert (line.member_id, line.conversation) == (2, contact("张三"))
    assert "还不认识您" in await chat.whisper("张三", "交党费 11月")
    assert "已删除个人信息" not in await chat.at("2026-12-08 12:00").whisper("李书记", "待办")


async def test_who_comes_back_starts_anew(chat: Chat) -> None:
    await a_full_life(chat)
    await chat.whisper("张三", "删除我的信息")
    await chat.whisper("张三", "确认")
    code = (await chat.whisper("李书记", "绑定码 张三")).rpartition(" ")[2]
    assert "绑定好了" in await chat.whisper("张三", f"绑定 {code}")
    assert "记下了" in await chat.whisper("张三", "同意")
    assert "已删除个人信息" not in await chat.whisper("李书记", "待办")


async def test_what_is_too_old_goes_and_what_is_not_stays(chat: Chat) -> None:
    await found_branch(chat)
    await paid("张三", "2016-09", on="2016-09-10", confirmed=True)
    await paid("张三", "2026-09", on="2026-09-10")
    old = await reported("张三", "2021-Q3", "2021-08-01 10:00")
    await ReportFile.create(report=old, position=0, name="a.jpg", media_type="image/jpeg", data=b"x")
    await reported("张三", "2026-Q4", "2026-11-01 10:00")
    await Opinion.create(branch_id=1, text="旧意见", author_id=2, given_on=date(2023, 1, 1))
    await InboxMessage.create(
        channel=CHANNEL, message="old", conversation="a", sender="a", received_at=NOON - timedelta(91)
    )
    for key in (None, "reminder:1"):
        await OutboxMessage.create(
            channel=CHANNEL,
            conversation="a",
            contact="a",
            text="旧话",
            key=key,
            state="sent",
            not_before=NOON,
            created_at=NOON - timedelta(days=31),
        )
    await chat.tick()
    assert [one.period async for one in Report.all()] == ["2026-Q4"] and not await ReportFile.exists()
    assert [one.month async for one in DuesShare.all()] == ["2026-09"]
    assert not await Opinion.exists() and not await InboxMessage.exists()
    # A reminder's key stays, or it would be sent again.
    assert [(one.key, one.text) async for one in OutboxMessage.filter(conversation="a")] == [("reminder:1", "")]
    line = await AuditEntry.get(command="retention")
    assert line.detail == {
        "党费": 1,
        "思想汇报": 1,
        "意见": 1,
        "发给您的消息": 1,
        "收到的消息的编号": 1,
        "发过的提醒的内容": 1,
    }
    await chat.at("2026-11-23 13:01").tick()
    assert await AuditEntry.filter(command="retention").count() == 1, "nothing is left to remove"


async def test_reviews_decisions_and_handovers_have_an_age_too(chat: Chat) -> None:
    await found_branch(chat)
    old, new = NOON.replace(year=2016, month=10), NOON.replace(year=2016, month=12)
    for at in (old, new):
        by: dict[str, Any] = {"member_id": 2, "recorded_by_id": 1, "recorded_at": at}
        await HalfYearReview.create(member_id=2, half="2016-H2", text="好", reviewer_id=1, reviewed_at=at)
        await FullMembership.create(decided_on=at.date(), **by)
        await ProbationExtension.create(until=at.date(), **by)
        await Handover.create(left_on=at.date(), dues_from="2016-01", **by)
        await OpenMatter.create(kind="confirmation", opens_at=at, closes_at=at, content={})
    away = await Handover.create(
        member_id=3, recorded_by_id=1, recorded_at=old, left_on=old.date(), claim=3, dues_from=""
    )
    await chat.tick()
    for model in (HalfYearReview, FullMembership, ProbationExtension):
        [left] = await model.all()
        assert new in (getattr(left, "reviewed_at", None), getattr(left, "recorded_at", None)), model
    assert {one.id for one in await Handover.exclude(recorded_at=new)} == {away.id}, (
        "who is still away comes back by it"
    )
    assert not await OpenMatter.exists()


async def test_of_who_left_long_ago_nothing_stays_but_what_they_did_for_others(chat: Chat) -> None:
    """A member goes wholly, who has records that are not old waits for them, who acted for the branch is nobody."""
    await found_branch(chat)
    long_ago = NOON.replace(year=2016, month=10)
    await paid("李娜", "2026-09", on="2026-09-10")
    await Lesson.create(branch_id=1, section="党员修养", title="课", text="文", author_id=4, published_at=NOON)
    for id_ in (2, 3, 4):
        await Member.filter(id=id_).update(active=False)
        await Erasure.create(member_id=id_, branch_id=1, claim=id_, erased_at=long_ago)
    await Account.filter(member_id__in=[2, 3, 4]).delete()
    await chat.tick()
    assert await Member.all().order_by("id").values_list("name", flat=True) == ["李书记", "李娜", "（已离开）"]
    assert (await Member.get(id=4)).student_no == "left-4" and await Erasure.filter(member_id=2).count() == 0
    assert (await AuditEntry.get(command="retention")).detail == {"离开的人在名册里的信息": 2}
    await chat.at("2026-11-23 13:01").tick()
    assert await AuditEntry.filter(command="retention").count() == 1, "nothing is left to do"


async def test_the_trail_is_cut_at_its_beginning_and_stays_right(chat: Chat) -> None:
    await found_branch(chat)
    for day in ("2023-09-01", "2023-09-02", "2026-11-20"):
        await chat.at(f"{day} 04:00").whisper("张三", "我的")
        await chat.tick()
        await chat.at(f"{day} 12:00").whisper("张三", "我的")
    await chat.at("2026-11-23 12:00").tick()
    verdict = await verify(chat.settings.audit, chat.clock.now())
    assert verdict.first > 1 and verdict.faults == ()
    assert not await AuditEntry.filter(at__lt=NOON - timedelta(days=1000), id__lt=verdict.first).exists()


async def test_who_leaves_is_handed_over_then_deleted(chat: Chat) -> None:
    await a_full_life(chat)
    await Member.filter(name="张三").update(active=False)
    await Account.filter(member_id=2).update(member_id=None)
    await chat.tick()
    (file,) = chat.files("李书记")
    data, read, _ = opened(file)
    assert {"名册", "党费", "思想汇报"} <= data.keys()
    for private in (TOPIC, RECORD, WISH, OPINION, "汇川技术"):
        assert private not in read, private
    assert not await Placement.exists() and not await Wish.exists()
    assert await DuesPayment.filter(member_id=2).exists()
    assert "管理员（服务器）移交离开的人的材料，删除不必留的信息：张三" in await chat.whisper("李书记", "操作记录")
    await chat.at("2026-11-23 13:01").tick()
    assert len(chat.files("李书记")) == 1 and await Erasure.all().count() == 1


async def test_who_can_be_handed_to_nobody_is_in_nobodys_way(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(leaving, "AT_ONCE", 2)
    monkeypatch.setattr(leaving, "PAGE", 2)
    deserted = await found_branch(chat, "没有书记的支部", [(f"无人管{n}", Post.NONE, Category.FULL) for n in range(5)])
    await found_branch(chat, room="another-room")
    left = Member.filter(Q(branch_id=deserted.id) | Q(name__in=["张三", "李娜", "王强"]))
    ids = [member.id async for member in left.order_by("id")]
    await Member.filter(id__in=ids).update(active=False)
    await chat.tick()
    assert [row.member_id async for row in Erasure.all().order_by("id")] == ids[5:7], "so many at a time"
    assert "of 5 members who have left nobody can be told" in caplog.text
    assert ", ".join(map(str, ids[:5])) in caplog.text
    await chat.at("2026-11-23 13:01").tick()
    assert [row.member_id async for row in Erasure.all().order_by("id")] == ids[5:]


async def test_what_is_handed_over_in_one_transaction_is_limited(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    await found_branch(chat)
    monkeypatch.setattr(PrivacySettings, "export_bytes", 1)
    await Member.filter(name__in=["张三", "李娜", "王强"]).update(active=False)
    for hour in (12, 13, 14):
        await chat.at(f"2026-11-23 {hour}:01").tick()
        assert await Erasure.all().count() == hour - 11


async def test_handing_over_gives_the_secretary_the_papers_and_deletes_a_month_later(chat: Chat) -> None:
    await a_full_life(chat)
    assert "附件是移交给对方党组织的材料" in await chat.whisper("李书记", "转出 张三 11月20日 转到苏州的党组织")
    assert len(chat.files("李书记")) == 1
    await chat.tick()
    assert await Placement.exists() and not await Erasure.exists()
    await chat.at("2026-12-25 12:00").tick()
    assert not await Placement.exists() and await Erasure.filter(claim=2).exists()
    await chat.whisper("李书记", "转回 张三")
    assert not await Erasure.filter(claim=2).exists()
