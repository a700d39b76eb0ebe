"""A real gateway with a small branch in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.gateway.control import Gateway

ROOM = "branch-1@chatroom"


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    """Two friends and a stranger, all in one room."""
    async with Gateway() as gateway:
        await gateway.add_contact("zhang", "张三")
        await gateway.add_contact("li", "李娜(实习")
        await gateway.add_contact("stranger", "王强", friend=False)
        await gateway.add_room(ROOM, "机电流动党支部", ["zhang", "li", "stranger"])
        yield gateway
