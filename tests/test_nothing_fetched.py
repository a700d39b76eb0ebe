"""The bot asks nothing of the world by itself: no telemetry, no fonts, no lists, no newer version of anything.

An audit hook, which no Python code can take off again, refuses and notes what would leave the machine.
"""

from __future__ import annotations

import os
import re
import sys
from asyncio import create_subprocess_exec
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.web.test_whole_bot import PROJECT, free_port, started

HOOK = """
import ipaddress, os, sys

def local(host):
    if host in (None, "", b"", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
    except ValueError:
        return False

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a string is a socket in the file system
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if not local(host):
        with open(os.environ["NOTED"], "a") as noted:
            noted.write(f"{event} {host}\\n")
        raise PermissionError(f"{event} {host}")

sys.addaudithook(watch)
open(os.environ["NOTED"], "a").close()
"""


@pytest.fixture
def noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What would have left the machine; the file is there once a process was watched."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK, "utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "hook"), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("NOTED", str(tmp_path / "noted"))
    return tmp_path / "noted"


def left(noted: Path) -> str:
    return noted.read_text("utf-8")


async def test_the_hook_sees_what_leaves(noted: Path) -> None:
    ask = "import urllib.request; urllib.request.urlopen('http://192.0.2.1/')"
    process = await create_subprocess_exec(sys.executable, "-c", ask, stdout=PIPE, stderr=STDOUT)
    await process.communicate()
    assert process.returncode == 1 and "192.0.2.1" in left(noted)


async def test_the_bot_runs_without_the_world(noted: Path, tmp_path: Path) -> None:
    async with started(tmp_path, free_port()) as bot, ClientSession() as client:
        async with client.get(bot.address) as response:
            page = await response.text()
        for path in re.findall(r'(?:src|href)="(/[^"]+)"', page):
            async with client.get(f"{bot.address}{path[1:]}") as response:
                assert response.status == 200
        await bot.command("check")
    assert left(noted) == ""


def test_pages_name_no_other_server() -> None:
    files = [file for file in (PROJECT / "bot" / "web").rglob("*") if file.suffix in (".html", ".js", ".css", ".svg")]
    named = {
        (file.name, address)
        for file in files
        for address in re.findall(r"""["'(=]((?:https?:)?//[\w.-]+\.\w+[^\s"'<>]*)""", file.read_text("utf-8"))
    }
    assert len(files) > 10 and {address for _, address in named} <= {"http://www.w3.org/2000/svg"}
