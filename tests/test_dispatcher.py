"""The way of a message, with a few commands of the tests' own: one message, one transaction, one answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from bot.access import NOT_ALLOWED, NOT_BOUND, OTHER_GROUP, UNBOUND_GROUP
from bot.commands import Ask, Catalogue, Refusal, Reply, Request, Resume, Role, ToMember, command, undo
from bot.dispatcher import FAILED
from bot.messages import Kind
from bot.settings import Settings
from bot.understanding.values import Number, Text
from bot.voice import (
    ADD_ME,
    ANSWERED_NOT,
    ANSWERED_NOT_ADD_ME,
    CONFIRM_IN_GROUP,
    DONE_ADD_ME,
    HOW_TO_ANSWER,
    REFUSED_PRIVATELY,
)
from bot.wording import in_group
from models import AuditEntry, BindingFailure, Deed, InboxMessage, MatterKind, OpenMatter, OutboxMessage
from tests.chat import CHANNEL, Chat, contact, found_branch
from tests.conftest import NOON


async def _write(request: Request, text: str) -> int:
    """Any record will do; this one has no meaning here."""
    row = await BindingFailure.create(channel=CHANNEL, contact=text, at=request.now)
    return int(row.id)


@command("note.add", "记一笔", help="记一笔 内容 — 记一笔")
async def add(request: Request, text: Text) -> Reply:
    record = await _write(request, text)
    if text == "拒绝":
        raise Refusal("这里有秘密")
    if text == "公开拒绝":
        raise Refusal(in_group("请写：记一笔 内容"))
    if text == "问我" and not request.confirmed:
        raise Ask("真的要记“问我”吗？")
    if text == "出错":
        raise RuntimeError(f"an error that quotes {text}")
    return Reply(group=in_group("已记。"), private=f"已记：{text}", record=record)


@undo(add)
async def take_back(request: Request, record: int) -> Reply:
    await BindingFailure.filter(id=record).delete()
    return Reply(group=in_group("已撤销。"))


@command("note.secret", "我的秘密", help="我的秘密 — 看秘密", changes=False)
async def secret(request: Request) -> Reply:
    if request.text.endswith("？"):
        raise Refusal("这个秘密不能说")
    return Reply(private="这是秘密")


@command("note.tell", "告诉书记", help="告诉书记 — 告诉书记", role=Role.COMMITTEE)
async def tell(request: Request, number: Number | None = None) -> Reply:
    return Reply(group=in_group("好。"), notices=[ToMember(request.me.id, "一条通知", key="once")])


@command("confirm", "@确认", help="确认 — 确认", answers={"confirmation": ("确认", "对")})
async def confirm(request: Request) -> Resume | Reply:
    return Resume(request.matter) if request.matter else Reply(group=in_group("没有要确认的。"))


REALLY = "真的要记“问我”吗？\n对的话回复“确认”，不对回复“算了”。（10 分钟内有效）"
COMMANDS = {each.name: each for each in (add, secret, tell, confirm)}


@pytest.fixture
async def chat(database: str, settings: Settings) -> Chat:
    chat = Chat(Catalogue(COMMANDS, {"note.add": take_back}), settings, NOON)
    await found_branch(chat)
    return chat


async def test_an_answer_its_records_and_its_trail_are_written_together(chat: Chat) -> None:
    assert await chat.say("张三", "记一笔 早起") == "已记。"
    assert chat.heard("张三") == ["已记：早起"]
    assert await BindingFailure.filter(contact="早起").count() == 1
    entry = await AuditEntry.get()
    assert (entry.command, entry.outcome) == ("note.add", "done")
    assert await InboxMessage.all().count() == 1
    assert await Deed.all().count() == 1


async def test_the_sender_is_mentioned_in_the_group_and_private_words_are_not_there(chat: Chat) -> None:
    sent = await chat.hear(chat.incoming("张三", "记一笔 早起"))
    in_room = [said for said in sent if said.room]
    assert [said.mentions for said in in_room] == [(contact("张三"),)]
    assert "早起" not in "".join(said.text for said in in_room)


async def test_a_second_delivery_acts_once(chat: Chat) -> None:
    message = chat.incoming("张三", "记一笔 早起")
    assert len(await chat.hear(message)) == 2
    assert await chat.hear(message) == []
    assert await BindingFailure.all().count() == 1


async def test_the_same_message_delivered_twice_at_once_acts_once(chat: Chat) -> None:
    message = chat.incoming("张三", "记一笔 早起")
    await asyncio.gather(*(chat.dispatcher.handle(message) for _ in range(5)))
    assert await BindingFailure.all().count() == 1
    assert await OutboxMessage.all().count() == 2


async def test_ordinary_talk_leaves_no_trace(chat: Chat) -> None:
    for text in ("早上好", "记一下周五开会", "我的秘密是我怕狗"):
        await chat.ignores("张三", text)
    assert await InboxMessage.all().count() == await AuditEntry.all().count() == await OutboxMessage.all().count() == 0


async def test_own_messages_and_what_is_no_command_are_ignored(chat: Chat) -> None:
    await chat.ignores("张三", "记一笔 早起", own=True)
    await chat.ignores("张三", "", kind=Kind.OTHER)
    await chat.ignores("张三", "", kind=Kind.IMAGE)


async def test_a_refusal_keeps_nothing_and_its_words_private(chat: Chat) -> None:
    assert await chat.say("张三", "记一笔 拒绝") == REFUSED_PRIVATELY
    assert chat.heard("张三") == ["这里有秘密"]
    assert await chat.say("张三", "记一笔 公开拒绝") == "请写：记一笔 内容"
    assert await BindingFailure.all().count() == 0
    assert await AuditEntry.filter(outcome="refused").count() == 2


async def test_a_query_that_is_refused_registers_nothing_and_says_nothing_of_it(chat: Chat) -> None:
    assert await chat.say("张三", "我的秘密？") == ANSWERED_NOT
    assert chat.heard("张三") == ["这个秘密不能说"]
    assert "登记" not in ANSWERED_NOT + ANSWERED_NOT_ADD_ME
    chat.strangers.add("张三")
    assert await chat.say("张三", "我的秘密？") == ANSWERED_NOT_ADD_ME


async def test_an_error_is_a_sentence_and_its_words_reach_no_log(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    (apology,) = await chat.hear(chat.incoming("张三", "记一笔 出错"))
    assert (apology.text, apology.room, apology.mentions) == (FAILED, chat.room, (contact("张三"),))
    assert await chat.whisper("张三", "记一笔 出错") == FAILED
    assert "RuntimeError" in caplog.text and "出错" not in caplog.text
    for kept in (BindingFailure, Deed, AuditEntry):
        assert await kept.all().count() == 0
    assert await chat.hear(chat.incoming("张三", "记一笔 早起")) != []


async def test_a_question_records_nothing_until_it_is_answered(chat: Chat) -> None:
    assert await chat.whisper("张三", "记一笔 问我") == REALLY
    assert await BindingFailure.all().count() == 0
    assert await chat.whisper("张三", "确认") == "已记：问我"
    assert await BindingFailure.all().count() == 1
    assert not await OpenMatter.exclude(kind=MatterKind.DONE).exists()


async def test_a_private_question_in_a_group_is_asked_privately(chat: Chat) -> None:
    assert await chat.say("张三", "记一笔 问我") == HOW_TO_ANSWER.format(question=CONFIRM_IN_GROUP)
    assert chat.heard("张三") == [REALLY]
    await chat.ignores("王强", "确认")
    assert await chat.say("张三", "对") == "已记。"


async def test_and_may_be_answered_there(chat: Chat) -> None:
    await chat.say("张三", "记一笔 问我")
    assert await chat.whisper("张三", "确认") == "已记：问我"


async def test_one_question_does_where_both_the_reading_and_the_handler_would_ask(chat: Chat) -> None:
    assert await chat.whisper("张三", "记一比 问我") == REALLY
    assert await chat.whisper("张三", "确认") == "已记：问我"
    assert await chat.whisper("张三", "记一比 公开拒绝") == "请写：记一笔 内容"
    assert await BindingFailure.all().count() == 1


async def test_a_question_is_open_for_ten_minutes(chat: Chat) -> None:
    await chat.say("张三", "记一笔 问我")
    chat.clock.moment += timedelta(minutes=11)
    await chat.ignores("张三", "确认")


async def test_a_typo_is_asked_about(chat: Chat) -> None:
    answer = await chat.whisper("张三", "记一比 早起")
    assert "早起" in answer and "确认" in answer
    assert await chat.whisper("张三", "确认") == "已记：早起"


async def test_a_query_needs_no_question(chat: Chat) -> None:
    assert await chat.whisper("张三", "我的蜜蜜") == "这是秘密"
    assert await OpenMatter.all().count() == 0


async def test_who_is_no_friend_hears_how_to_become_one(chat: Chat) -> None:
    chat.strangers.add("张三")
    assert await chat.say("张三", "我的秘密") == ADD_ME
    answer = await chat.say("张三", "记一笔 早起")
    assert answer.startswith("已记。") and DONE_ADD_ME in answer and "再发一次" not in answer
    assert chat.heard("张三") == []


async def test_strangers_roles_and_groups(chat: Chat) -> None:
    await found_branch(chat, "软件流动党支部", room="room-2@chatroom", members=())
    assert await chat.say("路人", "记一笔 早起") == NOT_BOUND
    assert await chat.say("张三", "告诉书记") == NOT_ALLOWED
    assert await chat.say("张三", "记一笔 早起", room="room-2@chatroom") == OTHER_GROUP
    assert await chat.say("张三", "记一笔 早起", room="room-9@chatroom") == UNBOUND_GROUP
    assert await BindingFailure.all().count() == 0


async def test_a_notice_with_a_key_is_sent_once(chat: Chat) -> None:
    await chat.say("李书记", "告诉书记")
    await chat.say("李书记", "告诉书记")
    assert chat.heard("李书记") == ["一条通知"]


async def test_recalling_a_message_takes_back_what_it_did(chat: Chat) -> None:
    message = chat.incoming("张三", "记一笔 早起")
    await chat.hear(message)
    recall = replace(chat.incoming("张三", ""), kind=Kind.RECALL, recalled=message.id)
    assert [said.text for said in await chat.hear(recall)] == ["已撤销。"]
    assert await BindingFailure.all().count() == 0
    assert await chat.hear(replace(recall, id="another")) == []


async def test_a_race_while_taking_back_is_run_again(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    message = chat.incoming("张三", "记一笔 早起")
    await chat.hear(message)
    undoing, runs = chat.catalogue.undoings["note.add"], 0

    async def beaten(request: Request, record: int) -> Reply:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise IntegrityError("somebody was quicker")
        raise Refusal(in_group("已经确认过，不能撤销。"))

    monkeypatch.setitem(chat.catalogue.undoings, "note.add", replace(undoing, handler=beaten))
    recall = replace(chat.incoming("张三", ""), kind=Kind.RECALL, recalled=message.id)
    assert [said.text for said in await chat.hear(recall)] == ["已经确认过，不能撤销。"]
    assert runs == 2


async def test_nobody_takes_back_what_another_did(chat: Chat) -> None:
    message = chat.incoming("张三", "记一笔 早起")
    await chat.hear(message)
    assert await chat.hear(replace(chat.incoming("王强", ""), kind=Kind.RECALL, recalled=message.id)) == []
    assert await BindingFailure.all().count() == 1


async def test_what_is_not_understood_gets_an_example(chat: Chat) -> None:
    assert "帮助" in await chat.say("张三", "@鸿雁 今晚吃啥")
    assert "记一笔 内容" in await chat.whisper("张三", "记一")


async def test_nobody_is_shown_what_they_may_not_use(chat: Chat) -> None:
    assert "告诉书记" not in await chat.whisper("张三", "告书记")
    assert "告诉书记" in await chat.whisper("李书记", "告书记")


async def test_order_is_kept_within_a_conversation_through_the_queue(chat: Chat) -> None:
    work = asyncio.create_task(chat.dispatcher.run())
    for number in range(30):
        await chat.dispatcher.deliver(chat.incoming("张三", f"记一笔 第{number}条", private=True))
    await chat.dispatcher.drain()
    work.cancel()
    await chat.send()
    assert "\n\n".join(chat.heard("张三")).split("\n\n") == [f"已记：第{number}条" for number in range(30)]
