"""Bots as processes: started, killed, frozen, stopped, and what they use."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.gateway.control import Gateway, free_port

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Account:
    """All that a bot is started with: its settings file, its database, its gateway."""

    name: str
    config: Path
    log: Path
    env: dict[str, str]

    @classmethod
    def on(cls, folder: Path, name: str, url: str, gateway: Gateway, **settings: Any) -> Account:
        """The account `name` of `gateway`, with its files in `folder`; `settings` are sections of config.yaml."""
        config, log = folder / f"{name}.yaml", folder / f"{name}.log"
        sections = {"channel": {"puppet": "service", "name": name}, "web": {"port": free_port()}, **settings}
        config.write_text(yaml.safe_dump(sections, allow_unicode=True), "utf-8")
        env = {
            "DATABASE_URL": url,
            "WECHATY_PUPPET_SERVICE_TOKEN": gateway.token,
            "WECHATY_PUPPET_SERVICE_ENDPOINT": gateway.endpoint,
        }
        return cls(name, config, log, env)


@dataclass
class Bot:
    """One process. `ended` is its wait status."""

    pid: int
    ended: asyncio.Future[int] = field(repr=False)

    async def kill(self) -> None:
        """End it at once (SIGKILL), however busy it is."""
        await self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop it where it stands (SIGSTOP)."""
        if self.running:
            os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        if self.running:
            os.kill(self.pid, signal.SIGCONT)

    async def stop(self) -> int:
        """Ask it to finish (SIGTERM); returns its exit code."""
        await self._signal(signal.SIGTERM)
        return os.waitstatus_to_exitcode(await self.ended)

    async def _signal(self, number: signal.Signals) -> None:
        if not self.ended.done():
            os.kill(self.pid, number)
        async with asyncio.timeout(30):
            await asyncio.shield(self.ended)

    @property
    def running(self) -> bool:
        return not self.ended.done()

    def limit_files(self, size: int) -> None:
        """Let it write no file beyond `size` bytes, as on a disk that is full; -1 lifts that."""
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def memory(self) -> int:
        """Resident bytes just now."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


class Starter:
    """The process that forks bots (starter.py); an async context manager."""

    async def __aenter__(self) -> Starter:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.starter"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        self._started: asyncio.Queue[Bot] = asyncio.Queue()
        self._running: dict[int, asyncio.Future[int]] = {}
        self._one_by_one = asyncio.Lock()
        ready = asyncio.get_running_loop().create_future()
        self._reader = asyncio.create_task(self._read(ready))
        async with asyncio.timeout(60):
            await ready
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()
        await self._reader

    async def start(self, account: Account, *, boundary: str = "", nth: int = 1) -> Bot:
        """Start a bot; it is to die at `boundary` when it comes there for the `nth` time."""
        arguments = ["--config", str(account.config)]
        return await self._order(arguments, account.log, env=account.env, boundary=boundary, nth=nth)

    async def command(self, log: Path, *arguments: str) -> int:
        """Run `run_bot.py` with `arguments` to its end, what it prints into `log`; returns its exit code."""
        bot = await self._order([*arguments], log, env={}, boundary="", nth=1)
        return os.waitstatus_to_exitcode(await bot.ended)

    async def _order(self, arguments: list[str], log: Path, **more: Any) -> Bot:
        assert self._process.stdin
        order = {"arguments": arguments, "log": str(log), **more}
        async with self._one_by_one:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            return await self._started.get()

    async def _read(self, ready: asyncio.Future[None]) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            match json.loads(line):
                case {"ready": True}:
                    ready.set_result(None)
                case {"started": pid}:
                    ended = self._running[pid] = asyncio.get_running_loop().create_future()
                    self._started.put_nowait(Bot(pid, ended))
                case {"ended": pid, "status": status}:
                    self._running.pop(pid).set_result(status)


async def cold(account: Account) -> Bot:
    """A bot started as an operator would: a new Python, `run_bot.py`."""
    with account.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(ROOT / "run_bot.py"), "--config", str(account.config)),
            stdout=log,
            stderr=log,
            cwd=ROOT,
            env={**os.environ, **account.env},
        )
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def wait() -> None:
        code = await process.wait()
        ended.set_result(-code if code < 0 else code << 8)

    task = asyncio.create_task(wait())
    ended.add_done_callback(lambda _: task.done())
    return Bot(process.pid, ended)
