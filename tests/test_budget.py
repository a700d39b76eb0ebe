"""One sender cannot use up what the account may send a day: so many messages an hour are answered, then silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.budget import HOUR, MOST_KNOWN, Budget
from bot.messages import Kind
from bot.understanding.reader import Reader
from models import Deed, InboxMessage, OutboxMessage
from tests.chat import Chat, found_branch
from tests.conftest import NOON

MOST, MOST_OF_STRANGERS = 12, 10


@pytest.fixture
async def limited(chat: Chat, reader: Reader) -> Chat:
    """A bot that answers few."""
    most = {"answered_per_hour": MOST, "strangers_per_hour": MOST_OF_STRANGERS}
    outbox = chat.settings.outbox.model_copy(update=most)
    chat.settings = chat.settings.model_copy(update={"outbox": outbox})
    chat.read_by(reader)
    await found_branch(chat)
    return chat


@pytest.mark.parametrize(("who", "most"), [("张三", MOST), ("路人", MOST_OF_STRANGERS)])
@pytest.mark.parametrize("private", [True, False])
async def test_beyond_so_many_an_hour_one_sentence_and_then_nothing(
    limited: Chat, who: str, most: int, *, private: bool
) -> None:
    for _ in range(most):
        await limited.say(who, "@鸿雁 帮助", private=private)
    said = await limited.say(who, "@鸿雁 帮助", private=private)
    assert f"{most} 条" in said and "11月23日（周一）13:00以后" in said and "没有登记" in said
    sent, noted = await OutboxMessage.all().count(), await InboxMessage.all().count()
    for _ in range(5):
        await limited.ignores(who, "@鸿雁 帮助", private=private)
    assert (await OutboxMessage.all().count(), await InboxMessage.all().count()) == (sent, noted)
    assert "帮助" in await limited.whisper("李娜", "帮助"), "nobody else is concerned"
    limited.clock.moment += timedelta(minutes=61)
    assert "没有登记" not in await limited.say(who, "@鸿雁 帮助", private=private)


async def test_ordinary_talk_and_a_second_delivery_cost_nothing(limited: Chat) -> None:
    message = limited.incoming("张三", "帮助", private=True)
    for _ in range(3 * MOST):
        await limited.ignores("张三", "今天食堂的红烧肉不错")
        await limited.hear(message)
    for _ in range(MOST - 1):
        assert "没有登记" not in await limited.whisper("张三", "帮助")


async def test_what_was_recorded_can_be_recalled_all_the_same(limited: Chat) -> None:
    message = limited.incoming("张三", "交党费 11月 0.2", private=True)
    await limited.hear(message)
    for _ in range(MOST):
        await limited.whisper("张三", "帮助")
    await limited.ignores("张三", "帮助", private=True)
    recall = limited.incoming("张三", "", private=True, kind=Kind.RECALL, recalled=message.id)
    assert len(await limited.hear(recall)) == 1 and not await Deed.exists(undone_at=None)


def test_it_knows_so_many_contacts_and_no_more() -> None:
    budget = Budget()
    for number in range(MOST_KNOWN + 1):
        budget.count("wechaty", str(number), NOON)
    assert budget.used("wechaty", "0", NOON) == 0 and budget.used("wechaty", "1", NOON) == 1
    assert budget.used("wechaty", "1", NOON + HOUR) == 0
