"""Every sample is read wholly right, and ordinary talk draws no answer."""

from __future__ import annotations

from typing import Any

import pytest

import handlers
from bot.catalogue import collect
from bot.explain import explain_line
from bot.understanding import Reader
from tests.understanding.samples import NOW, talk, utterances


@pytest.mark.parametrize("line", utterances(), ids=lambda line: line["text"][:30])
def test_an_utterance_is_read_wholly_right(reader: Reader, line: dict[str, Any]) -> None:
    said = explain_line(reader, line, NOW)
    expected = {"values": {}, **line["expect"]}
    assert {name: said[name] for name in expected} == expected


def test_ordinary_talk_in_a_group_draws_no_answer(reader: Reader) -> None:
    answered = {text: said for text in talk() if (said := explain_line(reader, {"text": text}, NOW))["command"]}
    assert answered == {}


def test_until_a_command_is_there_what_is_said_for_it_changes_nothing_unasked() -> None:
    """Commands that are still to come are talk, not understood, or at most a query."""
    commands = collect(handlers).commands
    reader = Reader([command.form for command in commands.values()])
    wrong = {}
    for line in utterances():
        said, expected = explain_line(reader, line, NOW), line["expect"]["command"]
        there = expected in commands or expected in (None, "unknown")
        known = commands.get(said["command"])
        if said["command"] != expected if there else known and known.changes and not said["confirm"]:
            wrong[line["text"]] = said
    assert wrong == {}
