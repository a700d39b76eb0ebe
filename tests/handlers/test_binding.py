"""Binding as people do it: by a code, by name and number, in the wrong place, again with a new account."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.commands import ToMember
from bot.messages import Kind
from bot.outbox import put_notice
from bot.roster import codes_for
from bot.settings import BindingSettings
from bot.understanding.reader import Reader
from handlers import binding
from models import (
    Account,
    AuditEntry,
    BindingCode,
    BindingFailure,
    BindingKey,
    Branch,
    Category,
    DuesShare,
    Level,
    Member,
    Opinion,
    OpinionState,
    OutboxMessage,
    Post,
    Room,
    Talk,
    TalkRecord,
    TalkState,
)
from tests.chat import CHANNEL, Chat, contact, found_branch
from tests.handlers.stored import everything_opened, everything_stored

MEMBERS = (
    ("李书记", Post.SECRETARY, Category.FULL),
    ("张三", Post.NONE, Category.FULL),
    ("李娜", Post.NONE, Category.PROBATIONARY),
    ("王强", Post.NONE, Category.FULL),
)
CODE_WRONG = "ZZZZZ9"


async def newcomer(branch: Branch, name: str = "吴昊", number: str = "20230130", **more: Any) -> Member:
    fields: dict[str, Any] = {
        "category": Category.PROBATIONARY,
        "dues_from": "2026-11",
        "created_at": branch.created_at,
        **more,
    }
    return await Member.create(name=name, student_no=number, branch=branch, **fields)


async def code_of(chat: Chat, member: Member, days: int = 30) -> str:
    return (await codes_for([member], now=chat.clock.now(), days=days))[0][1]


async def bound_to(who: str) -> str | None:
    account = await Account.get_or_none(channel=CHANNEL, contact=contact(who)).select_related("member")
    return account.member.name if account and account.member else None


async def test_a_code_binds_at_once_and_only_once(chat: Chat) -> None:
    member = await newcomer(await found_branch(chat))
    code = await code_of(chat, member)
    answer = await chat.whisper("新微信", f"绑定 {code.lower()}")
    assert "吴昊，绑定好了" in answer and "只记姓名" in answer and "交党费" in answer
    assert await bound_to("新微信") == "吴昊"
    assert "已经绑定好了" in await chat.whisper("新微信", f"绑定 {code}")
    assert "已经用过" in await chat.whisper("别的微信", f"绑定 {code}")
    assert await bound_to("别的微信") is None


async def test_what_is_welcomed_with_is_understood(chat: Chat, reader: Reader) -> None:
    examples = {*binding.FOR_COMMITTEE, *binding.FOR_OFFICE, *binding.FOR_PAYING, *binding.FOR_OTHERS}
    read = {example: reader.read(example, now=chat.now, private=True).command for example in examples}
    assert not {example for example, command in read.items() if command in (None, "unknown")}


async def test_an_expired_code_and_a_wrong_one(chat: Chat) -> None:
    member = await newcomer(await found_branch(chat))
    code = await code_of(chat, member, days=1)
    chat.clock.moment += timedelta(days=2)
    assert "已经过期" in await chat.whisper("新微信", f"绑定 {code}")
    assert "不对" in await chat.whisper("新微信", f"绑定 {CODE_WRONG}")
    assert await bound_to("新微信") is None


async def test_guessing_is_slowed_down_and_may_go_on_an_hour_later(chat: Chat) -> None:
    member = await newcomer(await found_branch(chat))
    code = await code_of(chat, member)
    for _ in range(2 * chat.settings.binding.attempts_per_hour):
        assert "不对" in await chat.whisper("新微信", f"绑定 {CODE_WRONG}")
    assert "太多" in await chat.whisper("新微信", f"绑定 {code}")
    chat.clock.moment += timedelta(minutes=61)
    assert "绑定好了" in await chat.whisper("新微信", f"绑定 {code}")


async def test_an_old_time_of_sending_opens_no_code_and_no_further_tries(chat: Chat) -> None:
    """As a gateway could tell that is not to be trusted."""
    member = await newcomer(await found_branch(chat))
    code = await code_of(chat, member, days=1)
    long_ago = chat.now - timedelta(days=2)
    for _ in range(2 * chat.settings.binding.attempts_per_hour):
        assert "不对" in await chat.whisper("冒充的", f"绑定 {CODE_WRONG}", sent_at=long_ago)
        long_ago -= timedelta(hours=2)
    assert "太多" in await chat.whisper("冒充的", f"绑定 {CODE_WRONG}", sent_at=long_ago)
    chat.clock.moment += timedelta(days=3)
    assert "已经过期" in await chat.whisper("新微信", f"绑定 {code}", sent_at=chat.now - timedelta(hours=1))
    assert await bound_to("新微信") is None


async def test_guessing_with_many_accounts_is_stopped_for_all(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    member = await newcomer(await found_branch(chat))
    code = await code_of(chat, member)
    many = [
        BindingFailure(channel=CHANNEL, contact=f"many-{number}", at=chat.now, by_code=True)
        for number in range(chat.settings.binding.wrong_codes_per_hour - 1)
    ]
    await BindingFailure.bulk_create(many)
    assert "不对" in await chat.whisper("冒充的", f"绑定 {CODE_WRONG}")
    answer = await chat.whisper("新微信", f"绑定 {code}")
    assert "没有用掉" in answer and "一小时后" in answer and "wrong binding codes" in caplog.text
    assert (await chat.say("新微信", f"绑定 {CODE_WRONG}")).startswith("绑定码不能发在群里")
    assert "书记会收到您的申请" in await chat.whisper("新微信", "绑定 吴昊 20230130"), "the other way stays open"
    chat.clock.moment += timedelta(minutes=61)
    assert "绑定好了" in await chat.whisper("新微信", f"绑定 {code}")


async def test_a_day_on_which_all_bind_by_number_stops_no_code(chat: Chat) -> None:
    member = await newcomer(await found_branch(chat))
    most = chat.settings.binding.wrong_codes_per_hour
    rows = [BindingFailure(channel=CHANNEL, contact=f"many-{number}", at=chat.now) for number in range(2 * most)]
    await BindingFailure.bulk_create(rows)
    assert "绑定好了" in await chat.whisper("新微信", f"绑定 {await code_of(chat, member)}")


async def test_no_code_can_be_read_in_the_database(chat: Chat) -> None:
    member = await newcomer(await found_branch(chat))
    codes = [
        (await chat.whisper("李书记", "绑定码 吴昊")).rpartition(" ")[2],
        (await chat.whisper("张三", "我的绑定码")).partition("：")[2][:6],
        await code_of(chat, member),
    ]
    stored = f"{await everything_stored()}{await everything_opened()}"
    assert all(len(code) == 6 and code not in stored for code in codes)
    key = await BindingKey.current()
    assert await BindingCode.exists(digest=key.digest(codes[-1])) and key.secret not in await everything_stored()
    assert await bound_to("新微信") is None and "绑定好了" in await chat.whisper("新微信", codes[-1])


async def test_who_is_advised_to_ask_for_a_code_can_use_it(chat: Chat) -> None:
    member = await newcomer(await found_branch(chat))
    while "太多" not in (answer := await chat.whisper("新微信", "绑定 吴昊 20230130")):
        assert "书记会收到您的申请" in answer
    assert "不用重复发" in answer and "绑定码" in answer
    assert "绑定好了" in await chat.whisper("新微信", f"绑定 {await code_of(chat, member)}")


async def test_two_accounts_send_one_code_at_the_same_moment(chat: Chat) -> None:
    member = await newcomer(await found_branch(chat))
    text = f"绑定 {await code_of(chat, member)}"
    sent = [chat.incoming(who, text, private=True) for who in ("甲", "乙", "丙", "丁")]
    await asyncio.gather(*(chat.dispatcher.handle(message) for message in sent))
    assert await Account.filter(member_id=member.id).count() == 1
    await chat.send()
    answers = [answer for who in ("甲", "乙", "丙", "丁") for answer in chat.heard(who)]
    assert sorted("绑定好了" in answer for answer in answers) == [False, False, False, True]


async def test_a_new_code_lets_the_earlier_one_expire(chat: Chat) -> None:
    member = await newcomer(await found_branch(chat))
    first, second = await code_of(chat, member), await code_of(chat, member)
    assert "已经过期" in await chat.whisper("新微信", f"绑定 {first}")
    assert "绑定好了" in await chat.whisper("新微信", f"绑定 {second}")


async def test_name_and_number_wait_for_the_secretary(chat: Chat) -> None:
    await newcomer(await found_branch(chat))
    asked = await chat.whisper("新微信", "绑定 吴昊 20230130")
    assert await bound_to("新微信") is None
    (told,) = chat.heard("李书记")
    assert "吴昊" in told and "同意绑定 吴昊" in told
    chat.heard("新微信")
    answer = await chat.whisper("李书记", "同意绑定 吴昊")
    assert "已绑定：吴昊" in answer
    assert await bound_to("新微信") == "吴昊"
    (welcome,) = chat.heard("新微信")
    assert "绑定好了" in welcome
    assert asked == await chat.whisper("又一个微信", "绑定 陈无名 20239999")
    entry = await AuditEntry.get(command="bind.accept", outcome="done")
    assert len(entry.subjects) == 1


async def test_who_introduces_themselves_asks_to_be_bound(chat: Chat) -> None:
    await newcomer(await found_branch(chat))
    assert "书记会收到您的申请" in await chat.whisper("新微信", "你好，我叫吴昊，学号20230130")
    assert "同意绑定 吴昊" in chat.heard("李书记")[0]


async def test_a_name_without_a_common_surname(chat: Chat) -> None:
    await newcomer(await found_branch(chat), "阿依古丽", "20230130")
    await chat.whisper("新微信", "绑定 阿依古丽 20230130")
    await chat.whisper("李书记", "同意绑定 阿依古丽")
    assert await bound_to("新微信") == "阿依古丽"


async def test_nobody_learns_who_is_in_the_roster(chat: Chat) -> None:
    await newcomer(await found_branch(chat))
    right = [await chat.whisper("甲", "绑定 吴昊 20230130") for _ in range(7)]
    wrong = [await chat.whisper("乙", "绑定 吴昊 20230131") for _ in range(7)]
    assert right == wrong and "太多" in right[-1]
    assert len(chat.heard("李书记")) == 1


async def test_the_secretary_can_refuse_and_nothing_is_left_open(chat: Chat) -> None:
    await newcomer(await found_branch(chat))
    await chat.whisper("新微信", "绑定 吴昊 20230130")
    chat.heard("新微信")
    assert "已拒绝" in await chat.whisper("李书记", "拒绝绑定 吴昊")
    (told,) = chat.heard("新微信")
    assert "没有通过" in told and "吴昊" not in told
    assert "没有吴昊的绑定申请" in await chat.whisper("李书记", "同意绑定 吴昊")
    assert await bound_to("新微信") is None


async def test_two_accounts_for_one_member_are_not_decided_by_the_name(chat: Chat) -> None:
    await newcomer(await found_branch(chat))
    await chat.whisper("新微信", "绑定 吴昊 20230130")
    await chat.whisper("冒充的", "绑定 吴昊 20230130")
    assert "不止一个账号" in chat.heard("李书记")[-1]
    assert "绑定码" in await chat.whisper("李书记", "同意绑定 吴昊")
    assert await bound_to("新微信") is None and await bound_to("冒充的") is None


async def test_two_members_of_one_name_need_the_number(chat: Chat) -> None:
    branch = await found_branch(chat)
    await newcomer(branch)
    await newcomer(branch, number="20230131")
    await chat.whisper("甲", "绑定 吴昊 20230130")
    await chat.whisper("乙", "绑定 吴昊 20230131")
    assert "加上学号" in await chat.whisper("李书记", "同意绑定 吴昊")
    await chat.whisper("李书记", "同意绑定 吴昊 20230131")
    assert await bound_to("乙") == "吴昊" and await bound_to("甲") is None


async def test_the_secretary_of_another_branch_decides_nothing(chat: Chat) -> None:
    await newcomer(await found_branch(chat))
    await found_branch(chat, "软件工程流动党支部", [("周书记", Post.SECRETARY, Category.FULL)], room="room-2@chatroom")
    await chat.whisper("新微信", "绑定 吴昊 20230130")
    assert not chat.heard("周书记")
    assert "没有吴昊的绑定申请" in await chat.whisper("周书记", "同意绑定 吴昊")


async def test_a_member_cannot_decide(chat: Chat) -> None:
    await newcomer(await found_branch(chat))
    await chat.whisper("新微信", "绑定 吴昊 20230130")
    assert "只有支部委员" in await chat.whisper("张三", "同意绑定 吴昊")
    assert await bound_to("新微信") is None


async def test_a_changed_account_takes_over_by_code(chat: Chat) -> None:
    await found_branch(chat)
    member = await Member.get(name="张三")
    answer = await chat.whisper("张三的新号", f"绑定 {await code_of(chat, member)}")
    assert "原来绑定的账号已经解除" in answer
    assert await bound_to("张三的新号") == "张三" and await bound_to("张三") is None
    (goodbye,) = chat.heard("张三")
    assert "张三已改用另一个账号" in goodbye and "马上告诉书记" in goodbye
    assert "还不认识您" in await chat.whisper("张三", "我的党费")


async def test_a_code_that_was_not_needed_is_no_longer_good(chat: Chat) -> None:
    member = await newcomer(await found_branch(chat))
    code = await code_of(chat, member)
    await chat.whisper("新微信", "绑定 吴昊 20230130")
    await chat.whisper("李书记", "同意绑定 吴昊")
    assert "已经过期" in await chat.whisper("捡到绑定码的人", f"绑定 {code}")
    assert await bound_to("新微信") == "吴昊" and await bound_to("捡到绑定码的人") is None


async def test_a_changed_account_by_number_is_announced_to_both(chat: Chat) -> None:
    await found_branch(chat)
    member = await Member.get(name="张三")
    await chat.whisper("张三的新号", f"绑定 张三 {member.student_no}")
    assert "已绑定了另一个账号" in chat.heard("李书记")[-1]
    assert "马上告诉书记" in chat.heard("张三")[-1]
    await chat.whisper("李书记", "同意绑定 张三")
    assert await bound_to("张三的新号") == "张三" and await bound_to("张三") is None
    assert "这个账号的绑定已解除" in chat.heard("张三")[-1] and "绑定好了" in chat.heard("张三的新号")[-1]


async def test_an_old_account_that_is_no_friend_is_not_written_to(chat: Chat) -> None:
    chat.strangers.add("张三")
    await found_branch(chat)
    await chat.whisper("张三的新号", f"绑定 {await code_of(chat, await Member.get(name='张三'))}")
    assert await bound_to("张三的新号") == "张三" and chat.heard("张三") == []


async def wait_for_morning(chat: Chat) -> None:
    """李娜 asks for a talk in the quiet hours, with a topic that is nobody's but hers and the host's."""
    await chat.whisper("李书记", "开放谈心 11月26日下午2点到4点 每人30分钟")
    chat.at("2026-11-23 23:30")
    await chat.whisper("李娜", "约谈心 1号 想谈父亲病重")
    assert not [said for said in chat.heard("李书记") if "父亲" in said]


async def test_what_waits_for_the_morning_is_not_sent_to_the_account_that_was_given_up(chat: Chat) -> None:
    await found_branch(chat)
    await wait_for_morning(chat)
    code = await code_of(chat, await Member.get(name="李书记"))
    await chat.whisper("书记新号", f"绑定 {code}")
    assert "以后不再发消息到这里" in chat.heard("李书记")[-1]
    chat.heard("书记新号")
    await chat.at("2026-11-24 08:00").tick()
    assert chat.heard("李书记") == []
    assert any("父亲病重" in said for said in chat.heard("书记新号"))


async def test_what_waits_for_the_morning_is_not_sent_to_who_was_taken_back(chat: Chat) -> None:
    """同意绑定 of a wrong account, and 撤销."""
    await found_branch(chat)
    await newcomer(await Branch.get(), "周委员", "20230140", post=Post.DISCIPLINE)
    await chat.whisper("冒充的", "绑定 周委员 20230140")
    await chat.whisper("李书记", "同意绑定 周委员")
    wrong = await Member.get(name="周委员")
    now = chat.at("2026-11-23 23:30").clock.now()
    await put_notice(ToMember(wrong.id, "张三约了您"), now=now, settings=chat.settings)
    assert "已收回" in await chat.whisper("李书记", "撤销")
    chat.heard("冒充的")
    await chat.at("2026-11-24 08:00").tick()
    assert chat.heard("冒充的") == []


async def test_what_waits_for_the_morning_is_not_sent_to_who_had_everything_deleted(chat: Chat) -> None:
    await found_branch(chat)
    member = await Member.get(name="张三")
    chat.at("2026-11-23 23:30")
    await put_notice(ToMember(member.id, "您的汇报批注了"), now=chat.clock.now(), settings=chat.settings)
    assert "不再提醒" in await chat.whisper("张三", "删除我的信息")
    assert "已删除" in await chat.whisper("张三", "确认")
    chat.heard("张三")
    await chat.at("2026-11-24 08:00").tick()
    assert chat.heard("张三") == []
    assert not await OutboxMessage.exists(member_id=member.id)


async def with_secrets(chat: Chat) -> Branch:
    """李娜 has talked with 王强, who wrote the record, and has given an opinion about the secretary, nameless."""
    branch = await found_branch(chat, members=[*MEMBERS, ("周委员", Post.DISCIPLINE, Category.FULL)])
    li, wang = await Member.get(name="李娜"), await Member.get(name="王强")
    talk = await Talk.create(
        branch=branch,
        host=wang,
        member=li,
        start=chat.now - timedelta(days=1),
        end=chat.now,
        topic="想谈父亲病重",
        state=TalkState.HELD,
        booked_at=chat.now,
    )
    await TalkRecord.create(talk=talk, author=wang, text="聊了家里的难处", written_at=chat.now)
    assert "1" in await chat.whisper("李娜", "匿名意见 书记开会总是迟到")
    assert "1" in await chat.whisper("李娜", "提意见 活动室周末开放")
    assert "1" in await chat.whisper("李娜", "匿名微心愿 想要一盏台灯")
    for who in ("李书记", "李娜", "周委员"):
        chat.heard(who)
    return branch


SECRETS = ("家里的难处", "父亲病重", "迟到", "台灯")
ASKING = ("看谈心记录 王强", "我的谈心", "导出我的信息", "我的意见", "我的心愿")


async def asked_for_secrets(chat: Chat, who: str) -> dict[str, str]:
    return {text: await chat.whisper(who, text) for text in ASKING}


async def test_a_code_for_one_who_is_bound_is_told_to_them_and_the_committee_at_once(chat: Chat) -> None:
    await with_secrets(chat)
    chat.at("2026-11-23 23:30")
    code = (await chat.whisper("李书记", "绑定码 李娜")).rpartition(" ")[2]
    (told,) = chat.heard("李娜")
    assert "李书记刚给您（李娜）生成了一个绑定码" in told and "发送“我的绑定码”" in told and code not in told
    (told,) = chat.heard("周委员")
    assert "李书记给已经绑定的李娜" in told and code not in told
    assert not [said for said in chat.heard("李书记") if "给已经绑定的" in said]
    await chat.whisper("李娜", "我的绑定码")
    assert "已经过期" in await chat.whisper("书记的小号", f"绑定 {code}"), "it can be stopped in time"


async def test_a_code_for_one_who_is_not_bound_or_for_oneself_is_told_to_nobody(chat: Chat) -> None:
    await newcomer(await with_secrets(chat))
    for text in ("绑定码 吴昊", "绑定码 李书记"):
        await chat.whisper("李书记", text)
    assert not chat.heard("周委员") and not chat.heard("李娜")


async def test_a_secretary_alone_is_looked_after_by_the_college(chat: Chat) -> None:
    branch = await found_branch(chat)
    college = await Branch.create(
        name="信息学院", level=Level.COLLEGE, path="示范大学/信息学院", created_at=branch.created_at
    )
    await Branch.filter(id=branch.id).update(parent_id=college.id)
    office = await newcomer(college, "孙老师", "T2001", post=Post.COLLEGE, category=Category.FULL)
    await Account.create(channel=CHANNEL, contact=contact("孙老师"), member=office, friend=True)
    chat.strangers.add("李娜")
    await Account.filter(contact=contact("李娜")).update(friend=False)
    await chat.whisper("李书记", "绑定码 李娜")
    assert "李书记给已经绑定的李娜" in chat.heard("孙老师")[-1]


async def test_what_a_member_alone_may_read_stays_closed_on_the_account_that_replaced_theirs(chat: Chat) -> None:
    await with_secrets(chat)
    code = (await chat.whisper("李书记", "绑定码 李娜")).rpartition(" ")[2]
    assert "绑定好了" in await chat.whisper("书记的小号", f"绑定 {code}")
    for text, answer in (await asked_for_secrets(chat, "书记的小号")).items():
        assert "11月26日（周四）12:00以后才能在这里看" in answer and "冒用" in answer, text
        assert not any(secret in answer for secret in SECRETS), text
    assert "活动室" in await chat.whisper("书记的小号", "我的意见"), "what was given by name is no secret"
    assert not chat.files("书记的小号")
    assert "没有找到您的1号意见" in (said := await chat.whisper("书记的小号", "撤回意见 1")) and "冒用" in said
    assert (await Opinion.get(id=1)).state is OpinionState.WAITING
    assert "党费" in await chat.whisper("书记的小号", "我的")
    chat.heard("书记的小号")
    # What became of the nameless opinion is not told to it either.
    await chat.whisper("周委员", "答复意见 1 以后准时")
    assert not [said for said in chat.heard("书记的小号") if "1号意见" in said]
    await chat.at("2026-11-26 12:01").send()
    assert [said for said in chat.heard("书记的小号") if "您的1号意见" in said]
    answers = await asked_for_secrets(chat, "书记的小号")
    assert "家里的难处" in answers["看谈心记录 王强"] and "迟到" in answers["我的意见"]
    assert "台灯" in answers["我的心愿"] and chat.files("书记的小号")


async def test_unbinding_before_does_not_open_what_is_closed(chat: Chat) -> None:
    """同意绑定 of an own request, 撤销, and a code: then nobody else is bound any more."""
    await with_secrets(chat)
    number = (await Member.get(name="李娜")).student_no
    await chat.whisper("书记的小号", f"绑定 李娜 {number}")
    await chat.whisper("李书记", "同意绑定 李娜")
    assert "李书记同意了已经绑定的李娜" in chat.heard("周委员")[-1]
    assert "这个账号的绑定已解除" in chat.heard("李娜")[-1]
    assert "冒用" in await chat.whisper("书记的小号", "看谈心记录 王强")
    await chat.whisper("李书记", "撤销")
    code = (await chat.whisper("李书记", "绑定码 李娜")).rpartition(" ")[2]
    assert "绑定好了" in await chat.whisper("又一个小号", f"绑定 {code}")
    assert all("冒用" in answer for answer in (await asked_for_secrets(chat, "又一个小号")).values())


async def test_an_account_beside_the_first_waits_too_and_the_first_hears_of_it(chat: Chat) -> None:
    await with_secrets(chat)
    code = (await chat.whisper("李书记", "绑定码 李娜")).rpartition(" ")[2]
    chat.heard("李娜")
    message = chat.incoming("书记的QQ", f"绑定 {code}", private=True, channel="onebot")
    await chat.hear(message)
    assert "又绑定了另一个账号" in chat.heard("李娜")[-1]
    await chat.hear(chat.incoming("书记的QQ", "看谈心记录 王强", private=True, channel="onebot"))
    said = [row.text for row in await OutboxMessage.filter(channel="onebot")]
    assert "冒用" in said[-1] and not any(secret in text for secret in SECRETS for text in said)
    assert "家里的难处" in await chat.whisper("李娜", "看谈心记录 王强"), "the account that she had is as it was"


async def test_a_first_binding_waits_for_nothing_and_the_hold_can_be_turned_off(chat: Chat, reader: Reader) -> None:
    member = await newcomer(await with_secrets(chat))
    await chat.whisper("新微信", f"绑定 {await code_of(chat, member)}")
    assert not any("冒用" in answer for answer in (await asked_for_secrets(chat, "新微信")).values())
    chat.settings = chat.settings.model_copy(update={"binding": BindingSettings(hold_days=0)})
    chat.read_by(reader)
    code = (await chat.whisper("李书记", "绑定码 李娜")).rpartition(" ")[2]
    await chat.whisper("新的微信", f"绑定 {code}")
    assert "家里的难处" in await chat.whisper("新的微信", "看谈心记录 王强")


@pytest.mark.parametrize("text", ["看看{}", "{}怎么样", "{}的汇报", "{}交党费了吗", "同意绑定 {}"])
async def test_a_stranger_in_the_group_does_not_learn_who_is_in_the_roster(chat: Chat, text: str) -> None:
    await found_branch(chat)
    others = "软件工程流动党支部"
    await found_branch(chat, others, [("周书记", Post.SECRETARY, Category.FULL)], room="room-2@chatroom")
    for who in ("路人", "周书记"):
        there, nowhere = [
            [one.text for one in await chat.hear(chat.incoming(who, f"@鸿雁 {text.format(number)}"))]
            for number in ((await Member.get(name="李娜")).student_no, "20238888")
        ]
        assert there == nowhere, who


async def test_an_account_is_one_member_only(chat: Chat) -> None:
    member = await newcomer(await found_branch(chat))
    code = await code_of(chat, member)
    assert "已经绑定为张三" in await chat.whisper("张三", f"绑定 {code}")
    assert "已经绑定为张三" in await chat.whisper("张三", "绑定 吴昊 20230130")
    assert await bound_to("张三") == "张三" and not chat.heard("李书记")
    assert "绑定好了" in await chat.whisper("新微信", f"绑定 {code}")


async def test_a_secretary_without_another_asks_the_college(chat: Chat) -> None:
    branch = await found_branch(chat)
    college = await Branch.create(
        name="信息学院", level=Level.COLLEGE, path="示范大学/信息学院", created_at=branch.created_at
    )
    await Branch.filter(id=branch.id).update(parent_id=college.id)
    office = await newcomer(college, "孙老师", "T2001", post=Post.COLLEGE, category=Category.FULL)
    await Account.create(channel=CHANNEL, contact=contact("孙老师"), member=office, friend=True)
    secretary = await Member.get(name="李书记")
    await chat.whisper("书记新号", f"绑定 李书记 {secretary.student_no}")
    assert "同意绑定 李书记" in chat.heard("孙老师")[-1]
    await chat.whisper("孙老师", "同意绑定 李书记")
    assert await bound_to("书记新号") == "李书记"


async def test_a_number_in_the_group_is_not_repeated(chat: Chat) -> None:
    await newcomer(await found_branch(chat))
    answer = await chat.say("新微信", "绑定 吴昊 20230130")
    assert "撤回" in answer and "20230130" not in answer and "吴昊" not in answer
    assert not chat.heard("李书记") and await bound_to("新微信") is None


async def test_a_code_in_the_group_is_burnt(chat: Chat) -> None:
    member = await newcomer(await found_branch(chat))
    code = await code_of(chat, member)
    answer = await chat.say("新微信", f"绑定 {code}")
    assert "作废" in answer and code not in answer
    assert answer == await chat.say("新微信", f"绑定 {CODE_WRONG}")
    assert "吴昊的绑定码被发在群里" in chat.heard("李书记")[-1]
    assert "已经过期" in await chat.whisper("新微信", f"绑定 {code}")


async def test_half_of_what_is_needed(chat: Chat) -> None:
    await found_branch(chat)
    for text in ("绑定", "绑定 吴昊", "绑定 20230130"):
        assert "绑定 K7Q2MX" in await chat.whisper("新微信", text), text


async def test_the_secretary_gets_codes_privately(chat: Chat) -> None:
    await newcomer(await found_branch(chat))
    await chat.say("李书记", "绑定码")
    (listed,) = chat.heard("李书记")
    code = listed.rpartition(" ")[2]
    assert f"吴昊 {code}" in listed and await BindingCode.given(code) is not None
    assert not any(code in said or "吴昊" in said for said in chat.group())
    assert "只有支部委员" in await chat.whisper("张三", "绑定码")


async def test_a_code_for_one_who_is_bound_already(chat: Chat) -> None:
    await found_branch(chat)
    assert "大家都绑定好了" in await chat.whisper("李书记", "绑定码")
    answer = await chat.whisper("李书记", "绑定码 张三")
    given = await BindingCode.given(answer.rpartition("张三 ")[2])
    assert given is not None and given.member.name == "张三"


async def test_codes_are_not_made_for_who_cannot_read_them(chat: Chat) -> None:
    await newcomer(await found_branch(chat))
    chat.strangers.add("李书记")
    assert "私聊" in await chat.say("李书记", "绑定码")
    assert await BindingCode.all().count() == 0


async def test_who_is_not_bound(chat: Chat) -> None:
    await newcomer(await found_branch(chat))
    answer = await chat.say("李书记", "谁还没绑定")
    assert "共 5 人，已绑定 4 人，还没绑定 1 人" in answer and "吴昊" not in answer
    assert "吴昊" in chat.heard("李书记")[0]


async def test_a_group_becomes_the_branchs(chat: Chat) -> None:
    branch = await found_branch(chat)
    assert "已经是智能制造流动党支部的群" in await chat.say("李书记", "绑定本群")
    answer = await chat.say("李书记", "绑定本群", room="room-9@chatroom")
    assert "已绑定到智能制造流动党支部" in answer and "原来的群" in answer
    active = await Room.filter(branch_id=branch.id, active=True)
    assert [room.room for room in active] == ["room-9@chatroom"]


async def test_a_group_is_bound_in_the_group(chat: Chat) -> None:
    await found_branch(chat)
    assert "群里发送“绑定本群”" in await chat.whisper("李书记", "绑定本群")
    assert "只有支部委员" in await chat.say("张三", "绑定本群", room="room-9@chatroom")
    assert await Room.all().count() == 1


async def test_another_branchs_group_has_to_be_released_first(chat: Chat) -> None:
    mine = await found_branch(chat)
    await found_branch(chat, "软件工程流动党支部", [("周书记", Post.SECRETARY, Category.FULL)], room="room-2@chatroom")
    answer = await chat.say("李书记", "绑定本群", room="room-2@chatroom")
    assert "请软件工程流动党支部的书记先在群里发送“解绑本群”" in answer
    assert "不是您支部的群" in await chat.say("李书记", "解绑本群", room="room-2@chatroom")
    assert "群里发送“解绑本群”" in await chat.whisper("周书记", "解绑本群")
    assert "要解绑吗" in await chat.say("周书记", "解绑本群", room="room-2@chatroom")
    assert (await Room.get(room="room-2@chatroom")).active
    assert "已与软件工程流动党支部解绑" in await chat.say("周书记", "确认", room="room-2@chatroom")
    assert "不用解绑" in await chat.say("周书记", "解绑本群", room="room-2@chatroom")
    assert "已绑定到智能制造流动党支部" in await chat.say("李书记", "绑定本群", room="room-2@chatroom")
    assert (await Room.get(room="room-2@chatroom")).branch_id == mine.id


async def test_a_college_above_both_gives_a_group_to_another_branch(chat: Chat) -> None:
    mine = await found_branch(chat)
    await found_branch(chat, "软件工程流动党支部", [("周书记", Post.SECRETARY, Category.FULL)], room="room-2@chatroom")
    college = await Branch.create(
        name="信息学院", level=Level.COLLEGE, path="示范大学/信息学院", created_at=mine.created_at
    )
    office = await newcomer(college, "孙老师", "T2001", post=Post.COLLEGE, category=Category.FULL)
    await Account.create(channel=CHANNEL, contact=contact("孙老师"), member=office, friend=True)
    question = await chat.say("孙老师", "绑定支部 智能制造流动党支部", room="room-2@chatroom")
    assert "现在是软件工程流动党支部的群" in question
    assert "没有登记" in await chat.say("孙老师", "算了", room="room-2@chatroom")
    assert "要解绑吗" in await chat.say("孙老师", "解绑本群", room="room-2@chatroom")
    await chat.say("孙老师", "绑定支部 智能制造流动党支部", room="room-2@chatroom")
    assert "已绑定到智能制造流动党支部" in await chat.say("孙老师", "确认", room="room-2@chatroom")
    assert (await Room.get(room="room-2@chatroom")).branch_id == mine.id
    assert "提醒不再发到那里" in chat.heard("周书记")[-1]


async def test_a_secretary_binds_no_other_branch(chat: Chat) -> None:
    await found_branch(chat)
    answer = await chat.say("李书记", "绑定支部 软件工程流动党支部", room="room-9@chatroom")
    assert "只能把群绑定到自己的支部" in answer
    assert "已绑定到" in await chat.say("李书记", "绑定支部 智能制造流动党支部", room="room-9@chatroom")


async def test_a_college_names_the_branch(chat: Chat) -> None:
    branch = await found_branch(chat)
    college = await Branch.create(
        name="信息学院", level=Level.COLLEGE, path="示范大学/信息学院", created_at=branch.created_at
    )
    office = await newcomer(college, "孙老师", "T2001", post=Post.COLLEGE, category=Category.FULL)
    await Account.create(channel=CHANNEL, contact=contact("孙老师"), member=office, friend=True)
    assert "没有找到" in await chat.say("孙老师", "绑定支部 软件工程流动党支部", room="room-9@chatroom")
    assert "已绑定到" in await chat.say("孙老师", "绑定支部 智能制造流动党支部", room="room-9@chatroom")
    assert (await Room.get(room="room-9@chatroom")).branch_id == branch.id


async def test_the_committee_of_a_college_works_from_its_own_group(chat: Chat) -> None:
    branch = await found_branch(chat)
    college = await Branch.create(
        name="信息学院", level=Level.COLLEGE, path="示范大学/信息学院", created_at=branch.created_at
    )
    office = await newcomer(college, "孙老师", "T2001", post=Post.COLLEGE, category=Category.FULL)
    await Account.create(channel=CHANNEL, contact=contact("孙老师"), member=office, friend=True)
    there = {"room": "room-9@chatroom"}
    assert "还没有绑定支部" in await chat.say("孙老师", "支部情况", **there)
    assert "本群已绑定到信息学院" in await chat.say("孙老师", "绑定本群", **there)
    assert (await Room.get(room="room-9@chatroom")).branch_id == college.id
    said = await chat.say("孙老师", "支部情况", **there)
    assert "信息学院 1 个支部的情况" in said and "· 智能制造流动党支部：4 人" in said and "张三" not in said
    for text in ("支部情况", "交党费 11月 0.2"):
        assert "这里不是您所在支部的群" in await chat.say("李书记", text, **there)
        assert "这里不是您所在支部的群" in await chat.say("孙老师", text)


async def test_many_who_come_at_once_are_greeted_together(chat: Chat) -> None:
    await found_branch(chat)
    chat.at("2026-11-23 09:55")
    assert len(await chat.hear(chat.incoming("新同学", "", kind=Kind.JOIN))) == 1
    for moment in ("2026-11-23 09:55", "2026-11-23 09:56", "2026-11-23 10:04"):
        assert await chat.at(moment).hear(chat.incoming("另一位", "", kind=Kind.JOIN)) == []
    assert len(await chat.at("2026-11-23 10:05").hear(chat.incoming("又一位", "", kind=Kind.JOIN))) == 1


async def test_greetings(chat: Chat) -> None:
    new_group = await chat.hear(chat.incoming("机器人", "", kind=Kind.JOIN, own=True))
    assert "绑定本群" in new_group[0].text and new_group[0].mentions == ()
    await found_branch(chat)
    joined = await chat.hear(chat.incoming("新同学", "", kind=Kind.JOIN))
    assert "智能制造流动党支部" in joined[0].text and "绑定 姓名 学号" in joined[0].text
    befriended = await chat.hear(chat.incoming("新同学", "", kind=Kind.FRIEND, private=True))
    assert "绑定 K7Q2MX" in befriended[0].text and befriended[0].room is None
    known = await chat.hear(chat.incoming("张三", "", kind=Kind.FRIEND, private=True))
    assert "张三，您好" in known[0].text


async def test_a_bare_code_binds_and_no_other_word_does(chat: Chat) -> None:
    branch = await found_branch(chat)
    await Account.filter(contact=contact("王强")).delete()
    ((_, code),) = await codes_for([await Member.get(name="王强")], now=chat.now, days=30)
    assert any(character.isdigit() for character in code)
    for word in ("python", "PYTHON", "iphone6"):
        assert "没看懂" in await chat.whisper("王强", word)
    await chat.ignores("王强", code)
    assert f"王强，绑定好了，{branch.name}" in await chat.whisper("王强", code.lower())


async def test_one_member_with_accounts_of_two_chat_systems(chat: Chat) -> None:
    await found_branch(chat)
    said = await chat.whisper("张三", "我的绑定码")
    code = said.partition("：")[2][:6]
    await chat.hear(chat.incoming("张三的QQ", f"绑定 {code}", private=True, channel="onebot"))
    accounts = await Account.filter(member__name="张三").order_by("id")
    assert [(account.channel, account.contact) for account in accounts] == [
        (CHANNEL, contact("张三")),
        ("onebot", contact("张三的QQ")),
    ]
    answer = await OutboxMessage.filter(channel="onebot").first()
    assert answer is not None and "张三，绑定好了" in answer.text and "解除" not in answer.text
    # Whichever is used, it is one record.
    await chat.hear(chat.incoming("张三的QQ", "交党费 11月 0.2", private=True, channel="onebot"))
    assert await DuesShare.filter(payment__member_id=accounts[0].member_id, month="2026-11").count() == 1


async def test_an_own_code_is_given_privately_only(chat: Chat) -> None:
    await found_branch(chat)
    assert "只在私聊里办" in await chat.say("张三", "我的绑定码")
    assert not await BindingCode.exists()


async def test_another_chat_systems_account_replaces_none(chat: Chat) -> None:
    await found_branch(chat)
    await chat.hear(chat.incoming("张三的QQ", "绑定 张三 20230002", private=True, channel="onebot"))
    [asked] = chat.heard("李书记")
    assert "申请绑定账号" in asked and "会解除" not in asked
    assert "不是您，请马上告诉书记" in chat.heard("张三")[0]
    await chat.whisper("李书记", "同意绑定 张三")
    assert await bound_to("张三") == "张三"
    assert await Account.filter(member__name="张三").count() == 2


async def test_a_branch_keeps_its_groups_on_the_channels_that_it_chose(chat: Chat) -> None:
    branch = await found_branch(chat)
    await Account.create(channel="onebot", contact="20001", member=await Member.get(name="李书记"), friend=True)

    async def bind(chosen: dict[str, tuple[str, ...]], room: str) -> set[str]:
        settings = chat.settings.model_copy(update={"channels_of": chosen})
        asking = Chat(chat.catalogue, settings, chat.now)
        await asking.hear(asking.incoming("", "绑定本群", room=room, channel="onebot", sender="20001", id=room))
        return {room.room for room in await Room.filter(active=True)}

    assert await bind({branch.name: (CHANNEL, "onebot")}, "group:1") == {chat.room, "group:1"}
    assert await bind({branch.name: (CHANNEL, "onebot")}, "group:2") == {chat.room, "group:2"}
    assert await bind({}, "group:3") == {"group:3"}


async def test_a_friend_is_not_asked_to_become_one(chat: Chat) -> None:
    await found_branch(chat)
    assert "加我为好友" in await chat.say("新来的", "/我的")
    said = await chat.whisper("新来的", "我的")
    assert "还不认识您" in said and "加我为好友" not in said


async def test_with_no_request_left_the_secretary_hears_that_there_is_none(chat: Chat) -> None:
    await found_branch(chat)
    said = await chat.whisper("李书记", "同意绑定 张三")
    assert said == "没有张三的绑定申请，可能已经处理过了。现在没有等您处理的绑定申请。"
