"""The forms of the whole language, as the handlers declare them."""

from __future__ import annotations

import handlers
from bot.catalogue import collect
from bot.understanding.forms import Form

FORMS: tuple[Form, ...] = tuple(command.form for command in collect(handlers).commands.values())
