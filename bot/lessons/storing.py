"""Imported lessons into the records: new ones, changed ones; all of them or nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tortoise.transactions import in_transaction

from bot.lessons.drafts import Draft, LessonsFaulty, Rules
from bot.lessons.files import read_lessons
from bot.settings import Settings
from models import Branch, Lesson, LessonPicture

LONGEST_SOURCE: Final = 200
NAME_TOO_LONG: Final = "{source}：文件名或标题太长了。"


@dataclass(frozen=True, slots=True)
class LessonsReport:
    """What an import did, in counts."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0


async def import_lessons(path: Path, branch: Branch | None, *, settings: Settings, now: datetime) -> LessonsReport:
    """Store the lessons of a folder or table for `branch` and all below it, or for everybody.

    Again updates: a lesson is known by its file's name, or by its table's name
    and its title. No group is told; the weekly selection brings what is new.
    Raises LessonsFaulty with every fault; then nothing has been changed.
    """
    rules = Rules(settings.lessons.all_sections, settings.files.max_bytes)
    drafts = await asyncio.to_thread(read_lessons, path, rules)
    sources = {draft.source: f"{branch.id if branch else 0}:{draft.source}" for draft in drafts}
    if faults := [NAME_TOO_LONG.format(source=key) for key, source in sources.items() if len(source) > LONGEST_SOURCE]:
        raise LessonsFaulty(faults)
    async with in_transaction():
        known = {
            str(lesson.source): lesson
            for lesson in await Lesson.filter(source__in=list(sources.values())).prefetch_related("pictures")
        }
        added = updated = 0
        for draft in drafts:
            lesson = known.get(sources[draft.source])
            if lesson is None:
                added += 1
                lesson = Lesson(branch=branch, source=sources[draft.source], published_at=now)
            elif _same(draft, lesson):
                continue
            else:
                updated += 1
            await _store(draft, lesson)
    return LessonsReport(added, updated, len(drafts) - added - updated)


def _same(draft: Draft, lesson: Lesson) -> bool:
    kept = [(each.name, bytes(each.data)) for each in sorted(lesson.pictures, key=lambda each: each.position)]
    stored = (lesson.section, lesson.title, lesson.summary, lesson.text, lesson.url)
    return stored == _words(draft) and kept == [(file.name, file.data) for file in draft.pictures]


def _words(draft: Draft) -> tuple[str, str, str, str, str]:
    return draft.section, draft.title, draft.summary, draft.text, draft.url


async def _store(draft: Draft, lesson: Lesson) -> None:
    lesson.section, lesson.title, lesson.summary, lesson.text, lesson.url = _words(draft)
    await lesson.save()
    await LessonPicture.filter(lesson_id=lesson.id).delete()
    pictures = [
        LessonPicture(
            lesson_id=lesson.id, position=position, name=file.name, media_type=file.media_type, data=file.data
        )
        for position, file in enumerate(draft.pictures, 1)
    ]
    await LessonPicture.bulk_create(pictures)
