"""Width, spaces, numerals and noise do not change a reading."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.explain import explain_line
from bot.understanding import Reader
from tests.understanding.forms_table import FORMS
from tests.understanding.samples import NOW, utterances

READER = Reader(FORMS)
# Kept as typed.
TYPED = {"text", "topic", "reason", "comment", "title", "company", "branch", "year", "url", "code", "note"}
# Where nothing is kept as typed, what is noise may be put anywhere.
PLAIN = [
    line
    for line in utterances()
    if line["expect"]["command"] not in (None, "unknown") and not TYPED & set(line["expect"].get("values", {}))
]
INVISIBLE = ["\u200b", "\u200d", "\ufeff", "\u2060", "\ufe0f"]
SPACES = [" ", "  ", "\u3000", "\u2005", "\u00a0", " \u3000 "]
TAILS = ["", " ", "👌", "[抱拳]", " 🙏🙏", "\n", "。", "！", " 😊 "]
CHINESE_MONTHS = dict(enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], 1))

lines = st.sampled_from(PLAIN)


def reading(line: dict[str, Any], text: str | None = None) -> dict[str, Any]:
    said = explain_line(READER, line if text is None else {**line, "text": text}, NOW)
    return {"command": said["command"], "values": said["values"]}


def widened(text: str) -> str:
    """ASCII as a Chinese keyboard in full width types it; the mention of the bot is the chat system's, not typed."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" and char != "@" else char for char in text)


@given(lines)
def test_full_width(line: dict[str, Any]) -> None:
    assert reading(line, widened(line["text"])) == reading(line)


@given(lines, st.sampled_from(SPACES))
def test_any_space(line: dict[str, Any], space: str) -> None:
    assert reading(line, line["text"].replace(" ", space)) == reading(line)


@given(lines, st.data())
def test_invisible_characters(line: dict[str, Any], data: st.DataObject) -> None:
    text = line["text"]
    at = data.draw(st.integers(0, len(text)))
    char = data.draw(st.sampled_from(INVISIBLE))
    assert reading(line, text[:at] + char + text[at:]) == reading(line)


@given(lines, st.sampled_from(TAILS))
def test_emoji_and_marks_at_the_end(line: dict[str, Any], tail: str) -> None:
    assert reading(line, line["text"] + tail) == reading(line)


@given(
    lines.filter(lambda line: not line.get("open")),
    st.sampled_from(["书记好，", "老师您好 ", "麻烦您，", "请问，", "不好意思，", "你好 "]),
    st.sampled_from([" 谢谢", "，辛苦了", " 麻烦书记了"]),
)
def test_courtesy_in_private(line: dict[str, Any], before: str, after: str) -> None:
    line = {**line, "scope": "private"}
    assert reading(line, before + line["text"] + after) == reading(line)


@given(lines)
def test_months_in_chinese(line: dict[str, Any]) -> None:
    text = re.sub(r"(?<![\d.\-到])(1[0-2]|[1-9])(?=月)", lambda match: CHINESE_MONTHS[int(match[1])], line["text"])
    assert reading(line, text) == reading(line)


@given(lines, st.booleans())
def test_a_mention_may_stand_at_either_end(line: dict[str, Any], before: bool) -> None:
    line = {**line, "scope": "private"}
    text = f"@鸿雁\u2005{line['text']}" if before else f"{line['text']} @鸿雁"
    assert reading(line, text) == reading(line)


@given(st.permutations(["11月", "0.2", "张伟"]))
def test_the_order_of_the_words_does_not_matter(words: list[str]) -> None:
    said = reading({"text": "交党费 " + " ".join(words), "scope": "private"})
    assert said == {"command": "dues.pay", "values": {"months": ["2026-11"], "amount": "0.20", "for": "张伟"}}


@given(st.text(max_size=80), st.booleans(), st.lists(st.sampled_from(["meeting", "confirmation", "report_draft"])))
def test_nothing_typed_breaks_the_reader(text: str, private: bool, matters: list[str]) -> None:
    said = explain_line(READER, {"text": text, "scope": "private" if private else "group", "open": matters}, NOW)
    assert private is False or said["command"] is not None


@given(
    st.lists(st.sampled_from([*"交党费谈心月日周三下午点半0123456789一二十@#/:.-到不是替张伟"]), max_size=40).map(
        "".join
    )
)
def test_no_mixture_of_its_own_words_breaks_the_reader(text: str) -> None:
    assert explain_line(READER, {"text": text, "scope": "private"}, NOW)["command"] is not None
