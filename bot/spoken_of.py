"""他的党费呢: whom a word for a person means who was spoken of just before."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from bot.messages import Incoming
from models import AuditEntry, Member

WITHIN = timedelta(minutes=10)
_BACK = 3  # answers, of which those about nobody are passed over
# 其他, 吉他 and 他们 mean nobody in particular.
_PRONOUN = re.compile("(?<![其吉])[他她](?!们|人)")


def says_he(text: str) -> bool:
    """Whether a person is meant who was named before."""
    return _PRONOUN.search(text) is not None


def with_name(message: Incoming, name: str) -> Incoming:
    """The message with the name in the place of the word for it."""
    return replace(message, text=_PRONOUN.sub(name, message.text, count=1))


async def spoken_of(me: Member, now: datetime) -> Member | None:
    """Who the last answer to `me` was about, where it was about one other person alone."""
    lines = AuditEntry.filter(member_id=me.id, at__gte=now - WITHIN, outcome__in=("done", "asked", "refused"))
    async for line in lines.order_by("-id").limit(_BACK):
        others = [id_ for id_ in line.subjects if id_ != me.id]
        if len(others) == 1:
            return await Member.get_or_none(id=others[0], branch_id=me.branch_id, active=True)
        if others:
            return None
    return None
