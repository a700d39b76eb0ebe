"""How the commands of a catalogue are understood: by their forms, and by the words that the settings add to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum, EnumType

from bot.commands import Catalogue
from bot.settings import Settings
from bot.understanding.forms import Form
from bot.understanding.reader import Reader
from models import LessonSection, Section


def reader_of(catalogue: Catalogue, settings: Settings) -> Reader:
    """The understanding of all commands, under the bot's name; made once, it takes a second."""
    known: dict[type, type] = {LessonSection: _sections(settings.lessons.sections)}
    forms = [_with_words(command.form, known) for command in catalogue.commands.values()]
    return Reader(forms, names_of_bot=(settings.bot.name,))


def _sections(names: tuple[str, ...]) -> type[Enum]:
    """The five sections of lessons and the configured ones, whose code is their name."""
    words = {section.name: (section.value, *section.words) for section in LessonSection}
    words.update({f"OWN_{number}": (name, name) for number, name in enumerate(names, 1)})
    return EnumType.__call__(Section, "ConfiguredSection", words)


def _with_words(form: Form, known: Mapping[type, type]) -> Form:
    slots = tuple(replace(slot, type=known.get(slot.type, slot.type)) for slot in form.slots)
    return replace(form, slots=slots)
