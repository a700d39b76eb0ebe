"""Opening a port for an application, with a clear line where that is not possible."""

from __future__ import annotations

import errno
import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from bot.settings import ConfigurationError

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
            f"web.host: {host} could be reached by others, and on the sandbox page anybody can be anybody; "
            "remove web.host (it is 127.0.0.1 then), or use a gateway: channel.puppet: service"
        )
    # Without an access log: addresses hold contact ids.
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
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
    another = f"choose another: HONGYAN_WEB__PORT={port + 10 if 1024 <= port < 65000 else 8090} make run"
    match error.errno:
        case errno.EADDRINUSE:
            return f"web.port: {port} is in use already, perhaps by a bot that still runs; stop that one, or {another}"
        case errno.EACCES:
            return f"web.port: this user may not open port {port}; {another}"
        case _:
            return f"web.host: {host} is no address of this machine; use 127.0.0.1, or 0.0.0.0 for all it has"
