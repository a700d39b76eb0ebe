"""Importing and running Wechaty leaves no litter, opens no port, and writes no token and no message anywhere."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.channels.conftest import ROOM
from tests.channels.line import until
from tests.gateway.control import Gateway

ROOT = Path(__file__).parents[2]

# Logs everything there is at DEBUG, and says which addresses were bound.
BOT = """
import asyncio, contextlib, logging, sys

def watch(event, arguments):
    # Port 0 is how urllib3 finds out whether there is IPv6.
    if event == "socket.bind" and arguments[1][1]:
        print("BOUND", arguments[1], flush=True)

sys.addaudithook(watch)
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, force=True)
file = logging.FileHandler("all.log")
logging.getLogger().addHandler(file)

from bot.channels.wechaty import service_channel
from bot.messages import ChannelUnavailable, DeliveryUnknown, Outgoing

async def main(token, endpoint, room):
    channel = service_channel("wechat", token, endpoint)

    async def deliver(incoming):
        if not incoming.own and incoming.room:
            # The gateway is restarted while answers are under way.
            with contextlib.suppress(ChannelUnavailable, DeliveryUnknown):
                await channel.send(Outgoing(room=room, text="answer-" + incoming.text))

    await channel.run(deliver)

asyncio.run(main(*sys.argv[1:]), debug=True)
"""


def _left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def _bot(tmp_path: Path, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        BOT,
        *arguments,
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            # What wechaty would pick up by itself, or stumble over.
            "TOKEN": "stray-secret",
            "token": "stray-secret",
            "ENDPOINT": "192.0.2.1:1",
            "WECHATY_LOG": "debug",
            "WECHATY_LOG_FILE": "wechaty.log",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


@pytest.mark.gateway
async def test_writes_no_token_and_no_message(gateway: Gateway, tmp_path: Path) -> None:
    log = tmp_path / "all.log"
    bot = await _bot(tmp_path, gateway.token, gateway.endpoint, ROOM)
    try:
        async with asyncio.timeout(30):
            answer = asyncio.create_task(gateway.expect_text("answer-marked-text", room=ROOM, within=30))
            while not answer.done():
                await gateway.say("zhang", "marked-text", room=ROOM)
                await asyncio.wait([answer], timeout=0.5)
            await answer
        await gateway.error("marked-text")
        await gateway.restart()
        wrong = await _bot(tmp_path, "another-secret", gateway.endpoint, ROOM)
        await until(lambda: "refuses the token" in log.read_text(), within=30)
        wrong.kill()
        refused, _ = await wrong.communicate()
    finally:
        bot.kill()
        output, _ = await bot.communicate()
    written = (output + refused + log.read_bytes()).decode()
    assert "logged in" in written and "refuses the token" in written, written
    for secret in (gateway.token, "another-secret", "stray-secret", "marked-text"):
        assert secret not in written
    assert "BOUND" not in written
    assert _left_in(tmp_path) == ["all.log"]


async def test_importing_leaves_nothing_behind(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "-c",
        "import bot.channels.wechaty, wechaty, threading; print(threading.active_count())",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert output.decode().strip() == "1"
    assert _left_in(tmp_path) == []
