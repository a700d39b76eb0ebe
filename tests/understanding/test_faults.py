"""What cannot be is said to be so, and nothing of it is read as something else."""

from __future__ import annotations

import pytest

from bot.explain import explain_line
from bot.understanding import Reader
from bot.understanding.faults import NEGATIVE, NO_SUCH_MONTH, NOTHING, REVERSED, TOO_FINE
from bot.understanding.pieces import Asked
from bot.understanding.slot_readers import NO_HOURS
from tests.understanding.samples import NOW


@pytest.mark.parametrize(
    ("typed", "fault", "values"),
    [
        ("发起主题党日 2月30日19:30 学习", "没有2月30日，请看看日期", {"kind": "party_day", "topic": "学习"}),
        ("发起主题党日 2月30日 19:30 学", "没有2月30日，请看看日期", {"kind": "party_day", "topic": "学"}),
        ("发起主题党日 学习 二月三十日19:30", "没有2月30日，请看看日期", {"kind": "party_day", "topic": "学习"}),
        ("发起主题党日 2.30 19:30 学习", "没有2月30日，请看看日期", {"kind": "party_day", "topic": "学习"}),
        ("发起主题党日 11月31日19:30 学习", "没有11月31日，请看看日期", {"kind": "party_day", "topic": "学习"}),
        ("发起主题党日 11月28日25点 学习", "没有25点，请看看时间", {"kind": "party_day", "topic": "学习"}),
        ("发起主题党日 11月28日19:75 学习", "没有19:75，请看看时间", {"kind": "party_day", "topic": "学习"}),
        ("开放时段 11月31日14-16点", "没有11月31日，请看看日期", {}),
        ("开放时段 周四14-25点", "没有25点，请看看时间", {}),
        ("开放时段 周末", NO_HOURS, {}),
        ("开放时段 下周", NO_HOURS, {}),
        ("改活动 1 13月5日19:30", "没有13月5日，请看看日期", {"number": 1}),
        ("约谈心 11月31日下午3点", "没有11月31日，请看看日期", {}),
        ("党费标准 张三 -5元", NEGATIVE, {"member": "张三"}),
        ("党费标准 张三-5元", NEGATIVE, {"member": "张三"}),
        ("导出台账 13月", NO_SUCH_MONTH, {"what": "ledger"}),
        ("交党费 13月", NO_SUCH_MONTH, {}),
        ("交党费 2026年13月", NO_SUCH_MONTH, {}),
        ("交党费 11月到9月", REVERSED, {}),
        ("交党费 11月 0.001元", TOO_FINE, {"months": ["2026-11"]}),
        ("交党费 11月 -5", NEGATIVE, {"months": ["2026-11"]}),
        ("交党费 11月 负五元", NEGATIVE, {"months": ["2026-11"]}),
        ("交党费 11月 0元", NOTHING, {"months": ["2026-11"]}),
    ],
)
@pytest.mark.parametrize("private", [True, False])
def test_what_cannot_be_is_a_fault(
    reader: Reader, typed: str, fault: str, values: dict[str, object], private: bool
) -> None:
    assert reader.read(typed, now=NOW, private=private).fault == fault
    line = {"text": typed, "scope": "private" if private else "group"}
    explained = explain_line(reader, line, NOW)
    assert (explained["values"], explained["confirm"]) == (values, True)


@pytest.mark.parametrize(
    "typed",
    [
        "交党费 11月 0.2",
        "交党费 11月-12月 0.4",
        "交党费 11月到1月 0.6",
        "开放时段 周四14-16点",
        "开放时段 周三下午",
        "思想汇报 2月30日的会没有开，13月也没有",
        "发起主题党日 11月28日19:30 学习2.0版党章",
    ],
)
def test_what_can_be_is_none(reader: Reader, typed: str) -> None:
    said = reader.read(typed, now=NOW, private=True)
    assert said.command is not None and said.fault == ""


def test_a_faulty_piece_is_told_to_its_author(reader: Reader) -> None:
    said = reader.piece(Asked("dues.pay"), "13月的", now=NOW)
    assert said is not None and said.fault == NO_SUCH_MONTH and not said.values
