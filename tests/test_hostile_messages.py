"""Messages that were meant to stop the bot, or to be taken for what they are not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.listening import LONGEST_READ
from bot.messages import Incoming, Kind
from bot.storable import LONGEST_TEXT
from models import InboxMessage, Report
from tests.chat import CHANNEL, Chat, found_branch
from tests.conftest import NOON


@pytest.mark.parametrize("laugh", ["哈", "嗯", "刚刚", "-"])
async def test_a_laugh_does_not_stop_the_bot(chat: Chat, laugh: str) -> None:
    """Each further 哈 once doubled the time; sixty of them would not have been read in a lifetime."""
    await found_branch(chat)
    for beginning in ("交党费", "约谈心 周四14点", "交思想汇报", "我的"):
        await chat.hear(chat.incoming("张三", f"{beginning}{laugh * 60}x", private=True))
    assert "张三" in await chat.whisper("张三", "我的")


async def test_a_message_from_the_future_is_of_now(chat: Chat) -> None:
    await found_branch(chat)
    said = await chat.whisper("张三", "交党费 这个月 0.2", sent_at=NOON + timedelta(days=20_000))
    assert "2026年11月" in said
    assert "2026年11月" in await chat.whisper("李娜", "交党费 这个月 0.2", sent_at=NOON + timedelta(minutes=2))


async def test_a_long_report_is_read_at_its_beginning_and_kept_to_its_end(chat: Chat) -> None:
    await found_branch(chat)
    chat.settings = chat.settings.model_copy(
        update={"reports": chat.settings.reports.model_copy(update={"max_length": LONGEST_TEXT})}
    )
    chat.__post_init__()
    body = "这一周在车间轮岗，学会了很多。" * 3000 + "以上，请批评指正"
    assert len(body) > 2 * LONGEST_READ
    await chat.whisper("张三", f"思想汇报：{body}")
    assert (await Report.get()).text == body


async def test_what_no_database_holds_is_left_out(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper(
        "张三", "思想\0汇报：这一周在车间\ud800轮岗，学会了\x1b[31m很多，也明白了自己的不足，今后会继续努力\ufffe。"
    )
    assert (await Report.get()).text == "这一周在车间轮岗，学会了[31m很多，也明白了自己的不足，今后会继续努力。"


@pytest.mark.parametrize("field", ["id", "sender", "room", "to", "recalled"])
@pytest.mark.parametrize("value", ["", "x" * 129, "a\0b", "a\ud800b", "\x1b[2J"])
def test_an_id_that_is_none_makes_no_event(field: str, value: str) -> None:
    fields = {"id": "1", "sender": "wxid-1", field: value}
    with pytest.raises(ValueError, match="an id that is none"):
        Incoming(CHANNEL, kind=Kind.TEXT, sender_name="", sent_at=NOON, **fields)


async def test_the_inbox_knows_nothing_of_refused_times(chat: Chat) -> None:
    for year in (1, 1970, 2100, 9999):
        with pytest.raises(ValueError, match="a time that cannot be"):
            chat.incoming("张三", "我的", private=True, sent_at=NOON.replace(year=year))
    assert not await InboxMessage.exists()
