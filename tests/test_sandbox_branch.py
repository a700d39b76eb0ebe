"""What the sandbox is furnished with, and where it must not be opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.sandbox_branch import furnish
from bot.settings import ConfigurationError, SandboxSettings
from models import Account, Member
from tests.chat import CHANNEL, Chat, found_branch
from tests.conftest import NOON


async def test_it_is_furnished_once(database: str) -> None:
    assert await furnish(SandboxSettings(), CHANNEL, NOON)
    people = await Member.all().count()
    assert people and not await furnish(SandboxSettings(), CHANNEL, NOON)
    assert await Member.all().count() == people


async def test_a_database_of_real_people_is_not_opened(chat: Chat) -> None:
    """On the page whoever comes can be anybody."""
    await found_branch(chat)
    with pytest.raises(ConfigurationError, match="换一个数据库"):
        await furnish(SandboxSettings(), CHANNEL, NOON)
    await Account.all().update(member_id=None)
    assert not await furnish(SandboxSettings(), CHANNEL, NOON), "nobody in it can be taken for themselves"


async def test_a_roster_that_is_not_there_is_told_by_its_setting(database: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"sandbox\.roster：找不到文件"):
        await furnish(SandboxSettings(roster=tmp_path / "none.csv"), CHANNEL, NOON)
    assert not await Member.exists()
