"""微心愿: posted by name or by nobody, claimed by one, thanked for, done, taken down, brought up again."""

from __future__ import annotations

import asyncio

import pytest

from models import AuditEntry, Deed, InboxMessage, OutboxMessage, Wish, WishState
from tests.chat import Chat, contact, found_branch
from tests.handlers.stored import everything_opened

POSTED = "微心愿1号：想借本行测书\n想帮忙请发：认领 1"


@pytest.fixture(autouse=True)
async def branch(chat: Chat) -> None:
    await found_branch(chat)


async def test_a_wish_goes_to_the_group_and_to_the_wall(chat: Chat) -> None:
    assert await chat.say("张三", "微心愿 想借本行测书") == POSTED
    said = await chat.whisper("李娜", "微心愿 找人陪我练面试")
    assert said.startswith("已发布2号心愿“找人陪我练面试”，已在群里告诉大家。")
    assert chat.group()[-1].startswith("微心愿2号：找人陪我练面试")
    wall = await chat.say("王强", "看看微心愿")
    assert wall == ("微心愿（等人认领 2，已认领 0）：\n· 1号：想借本行测书\n· 2号：找人陪我练面试\n想帮忙请发：认领 1")
    assert "1号：想借本行测书（张三许的）" in await chat.whisper("李书记", "看看微心愿")
    assert "张三" not in await chat.whisper("王强", "看看微心愿")
    await chat.ignores("王强", "我有个心愿想早点下班")


async def test_a_phone_number_is_asked_to_be_left_out(chat: Chat) -> None:
    said = await chat.say("张三", "微心愿 借书请打 13800001111")
    assert "请不要写手机号" in said and "建议两分钟内撤回" in said
    assert "13800001111" not in said and await Wish.all().count() == 0
    assert "请写在 100 字以内" in await chat.whisper("张三", "微心愿 " + "想" * 101)


async def test_claimed_by_one_told_to_the_other_thanked_and_done(chat: Chat) -> None:
    await chat.whisper("张三", "微心愿 想借本行测书")
    assert "是您自己许的" in await chat.whisper("张三", "认领 1")
    assert (await chat.say("李娜", "认领 1")).startswith("已认领1号心愿“想借本行测书”。办好了请发：心愿 1 完成")
    assert any("许愿的是张三" in said for said in chat.heard("李娜"))
    assert any(said.startswith("李娜认领了您的1号心愿") for said in chat.heard("张三"))
    assert "已经有人认领了，谢谢您" in await chat.say("王强", "认领1号")
    assert "您已经认领了" in await chat.whisper("李娜", "认领 1")
    chat.group()
    assert await chat.whisper("张三", "感谢心愿 1 书收到了，太好了") == "已在群里替您感谢认领1号心愿的同志。"
    assert chat.group() == ["【感谢】许1号心愿的同志说：书收到了，太好了"]
    assert chat.heard("李娜")[-1].endswith("许愿的同志说：书收到了，太好了")
    assert "请许愿的人来感谢" in await chat.say("王强", "感谢心愿 1")
    assert "请许愿的人、认领的人或支部委员" in await chat.say("王强", "心愿 1 完成")
    assert (await chat.say("李娜", "心愿 1 完成")).startswith("【心愿实现】1号心愿“想借本行测书”实现了")
    assert "现在没有等人认领的微心愿" in await chat.say("王强", "心愿墙")
    assert (await chat.say("李娜", "撤销")).startswith("已改回")
    assert (await Wish.get()).state is WishState.CLAIMED


async def test_a_claim_can_be_given_back(chat: Chat) -> None:
    await chat.whisper("张三", "微心愿 想借本行测书")
    assert "不是您认领的" in await chat.say("李娜", "放弃认领 1")
    await chat.say("李娜", "认领 1")
    chat.heard("张三")
    assert "已放弃认领1号心愿" in await chat.say("李娜", "放弃认领 1")
    assert chat.heard("张三") == ["李娜办不了您的1号心愿“想借本行测书”，已放弃认领，请等别的同志。"]
    await chat.say("王强", "认领 1")
    assert "已放弃认领" in await chat.say("王强", "撤销")
    assert (await Wish.get()).holder_id is None


async def test_of_many_at_once_one_holds_it(chat: Chat) -> None:
    await chat.whisper("张三", "微心愿 想借本行测书")
    claims = [chat.incoming(who, "认领 1") for who in ("李娜", "王强", "李书记")]
    await asyncio.gather(*(chat.dispatcher.handle(message) for message in claims))
    await chat.send()
    said = chat.group()
    assert sum("已认领1号" in one for one in said) == 1
    assert sum("已经有人认领了" in one for one in said) == 2


async def test_the_secretary_takes_down_with_a_reason_that_the_author_is_told(chat: Chat) -> None:
    await chat.whisper("张三", "微心愿 想借本行测书")
    assert "只有许愿的人和支部委员能撤下" in await chat.say("王强", "撤下心愿 1")
    assert "要写一句原因" in await chat.whisper("李书记", "撤下心愿 1")
    assert "原因已私下告诉许愿的人" in await chat.say("李书记", "撤下心愿 1 图书馆就能借到")
    assert chat.heard("张三")[-1] == "您的1号心愿“想借本行测书”被支部撤下了。原因：图书馆就能借到"
    assert (await Wish.get()).reason == "图书馆就能借到"
    assert "（书记撤下：图书馆就能借到）" in await chat.whisper("张三", "我的心愿")
    assert "已撤下" in await chat.say("李娜", "认领 1")
    assert "已恢复1号心愿" in await chat.whisper("李书记", "撤销")
    assert chat.heard("张三")[-1] == "已恢复1号心愿“想借本行测书”。"
    assert "已撤下1号心愿" in await chat.say("张三", "撤下心愿 1")


# Without a name


async def test_nothing_that_is_kept_says_whose_an_anonymous_wish_is(chat: Chat) -> None:
    before = (await everything_opened()).splitlines()
    said = await chat.whisper("张三", "匿名微心愿 希望有人陪我练面试")
    assert "书记和别人都不知道是您" in said and "撤下心愿 1" in said
    await chat.whisper("张三", "我的心愿")
    await chat.say("李娜", "认领 1")
    assert "张三" not in await chat.whisper("李书记", "看看微心愿")
    assert any(said.startswith("李娜认领了您的1号心愿") for said in chat.heard("张三"))
    assert "已在群里替您感谢" in await chat.whisper("张三", "感谢心愿 1 谢谢同志")
    await chat.whisper("张三", "心愿 1 完成")
    new = [row for row in (await everything_opened()).splitlines() if row not in before]
    assert len(new) > 10 and not [row for row in new if "张三" in row]
    wish = await Wish.get()
    assert wish.author_id is None and wish.state is WishState.DONE
    author = 2  # the second of the roster
    assert not await AuditEntry.filter(member_id=author).exists() and not await Deed.filter(member_id=author).exists()
    assert await AuditEntry.filter(command="wish.post", member_id=None, conversation="").exists()
    assert await InboxMessage.filter(sender="", conversation="").count() == 4
    assert not await OutboxMessage.filter(contact=contact("张三")).exists()


async def test_who_posted_it_nameless_can_follow_it_and_take_it_down_in_private_only(chat: Chat) -> None:
    await chat.whisper("张三", "匿名微心愿 希望有人陪我练面试")
    assert "· 1号（匿名）：希望有人陪我练面试（等人认领）" in await chat.whisper("张三", "我的心愿")
    assert "还没有许过心愿" in await chat.whisper("李娜", "我的心愿")
    for text in ("撤下心愿 1", "心愿 1 完成", "感谢心愿 1"):
        answers = {await chat.say(who, text) for who in ("张三", "王强")}
        assert len(answers) == 1 and "匿名心愿" in answers.pop()  # the same for its author and for anybody else
    assert "已撤下1号心愿" in await chat.whisper("张三", "撤下心愿 1")
    assert (await Wish.get()).state is WishState.REMOVED


async def test_the_author_of_an_anonymous_wish_is_told_why_it_was_taken_down(chat: Chat) -> None:
    await chat.whisper("张三", "匿名微心愿 希望有人陪我练面试")
    chat.heard("张三")
    await chat.whisper("李书记", "撤下心愿 1 请找就业中心")
    assert chat.heard("张三") == ["您的1号心愿“希望有人陪我练面试”被支部撤下了。原因：请找就业中心"]
    assert not chat.heard("李娜") and not chat.heard("王强")
    assert not await OutboxMessage.filter(contact=contact("张三")).exists()


async def test_in_the_group_nobody_is_nameless(chat: Chat) -> None:
    said = await chat.say("张三", "匿名微心愿 希望有人陪我练面试")
    assert "匿名的心愿请私聊我发" in said and "撤回" in said
    assert await Wish.all().count() == 0
    assert not await AuditEntry.filter(member_id=2).exists()


async def test_an_unsure_nameless_wish_is_not_kept_to_be_asked_about(chat: Chat) -> None:
    said = await chat.whisper("张三", "匿名微心原 希望有人陪我练面试")
    assert "匿名的话我不留着等您确认" in said
    assert "练面试" not in await everything_opened()


async def test_without_the_key_the_seal_tells_nothing(chat: Chat) -> None:
    await chat.whisper("张三", "匿名微心愿 希望有人陪我练面试")
    chat.settings.anonymity.key_file.write_bytes(bytes(32))
    assert "还没有许过心愿" in await chat.whisper("张三", "我的心愿")
    assert chat.settings.anonymity.key_file.stat().st_mode & 0o077 == 0


# Brought up again


async def test_what_nobody_claims_is_brought_up_once(chat: Chat) -> None:
    await chat.whisper("张三", "微心愿 想借本行测书")
    await chat.whisper("李娜", "微心愿 求一台二手显示器")
    await chat.whisper("王强", "认领 2")
    for moment, brought_up in (("2026-11-30 11:59", 0), ("2026-11-30 12:01", 1), ("2026-12-20 12:00", 0)):
        chat.group()
        chat.at(moment)
        await chat.tick()
        await chat.tick()
        said = [one for one in chat.group() if "还等着人帮忙" in one]
        assert said == ["这些微心愿还等着人帮忙：\n· 1号：想借本行测书\n想帮忙请发：认领 1"] * brought_up


async def test_the_branch_s_figures_count_them(chat: Chat) -> None:
    await chat.whisper("张三", "微心愿 想借本行测书")
    await chat.whisper("李娜", "匿名微心愿 求一台二手显示器")
    await chat.whisper("李书记", "心愿 1 完成")
    assert "微心愿：许了 2 个，实现 1 个，等人认领 1 个" in await chat.say("李书记", "支部情况")
