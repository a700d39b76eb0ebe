"""What a question says: what was understood, and what would come of a yes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.commands import Answer, Catalogue, Command, Reply, Request, TakeBack
from bot.understanding.serialise import echo
from bot.understanding.values import Month, Months, Number, Period
from bot.wording import Public, in_brackets, in_group
from models import Term

CONFIRM = "您是想{purpose}{values}？"
CHANGE = "刚才登记的改成这样吗（{purpose}）：{values}？"
OUTCOME = "确认后就是：{outcome}。"
TIMES = (Months, Month, datetime)  # what is told of what is recorded, where it was not said
IN_GROUP = (Months, Month, Period, datetime, Term)  # what may be repeated there, of what the sender said
_FIRST_CLAUSE = re.compile(r"已[^，。；\n]+")  # of a receipt: what it is about
_FIRST_SENTENCE = re.compile(r"已[^。；\n]+")


def question(
    catalogue: Catalogue,
    request: Request,
    command: Command,
    values: Mapping[str, Any],
    answer: Answer,
    *,
    changes: bool = False,
) -> str:
    """Whether the reading is right: with what was said, or else with what would come of it, taken from `answer`.

    `changes`: it is put in the place of what was recorded just now.
    """
    if isinstance(answer, Reply) and answer.question is not None:
        return answer.question
    said = echo(command.form, values)
    if changes:
        return CHANGE.format(purpose=command.purpose, values=said)
    if isinstance(answer, TakeBack):
        done = catalogue.commands[answer.deed.command]
        said = f"{done.purpose}（{in_brackets(answer.deed.done_at)}）"
    question = CONFIRM.format(purpose=command.purpose, values=said and f"：{said}")
    if not request.in_private and _may_be_asked_in_group(values, answer):
        return in_group(CONFIRM, purpose=Public(command.purpose), values=Public(said and f"：{said}"))
    times = any(slot.type in TIMES and slot.name not in values for slot in command.form.slots)
    numbers = all(isinstance(value, Number) for value in values.values())  # 1号 alone says nothing of what it is
    if (said and not (times or numbers)) or not isinstance(answer, Reply) or answer.fleeting:
        return question
    outcome = (_FIRST_SENTENCE if said else _FIRST_CLAUSE).match(answer.private or answer.group or "")
    return question + (OUTCOME.format(outcome=outcome[0]) if outcome else "")


def _may_be_asked_in_group(values: Mapping[str, Any], answer: Answer) -> bool:
    """Whether all that was said may stand in the group, where the answer would be said there too."""
    said = all(isinstance(value, IN_GROUP) for value in values.values())
    return bool(values) and said and isinstance(answer, Reply) and answer.group is not None and not answer.personal
