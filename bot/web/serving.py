"""Opening a port for an application, with a clear line where that is not possible."""

from __future__ import annotations

import errno
import ipaddress
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from bot.settings import ConfigurationError
from bot.web.faults import WithoutQuotes

log = logging.getLogger(__name__)
log.addFilter(WithoutQuotes())

LOOPBACK_ONLY: Final = web.AppKey("loopback_only", bool)
SHUTDOWN_SECONDS: Final = 3.0


@asynccontextmanager
async def serving(application: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Serve `application` for as long as the context lasts; gives its address, such as ``http://127.0.0.1:8080/``.

    Port 0 takes any free one. Raises ConfigurationError where the port cannot
    be had, and where `host` is not loopback but the application may not leave it.
    """
    if application.get(LOOPBACK_ONLY) and not is_loopback(host):
        raise ConfigurationError(
            f"web.host：别人也能打开 {host}，而沙盒页面上谁都可以扮成任何人；"
            "请去掉 web.host（默认 127.0.0.1），或改用网关：channel.puppet 写 service"
        )
    # Without an access log: addresses hold contact ids, and the secrets of links.
    runner = web.AppRunner(application, access_log=None, logger=log, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ConfigurationError(_fault(host, port, error)) from None
        bound = runner.addresses[0][1]
        yield f"http://{f'[{host}]' if ':' in host else host}:{bound}/"
    finally:
        await runner.cleanup()


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an address, without brackets) can be this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _fault(host: str, port: int, error: OSError) -> str:
    another = f"请换一个端口，例如 HONGYAN_WEB__PORT={port + 10 if 1024 <= port < 65000 else 8090} make run"
    match error.errno:
        case errno.EADDRINUSE:
            return f"web.port：端口 {port} 已被占用，也许是还没停下的机器人；请先停下它。不是的话，{another}"
        case errno.EACCES:
            return f"web.port：这个用户不能打开端口 {port}；{another}"
        case _:
            return f"web.host：{host} 不是本机的地址；请写 127.0.0.1，本机所有地址写 0.0.0.0"
