"""Files of a report as their author is told of them: too large, a photo, a Word file."""

from __future__ import annotations

from bot.messages import File, FileUnavailable, Kind
from tests.chat import Chat, found_branch


async def test_a_file_that_is_too_large_says_so(chat: Chat) -> None:
    await found_branch(chat)

    async def load() -> File:
        raise FileUnavailable("the file is above the limit", too_large=True)

    said = await chat.whisper("张三", "", kind=Kind.FILE, load=load)
    assert "太大" in said and "10 MB" in said and "再发一次" not in said


async def test_a_file_that_did_not_arrive_is_asked_for_again(chat: Chat) -> None:
    await found_branch(chat)

    async def load() -> File:
        raise FileUnavailable("the chat system was too slow")

    assert await chat.whisper("张三", "", kind=Kind.FILE, load=load) == "文件没有收到，请再发一次。"
