"""Months, quarters and stretches of months: 11月, 9到11月, 10、11月, 三季度, 上半年, 到明年6月."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.understanding.found import Context, Found
from bot.understanding.numerals import integer
from bot.understanding.values import Month, Months, Period, RecentMonths

OPEN_START = "没有说从几月起"
OPEN_END = "没有说到几月为止"
_AHEAD = 6  # a month further ahead than this was last year's, where no year is named

_NUMERAL = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_YEAR = r"(?:(?P<year>今|本|明|去|前|后|20\d\d|\d\d)年度?的?)?"
_MONTH_OR_DAY = re.compile(_YEAR + rf" ?(?P<month>{_NUMERAL})(?P<mark> ?月(?:份|底|末|初|中旬)?)?")
_MONTH = re.compile(_MONTH_OR_DAY.pattern + r"(?! ?\d{1,2}[日号])")
_ISO = re.compile(
    r"(?P<year>20\d\d)(?:[-./年]?(?P<month>1[0-2]|0[1-9])|[-./年](?P<short>[1-9]))"
    r"(?:月(?:份|底|末)?(?! ?\d{1,2}[日号])|(?![\d月]|[-./]\d{1,2}(?!\d)))"
)
_DAY_AFTER = re.compile(r"[-./]?\d{1,2}[日号]?(?![\d年月])")
_RELATIVE = re.compile(r"(上上|上|下下|下|这|本|当)(?:一)?个?月(?:份|底|末)?(?! ?\d{1,2}[日号])")
_RELATIVE_OFFSETS = {"上上": -2, "上": -1, "下下": 2, "下": 1, "这": 0, "本": 0, "当": 0}
_QUARTER = re.compile(
    _YEAR
    + r"(?:第?(?P<number>[一二三四1-4])个?季度?|q(?P<q>[1-4])(?![\da-z])"
    + r"|(?P<which>上一?个?|下一?个?|这个?|本|当)季度?)(?!节)"
)
_HALF = re.compile(_YEAR + r"(?P<which>上|下)半年")
_WHOLE = re.compile(r"(?P<year>今|本|明|去|20\d\d)?年?(?:全年|整年|一整年|一年|年度)")
_YEAR_ALONE = re.compile(r"(?P<year>今|本|去|前|20\d\d)年(?!\d)")
_LAST_MONTHS = re.compile(rf"(?:最近|近|这|过去|前|上)(?P<count>{_NUMERAL}|两)个月")
_NEXT_MONTHS = re.compile(rf"(?:未来|今后|接下来|往后|后|下)?(?P<count>{_NUMERAL}|两|半)(?P<unit>个月|年)(?!前)")
_SEPARATOR = re.compile(r"[ \n]*(?:、|,|和|与|及|跟|还有|以及|外加|加上|/)?[ \n]*")
_ELLIPTICAL = re.compile(
    rf"{_NUMERAL} +{_NUMERAL} *[两二]个月"
    rf"|{_NUMERAL}(?: *(?:、|,|和|与|及|跟|/|到|至|-+|~|—+|–) *{_NUMERAL})* *(?:[两二三四五六]个)?月"
)
_COUNT_BEHIND = re.compile("(?P<count>[两二三四五六])个月")  # 7、8、9三个月
_YEAR_END = re.compile("(?:(?P<year>[今明后])年{0,2}|年)[底末]")
_TO = re.compile(r" *(?:一直)?(?:[交缴补](?=[到至]))?(?:到|至|-+|~|—+|–) *")
_FROM = re.compile(r"(?:从|自) *")
_UNTIL = re.compile(r" *(?:结束|为止|截止|到期|止)")
_SINCE = re.compile(
    r" *(?:起|开始|以来|之后|以后"
    r"|(?:就|才)?(?:要|想|会|准备|打算)?(?:开始|换[去到]|[去调转搬]|入职|报到|到岗|上班|过去))"
)


@dataclass(frozen=True, slots=True)
class _Point:
    """A month, or a block of them such as a quarter; `year` is whether a year was said or is certain."""

    end: int
    months: tuple[Month, ...]
    dated: bool
    bare: bool = False  # a numeral without 月, which needs a month beside it
    quarter: bool = False
    start: int = 0  # where the numeral stands


Resolve = Callable[[int, Context], Month]


def near(month: int, context: Context) -> Month:
    """This year's, unless that lies more than six months ahead: then last year's."""
    if context.ahead:
        return _from(month, context.month)
    this_year = Month(context.month.year, month)
    return this_year if this_year - context.month <= _AHEAD else this_year + -12


def recent(month: int, context: Context) -> Month:
    """The latest that has begun."""
    this_year = Month(context.month.year, month)
    return this_year if this_year <= context.month else this_year + -12


def _from(month: int, first: Month) -> Month:
    """The first such month at or after `first`."""
    found = Month(first.year, month)
    return found if found >= first else found + 12


def _year(word: str, context: Context) -> int:
    offsets = {"今": 0, "本": 0, "明": 1, "去": -1, "前": -2, "后": 2}
    if word in offsets:
        return context.month.year + offsets[word]
    return int(word) if len(word) == 4 else 2000 + int(word)


def _run(first: Month, last: Month) -> tuple[Month, ...]:
    return tuple(first + offset for offset in range(min(last - first + 1, 120)))


def _point(
    text: str, at: int, context: Context, resolve: Resolve, year: int | None = None, *, days: bool = False
) -> _Point | None:
    """One month or block at `at`; `year` is the year said for the one before; with `days` a day may follow."""
    if at >= len(text) or (at and text[at - 1].isdigit() and text[at].isdigit()):
        return None
    for reader in (_iso, _relative, _quarter, _half):
        point = reader(text, at, context, resolve)
        if point is not None:
            return point
    match = (_MONTH_OR_DAY if days else _MONTH).match(text, at)
    number = integer(match["month"]) if match else None
    if match is None or number is None or not 1 <= number <= 12:
        return None
    if match["year"]:
        year = _year(match["year"], context)
    month = resolve(number, context) if year is None else Month(year, number)
    return _Point(match.end(), (month,), year is not None, bare=match["mark"] is None, start=match.start("month"))


def _iso(text: str, at: int, context: Context, resolve: Resolve) -> _Point | None:
    match = _ISO.match(text, at)
    if match is None or (at and text[at - 1].isdigit()):
        return None
    return _Point(match.end(), (Month(int(match["year"]), int(match["month"] or match["short"])),), dated=True)


def _last_point(
    text: str, at: int, context: Context, resolve: Resolve, year: int | None = None, *, days: bool = False
) -> _Point | None:
    """The end of a range, where 年底 is December too."""
    if match := _YEAR_END.match(text, at):
        return _Point(match.end(), (Month(_year(match["year"] or "今", context), 12),), dated=True)
    return _point(text, at, context, resolve, year, days=days)


def _relative(text: str, at: int, context: Context, resolve: Resolve) -> _Point | None:
    match = _RELATIVE.match(text, at)
    return None if match is None else _Point(match.end(), (context.month + _RELATIVE_OFFSETS[match[1]],), dated=True)


def _quarter(text: str, at: int, context: Context, resolve: Resolve) -> _Point | None:
    match = _QUARTER.match(text, at)
    if match is None:
        return None
    now = context.month
    if match["which"]:
        offset = {"上": -3, "下": 3}.get(match["which"][0], 0)
        first = Month(now.year, (now.month - 1) // 3 * 3 + 1) + offset
    else:
        number = (integer(match["number"] or match["q"]) or 1) * 3 - 2
        first = Month(_year(match["year"], context), number) if match["year"] else resolve(number, context)
    return _Point(match.end(), _run(first, first + 2), dated=True, quarter=True)


def _half(text: str, at: int, context: Context, resolve: Resolve) -> _Point | None:
    match = _HALF.match(text, at)
    if match is None:
        return None
    year = _year(match["year"], context) if match["year"] else context.month.year
    first = Month(year, 1 if match["which"] == "上" else 7)
    return _Point(match.end(), _run(first, first + 5), dated=True)


def _counted(text: str, at: int, context: Context) -> Found | None:
    """近三个月, 未来半年, 今年全年."""
    last = _LAST_MONTHS.match(text, at)
    if last is not None:
        count = integer(last["count"]) or 1
        end = context.month if last[0][0] in "最近这" else context.month + -1
        return Found(last.end(), _run(end + (1 - count), end))
    whole = _WHOLE.match(text, at)
    if whole is not None and (whole["year"] or not context.ahead):
        year = _year(whole["year"] or "今", context)
        return Found(whole.end(), _run(Month(year, 1), Month(year, 12)), "" if whole["year"] else OPEN_START)
    ahead = _NEXT_MONTHS.match(text, at)
    if ahead is None:
        return None
    count = _months_in(ahead)
    if context.ahead or ahead[0][0] in "未今接往":
        return Found(ahead.end(), _run(context.month + 1, context.month + count))
    return Found(ahead.end(), _run(context.month + (1 - count), context.month), OPEN_START)


def _months_in(match: re.Match[str]) -> int:
    if match["count"] == "半":
        return 6
    return (integer(match["count"]) or 1) * (12 if match["unit"] == "年" else 1)


def read_months(text: str, at: int, context: Context, resolve: Resolve = near) -> Found | None:
    """Months named singly, as a list, a range, a quarter, a half-year or up to one; value is `Months`."""
    found = _read(text, at, context, resolve)
    if found is None:
        return None
    months = found.value
    assert isinstance(months, tuple)
    return Found(found.end, Months(sorted(set(months))), found.doubt)


def read_recent_months(text: str, at: int, context: Context) -> Found | None:
    """The same for a query, where a month without a year is the most recent one; 2025年 is the whole of it so far."""
    found = read_months(text, at, context, recent)
    if found is None and (alone := _YEAR_ALONE.match(text, at)):
        year = _year(alone["year"], context)
        last = min(Month(year, 12), context.month) if year <= context.month.year else Month(year, 12)
        found = Found(alone.end(), Months(_run(Month(year, 1), last)))
    return found and Found(found.end, RecentMonths(found.value), found.doubt)  # type: ignore[arg-type]


def _read(text: str, at: int, context: Context, resolve: Resolve) -> Found | None:
    start = _FROM.match(text, at)
    at = start.end() if start else at
    to = _TO.match(text, at)
    if to is not None and start is None:
        return _up_to(text, to.end(), context, resolve)
    counted = None if _HALF.match(text, at) else _counted(text, at, context)
    if counted is not None:
        return counted
    first = _point(text, at, context, resolve)
    if first is None or (first.bare and not _continues(text, first)):
        return None
    return _sequence(text, first, context, resolve)


def _up_to(text: str, at: int, context: Context, resolve: Resolve) -> Found | None:
    """到明年6月: from the month after this one where it is paid in advance."""
    last = _last_point(text, at, context, resolve)
    if last is None or last.bare:
        return None
    if context.ahead and last.months[-1] > context.month:
        return Found(last.end, _run(context.month + 1, last.months[-1]))
    return Found(last.end, last.months, OPEN_START)


def _sequence(text: str, first: _Point, context: Context, resolve: Resolve) -> Found | None:
    """A list or range that begins with `first`."""
    months, previous, end = list(first.months), first, first.end
    while True:
        to = _TO.match(text, end)
        separator = to or _SEPARATOR.match(text, end)
        assert separator is not None
        year = previous.months[-1].year if previous.dated else None
        read_end = _last_point if to is not None else _point
        following = read_end(text, separator.end(), context, resolve, year)
        if following is None or (following.bare and not _continues(text, following)):
            break
        if previous.bare and following.bare and to is None and separator.end() == end:
            break
        if to is not None:
            first_month, last_month = _ordered(previous.months[0], following, previous.dated)
            months += _run(first_month, last_month)
            if first_month != previous.months[0]:
                months.remove(previous.months[0])
            following = _Point(following.end, (last_month,), following.dated)
        else:
            following = _Point(following.end, _after(months[-1], following, context), following.dated, following.bare)
            months += following.months
        previous, end = following, following.end
    if not previous.bare:
        return Found(end, tuple(months))
    counted = _COUNT_BEHIND.match(text, end)
    return Found(counted.end(), tuple(months)) if counted and integer(counted["count"]) == len(months) else None


def _continues(text: str, bare: _Point) -> bool:
    """Whether a 月 follows that this numeral shares."""
    return _ELLIPTICAL.match(text, bare.start) is not None


def _ordered(first: Month, last: _Point, first_dated: bool) -> tuple[Month, Month]:
    """The ends of a range: 11月到1月 goes over the new year."""
    end = last.months[-1]
    if end >= first:
        return first, end
    if last.dated and not first_dated:
        return _from(first.month, end + -11), end
    return first, _from(end.month, first)


def _after(previous: Month, point: _Point, context: Context) -> tuple[Month, ...]:
    """12月和1月 goes over the new year; 11月和10月 does not."""
    month = point.months[0]
    wraps = len(point.months) == 1 and previous.month - month.month >= 6 and month < previous
    return (_from(month.month, previous),) if wraps else point.months


def read_period(text: str, at: int, context: Context) -> Found | None:
    """A month or a quarter; value is `Period`."""
    point = _point(text, at, context, recent)
    if point is None or point.bare:
        return None
    first = point.months[0]
    if point.quarter:
        return Found(point.end, Period(f"{first.year}-Q{(first.month + 2) // 3}"))
    return Found(point.end, Period(first)) if len(point.months) == 1 else None


def read_month(text: str, at: int, context: Context) -> Found | None:
    """One month, 年底 too; value is `Month`."""
    point = _last_point(text, at, context, near)
    if point is None or point.bare or len(point.months) != 1:
        return None
    return Found(point.end, point.months[0])


def read_stretch(text: str, at: int, context: Context) -> Found | None:
    """The ends of a stretch of months as ``(first, last)``; one of them None where it is not said."""
    start = _FROM.match(text, at)
    to = None if start else _TO.match(text, at)
    read_first = _last_point if to is not None else _point
    point = read_first(text, (start or to).end() if start or to else at, context, near, days=True)  # type: ignore[union-attr]
    if point is None or len(point.months) != 1:
        return None
    end = _past_day(text, point)
    if to is not None:
        month = point.months[0] if point.dated else _from(point.months[0].month, context.month)
        return None if point.bare else Found(end, (None, month))
    until = _TO.match(text, end)
    last = (
        _last_point(text, until.end(), context, near, point.months[0].year if point.dated else None, days=True)
        if until
        else None
    )
    if last is not None and len(last.months) == 1 and not last.bare:
        return Found(_past_day(text, last), _ordered(point.months[0], last, point.dated))
    if point.bare:
        return None
    since = _SINCE.match(text, end)
    if since is not None or start is not None:
        return Found(since.end() if since else end, (point.months[0], None))
    if until := _UNTIL.match(text, end):
        return Found(until.end(), (None, point.months[0]))
    return Found(end, (None, point.months[0]), OPEN_START)


def _past_day(text: str, point: _Point) -> int:
    """A day of the month behind it is not kept."""
    match = _DAY_AFTER.match(text, point.end)
    return match.end() if match else point.end
