"""A member's own data: all of it as a file, deleted on request, swept when it is too old, handed over on leaving."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

from docx import Document

from bot.audit import verify
from bot.messages import File
from models import (
    Account,
    AuditEntry,
    Deed,
    DuesPayment,
    DuesShare,
    Erasure,
    InboxMessage,
    Member,
    Opinion,
    OutboxMessage,
    Placement,
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
from tests.handlers.stored import everything_stored

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


def opened(file: File) -> tuple[dict[str, Any], str, list[str]]:
    """The data, the text to read, and the names in a copy."""
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        names = archive.namelist()
        data = json.loads(archive.read(next(name for name in names if name.endswith(".json"))))
        document = Document(io.BytesIO(archive.read(next(name for name in names if name.endswith(".docx")))))
    return data, "\n".join(one.text for one in document.paragraphs), names


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
    assert "李娜的意见" not in read and "李娜" not in json.dumps(data, ensure_ascii=False)
    assert [name for name in names if name.startswith("附件/")] == ["附件/1_.._手写稿.jpg"]
    line = await AuditEntry.filter(command="privacy.export").order_by("-id").first()
    assert line is not None and (line.outcome, line.member_id) == ("done", 2)


async def test_a_secretarys_copy_holds_nothing_of_others_that_they_were_told(chat: Chat) -> None:
    await a_full_life(chat)
    await chat.whisper("李书记", "看看张三")
    await chat.whisper("李书记", "导出11月台账")
    await chat.whisper("李书记", "导出我的信息")
    data, read, names = opened(chat.files("李书记")[-1])
    assert "汇川技术" not in read and not [name for name in names if name.startswith("附件/")]
    assert data["发给您的消息"] and "内容" not in data["发给您的消息"][0]


async def test_in_the_group_nothing_is_told(chat: Chat) -> None:
    await a_full_life(chat)
    assert await chat.say("张三", "导出我的信息") == "您的信息已私聊发给您。"
    chat.strangers.add("张三")
    assert "请加我为好友" in await chat.say("张三", "导出我的信息")


async def test_deleting_is_asked_about_with_what_stays_and_why(chat: Chat) -> None:
    await a_full_life(chat)
    asked = await chat.whisper("张三", "删除我的信息")
    deleted, _, kept = asked.partition("会保留：")
    for label in ("去向 1 条", "微心愿 1 条", "意见 1 条", "谈心记录 1 条", "思想汇报 1 条"):
        assert label in deleted, label
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
    assert [one.text async for one in Opinion.all()] == ["李娜的意见"]
    assert [(one.state, one.text != "") async for one in Report.all()] == [(ReportState.APPROVED, True)]
    assert await DuesPayment.filter(member_id=2).exists()
    assert (await Talk.get()).topic == "" and [one.text async for one in TalkRecord.all()] == ["书记写的"]
    assert (await Member.get(id=2)).consent_version is None
    stored = await everything_stored()  # what was said in the group stands there, and here for some days
    for secret in (TOPIC, RECORD, OPINION, "汇川技术", "还没写完"):
        assert secret not in stored, secret
    assert not await InboxMessage.filter(sender=contact("张三")).exists()


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
