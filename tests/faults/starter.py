"""Starts bots quickly: a process that has imported everything, and forks for each of them.

A line of JSON on standard input starts one: ``{"arguments", "log", "env", "boundary", "nth"}``. On standard output each
is told as ``{"started": pid}``, later ``{"ended": pid, "status": wait status}``. What runs in the fork is `run_bot.py`
as its command line would.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import selectors
import signal
import socket
import sys
import traceback
from typing import Any

import bot.channels.wechaty  # noqa: F401  # what takes the time
import handlers
import run_bot
from bot.catalogue import collect
from tests.faults import boundaries


def main() -> None:
    """Serve until standard input ends; then no bot is left either."""
    collect(handlers)  # imports them all
    gc.freeze()  # none of it is garbage in any of them
    ours, wake = socket.socketpair()
    for end in (ours, wake):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno())
    selector = selectors.DefaultSelector()
    selector.register(sys.stdin, selectors.EVENT_READ)
    selector.register(ours, selectors.EVENT_READ)
    running: set[int] = set()
    _tell({"ready": True})
    while True:
        for key, _ in selector.select():
            if key.fileobj is ours:
                ours.recv(4096)
                _bury(running)
                continue
            line = sys.stdin.readline()
            if not line:
                for pid in running:
                    os.kill(pid, signal.SIGKILL)
                return
            running.add(_start(json.loads(line)))


def _tell(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


def _bury(running: set[int]) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            running.discard(pid)
            _tell({"ended": pid, "status": status})


def _start(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        _tell({"started": pid})
        return pid
    code = 1
    try:
        code = _bot(order)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _bot(order: dict[str, Any]) -> int:
    """What `python run_bot.py …` does; returns its exit code."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing, log = os.open(os.devnull, os.O_RDONLY), os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    random.seed()  # or every bot would have the same chances
    os.environ.update(order["env"])
    if order["boundary"]:
        boundaries.install(order["boundary"], order["nth"])
    sys.argv = ["run_bot.py", *order["arguments"]]
    try:
        run_bot.app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


if __name__ == "__main__":
    main()
