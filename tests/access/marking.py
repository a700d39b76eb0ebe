"""A mark in every field that holds words about people, another one for each model and field.

What a model added later holds is marked by itself; what is no word of anybody's has to be named here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from tortoise import Tortoise
from tortoise.fields import Field
from tortoise.models import Model

from bot.understanding.values import Money

# What the bot keeps for its own running: ids of accounts, groups and messages, names of commands.
# `OutboxMessage` is what is said, and is what the tests read.
MACHINE_MODELS = frozenset(
    {
        "Account",
        "AuditAnchor",
        "AuditEntry",
        "AuditHead",
        "BindingFailure",
        "Deed",
        "InboxMessage",
        "JobRun",
        "OpenMatter",
        "OutboxMessage",
        "Presence",
        "Restriction",
        "Room",
        "SealedColumn",
        "WebLink",
        "WebSession",
    }
)
# Months, periods, keys and kinds: a mark would make them something else.
MACHINE_FIELDS = frozenset(
    {
        "Branch.path",
        "Bulletin.origin",
        "DuesPayment.void_reason",
        "DuesShare.claim",
        "DuesShare.month",
        "HalfYearReview.claim",
        "HalfYearReview.half",
        "Handover.dues_from",
        "Lesson.section",
        "Lesson.source",
        "LessonPicture.media_type",
        "Member.consent_version",
        "Member.dues_from",
        "Opinion.seal",
        "Placement.since",
        "Placement.until",
        "Report.claim",
        "Report.period",
        "ReportFile.media_type",
        "ServicePicture.media_type",
        "Wish.seal",
    }
)
# What its author makes public, or what is public from the beginning (DOMAIN: what is said where).
PUBLIC_FIELDS = frozenset(
    {
        "Activity.topic",
        "Activity.url",
        "Branch.name",
        "Bulletin.text",
        "Bulletin.url",
        "Disclosure.text",
        "Lesson.summary",
        "Lesson.text",
        "Lesson.title",
        "Lesson.url",
        "LessonPicture.name",
        "Placement.city",  # with how many are there, and nothing else
        "PublishedNotice.text",
        "Service.result",
        "Service.topic",
        "Wish.text",
    }
)
AMOUNTS = {"DuesPayment": "amount", "DuesShare": "amount", "DuesStandard": "monthly"}
CONFIDENTIAL = " of a confidential meeting"


@dataclass
class Marks:
    """`of` tells what a mark was put into: ``Talk.topic``."""

    of: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(100))

    def new(self, what: str) -> str:
        """Six characters that nobody writes."""
        mark = f"暗{next(self._numbers)}号"
        self.of[mark] = what
        return mark

    def in_text(self, text: str) -> set[str]:
        """What of the marked stands in `text`."""
        return {what for mark, what in self.of.items() if mark in text}

    async def put(self, **since: int) -> None:
        """Into every row; of a model that is named in `since`, into those with a higher id."""
        for model in models_with_words():
            for row in await model.filter(pk__gt=since.get(model.__name__, 0)):
                confidential = CONFIDENTIAL if getattr(row, "confidential", False) else ""
                for name in words_of(model):
                    setattr(row, name, self.new(f"{model.__name__}.{name}{confidential}"))
                await row.save()
        for model in all_models():
            if amount := AMOUNTS.get(model.__name__):
                for row in await model.filter(pk__gt=since.get(model.__name__, 0)):
                    fen = 7_000_000 + 1_000 * next(self._numbers)
                    setattr(row, amount, fen)
                    self.of[Money(fen).yuan] = f"{model.__name__}.{amount}"
                    await row.save()


def all_models() -> list[type[Model]]:
    """Every model of the database."""
    return list((Tortoise.apps or {})["models"].values())


def models_with_words() -> list[type[Model]]:
    """Those with a field to mark."""
    return [model for model in all_models() if words_of(model)]


def words_of(model: type[Model]) -> list[str]:
    """The names of the fields that hold words about people."""
    if model.__name__ in MACHINE_MODELS:
        return []
    texts = [name for name, kept in model._meta.fields_map.items() if _is_text(kept)]
    return [name for name in texts if f"{model.__name__}.{name}" not in MACHINE_FIELDS]


def _is_text(kept: Field[object]) -> bool:
    return kept.field_type is str and not kept.pk and not hasattr(kept, "enum_type")
