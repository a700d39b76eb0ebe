"""Makes `import wechaty` work on Python 3.11 to 3.13 with current dependencies, and keeps it quiet.

The last releases of wechaty (0.10.7), wechaty-puppet (0.4.23) and
wechaty-puppet-service (0.8.10) are of 2022-23. Everything that has to be put
right from outside stands here, one function a mend; what `bot.channels.wechaty`
does not call at all is not mended. The package imports this module before
anything of wechaty, so that no other module has to think of it.

On Python 3.13 `telnetlib` comes from the package `standard-telnetlib`.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any
from unittest import mock

import pyee
import pyee.asyncio
import urllib3
import urllib3.util

PACKAGES = ("wechaty", "wechaty_puppet", "wechaty_puppet_service", "wechaty_grpc")

# hpack writes every header, the token among them, at DEBUG.
TRANSPORT_LOGGERS = ("hpack", "hpack.hpack", "hpack.table", "grpclib", "grpclib.protocol")

# Read by wechaty while it is imported: where it puts its litter, how loudly and to which file it logs.
IMPORT_VARIABLES = ("CACHE_DIR", "WECHATY_LOG", "WECHATY_LOG_FILE")


class PluginsLeftOut:
    """Takes the place of wechaty's plugin manager.

    That one opens a web server on 0.0.0.0:5000, starts a scheduler with a
    database under ``.wechaty/``, and holds `on_login` back while the port is busy.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        """Accept what wechaty passes, and start nothing."""


def put_back_moved_names() -> None:
    """pyee 12 moved `AsyncIOEventEmitter`; urllib3 2 removed `get_host`."""
    if not hasattr(pyee, "AsyncIOEventEmitter"):
        pyee.AsyncIOEventEmitter = pyee.asyncio.AsyncIOEventEmitter  # type: ignore[attr-defined]
    if not hasattr(urllib3, "get_host"):
        urllib3.get_host = _get_host  # type: ignore[attr-defined]


def _get_host(url: str) -> tuple[str, str | None, int | None]:
    parsed = urllib3.util.parse_url(url)
    return parsed.scheme or "http", parsed.hostname, parsed.port


def make_options_hashable() -> None:
    """`WechatyOptions` has a `PuppetOptions()` default, which dataclasses refuse from 3.11 on where it has no hash."""
    options: Any = importlib.import_module("wechaty_puppet.schemas.puppet").PuppetOptions
    options.__hash__ = object.__hash__


@contextmanager
def no_litter() -> Iterator[None]:
    """Importing creates ``.wechaty/`` in the current directory; keep it from doing so."""
    create = os.makedirs

    def create_unless_litter(name: str, *args: Any, **kwargs: Any) -> None:
        if name != ".wechaty":
            create(name, *args, **kwargs)

    kept = {name: value for name, value in os.environ.items() if name not in IMPORT_VARIABLES}
    with mock.patch.dict(os.environ, kept, clear=True), mock.patch("os.makedirs", create_unless_litter):
        yield


def silence() -> None:
    """wechaty's loggers write tokens and message text, and have handlers of their own; none of it is wanted.

    What an operator has to know is logged by this package.
    """
    names = {name for name in logging.root.manager.loggerDict if name.startswith(("hpack", "grpclib"))}
    for name in names.union(TRANSPORT_LOGGERS):
        logging.getLogger(name).disabled = True
    for module in _modules():
        for logger in [value for value in vars(module).values() if isinstance(value, logging.Logger)]:
            logger.handlers.clear()
            logger.addHandler(logging.NullHandler())
            logger.disabled = True


def _modules() -> list[ModuleType]:
    return [module for name, module in sys.modules.items() if name.split(".")[0] in PACKAGES]


def ignore_stray_variables() -> None:
    """The service puppet also reads TOKEN, token, ENDPOINT and endpoint: settings are passed in, nothing is guessed."""
    service: Any = importlib.import_module("wechaty_puppet_service.puppet")
    service.get_token = service.get_endpoint = lambda: None


def leave_out_plugins() -> None:
    """No port, no scheduler: see `PluginsLeftOut`."""
    client: Any = importlib.import_module("wechaty.wechaty")
    client.WechatyPluginManager = PluginsLeftOut


def mend() -> None:
    """Import wechaty with every mend in place."""
    put_back_moved_names()
    with ExitStack() as stack:
        # It was written for older Pythons: its deprecation warnings tell nobody here anything.
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.enter_context(no_litter())
        make_options_hashable()
        for package in PACKAGES:
            importlib.import_module(package)
    ignore_stray_variables()
    leave_out_plugins()
    silence()


mend()
