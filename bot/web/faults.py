"""A fault of ours is answered without details, and logged without what people wrote: an error's text can quote it."""

from __future__ import annotations

import logging
import traceback
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.outages import is_outage

log = logging.getLogger(__name__)

FAULTY: Final = "出了点问题，请稍后再试。"
AWAY: Final = "现在打不开，请过几分钟再试。"


@web.middleware
async def without_details(request: web.Request, handler: Handler) -> web.StreamResponse:
    """503 while the database is away, 500 for whatever else goes wrong."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except ConnectionError:  # the visitor has left
        raise
    except Exception as error:
        if is_outage(error):
            raise web.HTTPServiceUnavailable(text=AWAY) from None
        log.error("a page could not be made: %s", _without_text(error))
        raise web.HTTPInternalServerError(text=FAULTY) from None


class WithoutQuotes(logging.Filter):
    """For the server's own log: what it could not read at all it would quote, with the secret of a link in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Leave what kind of error it was, and where."""
        if record.exc_info and record.exc_info[1]:
            record.msg, record.args = f"{record.getMessage()}: {_without_text(record.exc_info[1])}", None
            record.exc_info = record.exc_text = None
        return True


def _without_text(error: BaseException) -> str:
    return "\n".join([type(error).__name__, *traceback.format_tb(error.__traceback__)])
