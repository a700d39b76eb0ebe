"""Every sample is read wholly right, and ordinary talk draws no answer."""

from __future__ import annotations

from typing import Any

import pytest

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
