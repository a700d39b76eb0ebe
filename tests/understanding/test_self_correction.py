"""What is put right within the message holds, after a question."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import Reader
from bot.understanding.serialise import dump
from tests.understanding.forms_table import FORMS
from tests.understanding.samples import NOW

READER = Reader(FORMS)
MARKS = ("不对", "啊不对 ", "哦不，", " 打错了 ", "，说错了，是", "。写错了，应该是", " 更正：", "，哎我记错了 是")
# A command, what it says wrongly, what is right, and the value that then holds.
SLIPS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("交党费 {} ", "10月", "11月", {"months": ["2026-11"]}),
    ("交11月党费 {} ", "0.2", "0.4", {"months": ["2026-11"], "amount": "0.40"}),
    ("约谈心 {} ", "周三下午三点", "周四下午四点", {"start": "2026-11-26T16:00"}),
    ("约谈心 {} ", "周三下午三点", "周四", {"start": "2026-11-26T15:00"}),
    ("约谈心 {} ", "周三下午三点", "四点", {"start": "2026-11-25T16:00"}),
    ("报名 {} ", "2号", "3号", {"number": 3}),
    ("报名 {} ", "2号", "报名 3号", {"number": 3}),
    ("认领心愿 {} ", "2号", "3号", {"number": 3}),
    ("批阅 张伟 {} ", "合格", "不合格", {"member": "张伟", "verdict": "returned"}),
    ("开放时段 {} 每人20分钟 ", "周四14-16点", "周五14-16点", {"start": "2026-11-27T14:00", "end": "2026-11-27T16:00"}),
    ("请假 {} 党课 要加班 ", "周五", "周六", {"day": "2026-11-28", "kind": "lecture", "reason": "要加班"}),
)


@given(st.sampled_from(SLIPS), st.sampled_from(MARKS))
def test_what_stands_behind_the_word_that_takes_back_holds(slip: tuple[str, str, str, Any], mark: str) -> None:
    command, wrong, right, values = slip
    said = READER.read(command.format(wrong) + mark + right, now=NOW, private=True)
    meant = READER.read(command.format(wrong), now=NOW, private=True)
    assert (said.command, said.confirm) == (meant.command, True)
    assert dump(said.values).items() >= values.items()


@pytest.mark.parametrize(
    "text", ("提意见 食堂的菜单写错了 是10月的", "心得 3 老师说错了 没人在意", "微心愿 想借本错题集 打错了的也行")
)
def test_a_text_may_speak_of_mistakes(reader: Reader, text: str) -> None:
    said = reader.read(text, now=NOW, private=True)
    assert not said.confirm and "错" in str(said.values["text"])


def test_a_whole_other_command_behind_is_meant(reader: Reader) -> None:
    said = reader.read("交党费10月 打错了 谁还没交11月党费", now=NOW, private=True)
    assert (said.command, said.confirm) == ("dues.missing", True)
