"""The pages without script: made of templates, with one style sheet, readable on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

STATIC: Final = Path(__file__).parent / "static"

_environment = Environment(
    loader=PackageLoader("bot.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def shown(template: str, /, *, status: int = 200, **values: Any) -> web.Response:
    """The page that `template` makes of `values`; whatever is in them stands there as text."""
    html = _environment.get_template(template).render(values)
    return web.Response(text=html, content_type="text/html", status=status)


def add_look(application: web.Application) -> None:
    """``/pages.css`` and ``/goose.svg``."""

    async def style(_: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "pages.css")

    async def goose(_: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "goose.svg")

    application.add_routes([web.get("/pages.css", style), web.get("/goose.svg", goose)])
