"""What is shaped like a date, an hour, a month or an amount and is none: 2月30日, 25点, 13月, -5元, 0.001元.

It is told to its author. Its pieces are never read as something else: 30日 of 2月30日 is no day of this month.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.understanding.found import Context, Fault, Found
from bot.understanding.moments import bad_clock, bad_day, past_hours
from bot.understanding.numerals import integer
from bot.understanding.quantities import is_amount

NO_SUCH_DAY = "没有{day}，请看看日期"
NO_SUCH_MONTH = "没有这个月份，月份只有1到12月"
REVERSED = "后面的月份比前面的早，跨年的话请写明年份，例如：11月到明年9月"
NEGATIVE = "金额不能是负数"
TOO_FINE = "金额最小到分，最多两位小数"
NOTHING = "金额要大于0"
_WRAPS = 6  # months; a range without years that goes on longer over the new year is taken for a slip

_YEAR = r"(?:(?:20\d\d|\d\d|今|本|明|去|前|后)年度?的?)? ?"
_NUMERAL = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_TO = r" *(?:到|至|-+|~|—+|–) *"
_NO_MONTH = re.compile(
    rf"{_YEAR}(?:(?:{_NUMERAL} *+月? *+(?:、|,|和|与|及|跟|/|到|至|-++|~|—++|–) *+){{0,12}}(?<!\d)"
    r"(?:0{1,2}|1[3-9]|[2-9]\d|十[三四五六七八九]) *月(?!\d|[薪租饼票])"
    r"|20\d\d[-./](?:1[3-9]|[2-9]\d|00)(?!\d))"
)
_RANGE = re.compile(rf"{_YEAR}(?P<first>{_NUMERAL}) *(?:月份?)?{_TO}(?P<last>{_NUMERAL}) *月(?!\d)")
_FINE = re.compile(r"\d{1,9}\.\d{3,9}(?![\d.年月日])")
_MINUS = re.compile(r"[-−负] ?(?=[\d一二两三四五六七八九十])")
_UNITS = re.compile(r"[元块毛角分钱]{1,2}")

FaultFinder = Callable[[str, int, Context], Found | None]


def fault_of_time(text: str, at: int, context: Context) -> Found | None:
    """A day or an hour that does not exist, with the hours said beside it."""
    if _within_number(text, at):
        return None
    day = bad_day(text, at, context)
    if day is not None:
        return Found(past_hours(text, day[0]), Fault(NO_SUCH_DAY.format(day=day[1])))
    clock = bad_clock(text, at, context)
    if clock is not None:
        return Found(past_hours(text, clock[0]), Fault(f"没有{clock[1]}，请看看时间"))
    return None


def fault_of_months(text: str, at: int, context: Context) -> Found | None:
    """13月, 2月30日, and a range whose end lies before its beginning."""
    if _within_number(text, at):
        return None
    day = bad_day(text, at, context)
    if day is not None and text[day[0] - 1] in "日号":
        return Found(day[0], Fault(NO_SUCH_DAY.format(day=day[1])))
    if none := _NO_MONTH.match(text, at):
        return Found(none.end(), Fault(NO_SUCH_MONTH))
    if (span := _RANGE.match(text, at)) is None:
        return None
    first, last = integer(span["first"]), integer(span["last"])
    if first is None or last is None or not first > last or last + 12 - first <= _WRAPS:
        return None
    return Found(span.end(), Fault(REVERSED))


def fault_of_money(text: str, at: int, context: Context) -> Found | None:
    """An amount below nothing, of nothing, or finer than a fen."""
    if _within_number(text, at):
        return None
    minus = _MINUS.match(text, at)
    begin = minus.end() if minus else at
    if fine := _FINE.match(text, begin):
        unit = _UNITS.match(text, fine.end())
        return Found(unit.end() if unit else fine.end(), Fault(TOO_FINE))
    amount = is_amount(text, begin)
    if amount is None:
        return None
    if minus is not None or (text[at - 1 : at] in ("-", "−") and not text[at - 2 : at - 1].isdigit()):
        return Found(amount[0], Fault(NEGATIVE))
    if amount[1] == 0:
        return Found(amount[0], Fault(NOTHING))
    return Found(amount[0], Fault(TOO_FINE)) if amount[1].denominator != 1 else None


def _within_number(text: str, at: int) -> bool:
    """Whether a numeral goes on at `at` that began before."""
    return text[at].isdigit() and (
        text[at - 1 : at].isdigit() or (at > 1 and text[at - 1] == "." and text[at - 2].isdigit())
    )
