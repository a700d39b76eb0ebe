"""The bot as operators run it: `python run_bot.py` in a process of its own, on a gateway."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiohttp

from tests.gateway.control import Gateway, free_port

ROOT = Path(__file__).parents[2]
WITHIN = 60.0  # seconds that a process may take to come up, on a machine that does much else
STOP_SECONDS = 10.0  # container engines kill after them


class Process:
    """`run_bot.py` in `folder`, which keeps its log; the environment overrides the project's config.yaml."""

    def __init__(self, folder: Path, gateway: Gateway, database: str) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None
        self._environment = {
            **os.environ,
            "DATABASE_URL": database,
            "WECHATY_PUPPET_SERVICE_TOKEN": gateway.token,
            "WECHATY_PUPPET_SERVICE_ENDPOINT": gateway.endpoint,
            "HONGYAN_CHANNEL__PUPPET": "service",
            "HONGYAN_WEB__PORT": str(self._port),
            "HONGYAN_OUTBOX__CONVERSATION_SECONDS": "0",
            "HONGYAN_OUTBOX__ACCOUNT_SECONDS": "0.2",  # so that answers are waiting when it is killed
            "HONGYAN_OUTBOX__PER_MINUTE": "1000",
            "HONGYAN_REMINDERS__QUIET_HOURS__START": "00:00",
            "HONGYAN_REMINDERS__QUIET_HOURS__END": "00:00",
        }

    @property
    def log(self) -> str:
        """Everything that it has written, of all its lives."""
        return (self._folder / "bot.log").read_text("utf-8")

    async def command(self, *arguments: str) -> str:
        """Run a subcommand to its end; returns what it printed."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(ROOT / "run_bot.py"), *arguments, "--config", str(ROOT / "config.yaml")),
            cwd=self._folder,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(WITHIN):
            printed, _ = await process.communicate()
        assert process.returncode == 0, printed.decode()
        return printed.decode()

    async def start(self) -> None:
        """Start it and wait until it says that it is well."""
        with (self._folder / "bot.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, str(ROOT / "run_bot.py"), "--config", str(ROOT / "config.yaml")),
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(WITHIN), aiohttp.ClientSession() as session:
            while True:
                if await self._well(session):
                    return
                assert self._process.returncode is None, self.log
                await asyncio.sleep(0.05)

    async def _well(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"http://127.0.0.1:{self._port}/healthz") as answer:
                return answer.status == 200
        except aiohttp.ClientConnectionError:
            return False

    async def kill(self) -> None:
        """End it at once, whatever it is doing."""
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()

    async def stop(self) -> int:
        """Ask it to stop; returns its exit code. `TimeoutError` where it takes longer than it may."""
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(STOP_SECONDS):
            return await self._process.wait()
