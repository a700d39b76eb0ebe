"""A message as long as WeChat lets through: nobody's typing may hold up everybody's answers.

A time is asserted because steps are not counted anywhere; what was quadratic took 34 seconds for 16,000 digits.
"""

from __future__ import annotations

import time

import pytest

from bot.understanding import Reader
from tests.understanding.samples import NOW

LENGTH = 20_000
SECONDS = 3  # far above what is needed (0.2 on two slow cores), far below what it once took
REPEATED = (
    *("1", "交党费", "张(三", "张三", ".", "1月2月3月4月", "1、", "9到11月", "11.28 19:30 ", " ", "\n", "😀", "@鸿雁"),
    *("@", "a.", "a-", "第", "周四14-16点", "到", "0.2", "书记好", "不是11月", "苏州", "每月", "《", "、"),
    *("https://a.cn/", "「", "20230101 ", "匿名 ", "替张三", "交思想汇报", "jiaodangfei", "叫挡费", "2月30日", "-"),
    *("哈", "嗯", "刚", "刚刚", "——", "好的"),
)
BEGINNINGS = ("", "交党费 ", "@鸿雁 交党费", "开放时段 ", "发起主题党日 ", "思想汇报 ", "党费标准 ", "约谈心 ")


@pytest.mark.parametrize("repeated", REPEATED)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_no_message_takes_long(reader: Reader, beginning: str, repeated: str) -> None:
    text = (beginning + repeated * LENGTH)[:LENGTH]
    for private in (True, False):
        start = time.thread_time()
        reader.read(text, now=NOW, private=private, people=("张三", "王磊"))
        assert time.thread_time() - start < SECONDS


def test_a_long_text_is_never_a_payment(reader: Reader) -> None:
    assert reader.read("交党费 11月 0.2 " + "好" * 1000, now=NOW, private=False).command is None
    assert reader.read("交党费 11月 0.2 " + "学" * 1000, now=NOW, private=True).command == "unknown"


def test_a_long_text_is_kept_to_its_end(reader: Reader) -> None:
    body = "这一周在车间轮岗，学会了很多。" * 100 + "以上，请批评指正"
    for private in (True, False):
        said = reader.read(f"@鸿雁 思想汇报：{body}", now=NOW, private=private)
        assert (said.command, said.values) == ("report.submit", {"text": body})


def test_a_city_said_over_and_over_is_one_city(reader: Reader) -> None:
    for private in (True, False):
        said = reader.read("报到 厦门厦门厦门宏发公司", now=NOW, private=private)
        assert said.command is None or said.values.get("city", "厦门") == "厦门"
