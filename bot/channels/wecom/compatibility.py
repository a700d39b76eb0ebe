"""WeCom's client, imported so that it harms nobody.

Known of version 1.0.2, by its source and by trying it:

- It names a class that `websockets` has deprecated, and so warns when it is imported.
- A connection that broke off it makes anew. One that the server ended in an orderly way, as it does to restart, it does
  not notice: no event comes, and it stays away. `Session` therefore uses one client a connection
  (`max_reconnect_attempts` is 0) and looks whether it is still open; when to try again is the same for all channels.
- Its logger prints messages and their senders: it is given one that is silent. So does that of `websockets` below it,
  and with them the bot's secret, where it is asked for everything.
- It reads files of any size into memory: they are loaded by `bot.channels.wecom.files`, and only deciphered by it.
- It has no words for uploading files; the commands are those of WeCom's client for Node.js, through its `reply`.
"""

from __future__ import annotations

import logging
import ssl
import warnings
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import aibot
    import aibot.ws

logging.getLogger("websockets").setLevel(logging.WARNING)

WSClient = aibot.WSClient
WSClientOptions = aibot.WSClientOptions
WsCmd = aibot.WsCmd
decrypt_file = aibot.decrypt_file
generate_req_id = aibot.generate_req_id

__all__ = ["Silent", "WSClient", "WSClientOptions", "WsCmd", "decrypt_file", "generate_req_id", "trust"]


def trust(ca_file: Path) -> None:
    """Accept certificates by this authority too: a 企业微信 of one's own has its own. Raises `OSError`."""
    context: ssl.SSLContext = aibot.ws._SSL_CONTEXT
    context.load_verify_locations(ca_file)


class Silent:
    """A logger that says nothing: what happens is told by events, and what people write is nobody's business."""

    def debug(self, message: str, *args: object) -> None:
        pass

    info = warn = error = debug
