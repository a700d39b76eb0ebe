"""签上没; 多久能有回复: what a message without a word for it is about is what the last answer was about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.messages import Incoming
from bot.spoken_of import WITHIN
from models import AuditEntry, Member

_LATEST = 2000  # lines of the trail, of all groups
_BACK = 3  # answers, of which those about no matter are passed over
LONGEST = 40  # characters of a message that may have left its matter out


@dataclass(frozen=True, slots=True)
class Matter:
    """How people call what the commands of a family are about, and the words that speak of nothing else."""

    called: str
    words: re.Pattern[str]


def _matter(called: str, words: str) -> Matter:
    return Matter(called, re.compile(f"{called}|{words}"))


# By the first part of the commands' names.
MATTERS: Mapping[str, Matter] = {
    "dues": _matter("党费", "钱|元|块|毛|交了|那笔|这笔"),
    "report": _matter("思想汇报", "汇报|批阅|草稿|合格|评语"),
    "talk": _matter("谈心", "谈|聊|约|时段"),
    "life": _matter("活动", "会|课|党日|签|请假|假|报名|参加|考勤|心得|列席|去不了|到场"),
    "service": _matter("公益", "志愿|爱心|时长|小时"),
    "wish": _matter("心愿", "认领|许愿|许个"),
    "opinion": _matter("意见", "建议|答复"),
    "placement": _matter("去向", "报到|实习|单位|公司|在校|续到|回校|转出|转回"),
    "lesson": _matter("微课", "课"),
    "bulletin": _matter("资讯", "订阅|退订"),
    "notice": _matter("通知", "告诉"),
    "bind": _matter("绑定", "申请|码"),
}


async def family_spoken_of(me: Member, room: str | None, now: datetime) -> str:
    """The first part of the name of the command that was last answered or asked about, to anybody in `room`, or else to
    `me`; empty where nothing was."""
    lines = AuditEntry.filter(at__gte=now - WITHIN, outcome__in=("done", "asked"))
    if room:  # there is no index by conversation: the latest lines alone are looked through
        latest = await AuditEntry.all().order_by("-id").first().values_list("id", flat=True)
        lines = lines.filter(conversation=room, id__gt=(latest or 0) - _LATEST)  # type: ignore[operator]
    else:
        lines = lines.filter(member_id=me.id)
    async for line in lines.order_by("-id").limit(_BACK):
        family = line.command.removeprefix("undo ").partition(".")[0]
        if family in MATTERS:
            return family
    return ""


def names_its_own(text: str, family: str) -> bool:
    """Whether the message itself says that it is about what the commands of that family are about, or is of none."""
    matter = MATTERS.get(family)
    return matter is None or matter.words.search(text) is not None


def with_matter(message: Incoming, family: str) -> Incoming:
    """The message with the word for what it is about before it."""
    return replace(message, text=f"{MATTERS[family].called} {message.text}")
