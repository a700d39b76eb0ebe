"""What waited for an answer does not stay."""

from __future__ import annotations

from models import MatterKind, OpenMatter
from tests.chat import Chat, found_branch

LETTER = "敬爱的党组织：" + "这个月在工地上学到很多，感受很深。" * 20


async def test_an_unanswered_question_and_the_report_in_it_are_deleted(chat: Chat) -> None:
    await found_branch(chat)
    assert "要交给书记吗" in await chat.whisper("张三", LETTER)
    assert LETTER in str((await OpenMatter.get()).content)
    await chat.at("2026-11-24 12:09").tick()
    assert await OpenMatter.filter(kind=MatterKind.CONFIRMATION).count() == 1
    await chat.at("2026-11-24 12:11").tick()
    assert await OpenMatter.filter(kind=MatterKind.CONFIRMATION).count() == 0


async def test_what_is_still_open_stays(chat: Chat) -> None:
    await found_branch(chat)
    await chat.whisper("李书记", "发起主题党日 11月28日19:30 学习全会精神")
    await chat.at("2026-11-28 19:30").tick()
    assert await OpenMatter.filter(kind=MatterKind.MEETING).count() == 1
    assert await chat.say("张三", "到") == "已签到，第 1 位。"
