"""Days, hours and spans of time: 下周三下午3点, 11.28 19:30, 明晚8点, 周四14-16点, 周五上午."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.understanding.found import Context, Found
from bot.understanding.numerals import INTEGER, integer
from bot.understanding.values import SHANGHAI, Month

DATE_PAST = "这一天已经过去了"
TIME_PAST = "这个时间已经过去了"
NO_HOUR = "没有说几点"
NO_END = "没有说到几点为止"
UNLIKE_WEEKDAY = "日期和星期对不上"
DOTTED = "“12.1 3点”这样的时间容易读错"
_RECENT = timedelta(days=60)  # a date without a year that lies further back means next year's


@dataclass(frozen=True, slots=True)
class Day:
    """A named day. `weekday_only` may move on a week once the hour is known; `dotted` is a date like 12.1."""

    end: int
    day: date
    doubt: str = ""
    weekday_only: bool = False
    dotted: bool = False
    bare: bool = False  # 3号 alone, which is a day only where an hour follows or nothing else can be meant
    weekend: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour as said; `part` is the part of the day named before it."""

    end: int
    hour: int
    minute: int
    part: str = ""
    colon: bool = False
    padded: bool = False  # 03:00: written by the 24-hour clock

    def resolved(self, part: str = "") -> tuple[int, int]:
        """Hour (24 and above: after midnight) and minute by the 24-hour clock."""
        return _full_hour(self.hour, self.part or part, self.padded), self.minute


_GAP = r"[ ,、]*"
_PART = r"(?P<part>凌晨|清晨|早上|早晨|上午|中午|正午|午间|下午|午后|傍晚|晚上|晚间|夜里|夜晚|早|晚|夜|am|pm)"
_MORNING = frozenset({"凌晨", "清晨", "早上", "早晨", "上午", "早", "am"})
_NOON = frozenset({"中午", "正午", "午间"})
_NIGHT = frozenset({"晚上", "晚间", "夜里", "夜晚", "晚", "夜", "傍晚"})
_HALF_DAYS = (
    (_NOON, time(11), time(14)),
    (_MORNING, time(8), time(12)),
    (_NIGHT, time(18), time(22)),
    (frozenset({"下午", "午后", "pm"}), time(12), time(18)),
)
_CLOCK = re.compile(
    rf"(?:{_PART} *)?(?:(?P<h24>\d{{1,2}}) ?: ?(?P<m24>\d{{2}})(?::\d\d)?(?!\d)"
    rf"|(?P<hour>{INTEGER})(?:点钟?|时)(?!候|间|段)(?:(?P<half>半)|(?P<quarter>[一三13])刻|整|(?P<minute>{INTEGER})分"
    rf"|(?P<bare>[0-5]\d|[二三四五]?十[一二三四五六七八九]?)(?![\d人名个月号日天]))?)"
)
_HOUR_BEFORE = re.compile(rf"(?:{_PART} *)?(?P<hour>{INTEGER})(?:点钟?|时)?(?P<half>半)? *(?=到|至|-|~|—|–)")
_AFTER_OR_BEFORE = re.compile("钟?(?:(?P<after>以后|之后|往后|过后)|以前|之前)")
_TO = re.compile(r" *(?:到|至|-+|~|—+|–) *")
_HALF_DAY = re.compile(_PART + r"(?!好|安)")

_RELATIVE = re.compile(r"(大前|前|昨|今|明|大后|后)(?:天|日(?!期)|儿|(?=[早晚晨夜]))(?!气)")
_OFFSETS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
_IN_DAYS = re.compile(rf"(?:过)?({INTEGER})(天|个?周|个?星期|个?礼拜)(?:以?后|之后)")
_WEEKDAY = re.compile(
    r"(?P<which>(?:下|上)+个?|这个?|本)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末]|[1-7](?![\d:.点]))(?!岁|年|刊|报|记)"
)
_FULL_DATE = re.compile(
    rf"(?:(?P<year>\d{{4}}|\d\d|今|明|去|后)年)? ?(?P<month>{INTEGER})月 ?(?P<day>{INTEGER})"
    r"(?:日|号(?!线|楼)|(?![\d点时个人.:]|[-~到至]\d{1,2}月))"
)
_NUMERIC_DATE = re.compile(
    r"(?:(?P<year>20\d\d)[-./](?=\d{1,2}[-./]))?(?P<month>\d{1,2})(?P<mark>[-./])(?P<day>\d{1,2})"
    r"(?:日|号|(?![\d:.]|[点时月年%元块毛角号课折个人分]))"
)
_MONTH_RELATIVE = re.compile(rf"(?P<which>这个?|本|当|下个?)月(?P<day>{INTEGER})[号日]")
_BARE = re.compile(rf"({INTEGER})[号日](?![线楼店院门])")
_NAMED_WEEKDAY = re.compile(r" ?\(? ?(?:周|星期|礼拜)([一二三四五六日天])\)?")
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 5}
_WEEK = re.compile(r"(这个?|本|下个?)(?:周|星期|礼拜)(?![一二三四五六日天末\d])")


def read_day(text: str, at: int, context: Context) -> Day | None:
    """The day named at `at`."""
    if text[at] not in _DAY_STARTS or _within_digits(text, at):
        return None
    for reader in (_relative_day, _weekday, _written_date, _numeric_date, _day_of_month, _bare_day, _days_ahead):
        day = reader(text, at, context)
        if day is not None:
            return day
    return None


_DAY_STARTS = frozenset("大前昨今明后下上这本周星礼当过去零〇一二两三四五六七八九十0123456789")


def _relative_day(text: str, at: int, context: Context) -> Day | None:
    match = _RELATIVE.match(text, at)
    if match is None:
        return None
    return Day(match.end(), context.now.date() + timedelta(days=_OFFSETS[match[1]]))


def _days_ahead(text: str, at: int, context: Context) -> Day | None:
    match = _IN_DAYS.match(text, at)
    count = integer(match[1]) if match else None
    if match is None or count is None:
        return None
    return Day(match.end(), context.now.date() + timedelta(days=count if match[2] == "天" else 7 * count))


def _weekday(text: str, at: int, context: Context) -> Day | None:
    match = _WEEKDAY.match(text, at)
    if match is None:
        return None
    name, which = match["day"], match["which"] or ""
    weekday = int(name) - 1 if name.isdigit() else _WEEKDAYS[name]
    today = context.now.date()
    monday = today - timedelta(days=today.weekday())
    weekend = name == "末"
    if which:
        weeks = which.count("下") - which.count("上")
        day = monday + timedelta(days=7 * weeks + weekday)
        return Day(match.end(), day, DATE_PAST if day < today else "", weekend=weekend)
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    if weekend and today.weekday() == 6:
        day = today
    return Day(match.end(), day, weekday_only=True, weekend=weekend)


def _written_date(text: str, at: int, context: Context) -> Day | None:
    match = _FULL_DATE.match(text, at)
    if match is None:
        return None
    month, day = integer(match["month"]), integer(match["day"])
    return _dated(text, match.end(), match["year"], month, day, context)


def _numeric_date(text: str, at: int, context: Context) -> Day | None:
    match = _NUMERIC_DATE.match(text, at)
    if match is None or (at and (text[at - 1].isdigit() or text[at - 1] in ".-")):
        return None
    dotted = match["mark"] == "." and match["year"] is None
    return _dated(text, match.end(), match["year"], int(match["month"]), int(match["day"]), context, dotted)


def _dated(
    text: str, end: int, year: str | None, month: int | None, day: int | None, context: Context, dotted: bool = False
) -> Day | None:
    if month is None or day is None:
        return None
    today = context.now.date()
    first = _year(year, today) if year else today.year
    found = _date(first, month, day)
    if not year and (found is None or found < today - _RECENT):
        found = _date(first + 1, month, day)
    if found is None:
        return None
    doubt = DATE_PAST if found < today else ""
    named = _NAMED_WEEKDAY.match(text, end)
    if named is not None:
        end = named.end()
        if _WEEKDAYS[named[1]] != found.weekday():
            doubt = UNLIKE_WEEKDAY
    return Day(end, found, doubt, dotted=dotted)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(word: str, today: date) -> int:
    named = {"今": 0, "明": 1, "去": -1, "后": 2}
    if word in named:
        return today.year + named[word]
    return int(word) if len(word) == 4 else 2000 + int(word)


def _day_of_month(text: str, at: int, context: Context) -> Day | None:
    match = _MONTH_RELATIVE.match(text, at)
    number = integer(match["day"]) if match else None
    if match is None or number is None:
        return None
    month = Month.of(context.now) + (1 if match["which"].startswith("下") else 0)
    return _of_month(match.end(), month, number, context, bare=False)


def _bare_day(text: str, at: int, context: Context) -> Day | None:
    match = _BARE.match(text, at)
    number = integer(match[1]) if match else None
    if match is None or number is None or (at and text[at - 1] == "第"):
        return None
    today = context.now.date()
    month = Month.of(today) + (1 if number < today.day else 0)
    return _of_month(match.end(), month, number, context, bare=True)


def _of_month(end: int, month: Month, number: int, context: Context, *, bare: bool) -> Day | None:
    try:
        day = date(month.year, month.month, number)
    except ValueError:
        return None
    return Day(end, day, DATE_PAST if day < context.now.date() else "", bare=bare)


def read_clock(text: str, at: int) -> Clock | None:
    """The hour at `at`, with 点, 时 or a colon."""
    clock = _read_clock(text, at)
    return clock if clock is not None and clock.hour <= 24 and clock.minute < 60 else None


def _within_digits(text: str, at: int) -> bool:
    return at > 0 and text[at - 1].isdigit() and text[at : at + 1].isdigit()


def _read_clock(text: str, at: int) -> Clock | None:
    """What is written like an hour, though the day may have none such."""
    match = None if _within_digits(text, at) else _CLOCK.match(text, at)
    if match is None:
        return None
    part = match["part"] or ""
    if match["h24"] is not None:
        hour, minute = int(match["h24"]), int(match["m24"])
        return Clock(match.end(), hour, minute, part, colon=True, padded=match["h24"].startswith("0"))
    said = integer(match["hour"])
    return None if said is None else Clock(match.end(), said, _minutes(match), part)


def _minutes(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["quarter"]:
        return 15 if match["quarter"] in "一1" else 45
    return integer(match["minute"] or match["bare"] or "0") or 0


def _full_hour(hour: int, part: str, padded: bool) -> int:
    if part in _MORNING:
        return 0 if hour == 12 and part == "凌晨" else hour
    if part in _NOON:
        return hour + 12 if hour <= 3 else hour
    if part in _NIGHT:
        if hour == 12 or (hour < 4 and part != "傍晚"):
            return 24 + hour % 12
        return hour + 12 if hour < 12 else hour
    if part:
        return hour + 12 if hour < 12 else hour
    return hour + 12 if 1 <= hour <= 6 and not padded else hour


def moment_of(day: date, hour: int, minute: int) -> datetime:
    """An aware moment; hours from 24 on are after midnight."""
    return datetime.combine(day, time(), SHANGHAI) + timedelta(hours=hour, minutes=minute)


_AFTER_DAY = re.compile(r"[ ,、]*(?:的|那天|当天)?[ ,、]*(?:在)?")


def first_time(text: str, context: Context) -> date | None:
    """The first day that is named in `text`, today where it names but an hour; None where it names no time."""
    for at in range(len(text)):
        if (day := read_day(text, at, context)) is not None:
            return day.day
        if read_clock(text, at) is not None:
            return context.day or context.now.date()
    return None


def read_moment(text: str, at: int, context: Context) -> Found | None:
    """A day with an hour, in either order, or an hour alone: of the day spoken of, else of today, else of tomorrow."""
    day = read_day(text, at, context)
    if day is not None:
        clock = read_clock(text, _AFTER_DAY.match(text, day.end).end())  # type: ignore[union-attr]
        return None if clock is None else _joined(day, clock, context, clock.end)
    clock = read_clock(text, at)
    if clock is None:
        return None
    after = _AFTER_DAY.match(text, clock.end).end()  # type: ignore[union-attr]
    day = read_day(text, after, context) if after < len(text) and clock.colon is False else None
    if day is not None and not day.bare:
        return _joined(day, clock, context, day.end)
    return _today(clock, context)


def _joined(day: Day, clock: Clock, context: Context, end: int) -> Found:
    hour, minute = clock.resolved()
    moment = moment_of(day.day, hour, minute)
    if day.weekday_only and moment < context.now:
        moment += timedelta(days=7)
    doubt = day.doubt
    if not doubt and moment < context.now:
        doubt = TIME_PAST
    if not doubt and day.dotted and not clock.colon and not clock.part and hour != 0 and clock.hour <= 12:
        doubt = DOTTED
    return Found(end, moment, doubt)


def _today(clock: Clock, context: Context) -> Found:
    moment = moment_of(context.today, *clock.resolved())
    if moment < context.now:
        later = timedelta(days=0 if context.day else 1)
        return Found(clock.end, moment + later, TIME_PAST)
    return Found(clock.end, moment)


def read_date(text: str, at: int, context: Context) -> Found | None:
    """A day without an hour."""
    day = read_day(text, at, context)
    if day is None:
        return None
    half = _HALF_DAY.match(text, _AFTER_DAY.match(text, day.end).end())  # type: ignore[union-attr]
    return Found(half.end() if half else day.end, day.day, day.doubt)


def read_hourless(text: str, at: int, context: Context) -> Found | None:
    """A day, or part of one, where a moment was wanted: read so that it is not taken for something else."""
    day = read_day(text, at, context)
    if day is None or (day.bare and not says_part_of(text, day)):
        return None
    end = day.end
    half = _HALF_DAY.match(text, _AFTER_DAY.match(text, end).end())  # type: ignore[union-attr]
    return Found(half.end() if half else end, None, NO_HOUR, day.day)


def says_part_of(text: str, day: Day) -> bool:
    """Whether a part of the day is named behind it, so that 5号 is no number of something listed: 5号晚上."""
    return _HALF_DAY.match(text, _AFTER_DAY.match(text, day.end).end()) is not None  # type: ignore[union-attr]


def read_span(text: str, at: int, context: Context) -> Found | None:
    """A stretch of hours, a half-day, a day or a week: ``(first, last)``; last is None where only a moment is said."""
    week = _WEEK.match(text, at)
    if week is not None:
        return _week_span(week, context)
    day = read_day(text, at, context)
    after = at if day is None else _AFTER_DAY.match(text, day.end).end()  # type: ignore[union-attr]
    hours = _read_hours(text, after)
    if hours is not None:
        return _span_of_hours(day, *hours, context)
    moment = read_moment(text, at, context)
    if moment is not None:
        return _open_span(text, moment) or Found(moment.end, (moment.value, None), moment.doubt)
    half = _HALF_DAY.match(text, after) if after < len(text) else None
    if half is not None:
        return _half_day(day, half, context)
    if day is None or day.bare:
        return None
    last = day.day + timedelta(days=1 if day.weekend else 0)
    return Found(day.end, (moment_of(day.day, 8, 0), moment_of(last, 22, 0)), day.doubt)


def _open_span(text: str, moment: Found) -> Found | None:
    """3点以后 goes to the evening, 3点以前 begins in the morning."""
    match = _AFTER_OR_BEFORE.match(text, moment.end)
    if match is None or not isinstance(moment.value, datetime):
        return None
    day = moment.value.date()
    ends = (moment.value, moment_of(day, 22, 0)) if match["after"] else (moment_of(day, 8, 0), moment.value)
    return Found(match.end(), ends, moment.doubt or NO_END) if ends[0] < ends[1] else None


def _week_span(week: re.Match[str], context: Context) -> Found:
    today = context.now.date()
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 if week[1].startswith("下") else 0)
    return Found(week.end(), (moment_of(monday, 8, 0), moment_of(monday + timedelta(days=6), 22, 0)))


def _read_hours(text: str, at: int) -> tuple[Clock, Clock] | None:
    """14-16点, 下午2点到5点, 9:00-11:30."""
    first = _first_hour(text, at)
    if first is None:
        return None
    to = _TO.match(text, first.end)
    last = read_clock(text, to.end()) if to else None
    return None if last is None else (first, last)


def _first_hour(text: str, at: int) -> Clock | None:
    clock = read_clock(text, at)
    if clock is not None:
        return clock
    match = _HOUR_BEFORE.match(text, at)
    hour = integer(match["hour"]) if match else None
    if match is None or hour is None or hour > 24:
        return None
    return Clock(match.end(), hour, 30 if match["half"] else 0, match["part"] or "")


def _span_of_hours(day: Day | None, first: Clock, last: Clock, context: Context) -> Found:
    named = context.today if day is None else day.day
    start_hour, start_minute = first.resolved("" if first.part else _part_before(first, last))
    end_hour, end_minute = last.resolved(first.part)
    if (end_hour, end_minute) <= (start_hour, start_minute) and end_hour < 12:
        end_hour += 12
    start, end = moment_of(named, start_hour, start_minute), moment_of(named, end_hour, end_minute)
    week = timedelta(days=7 if day is not None and day.weekday_only and start < context.now else 0)
    doubt = day.doubt if day is not None else ""
    if end <= start:
        doubt = "结束的时间不在开始之后"
    elif not doubt and start + week < context.now:
        doubt = TIME_PAST
    return Found(last.end, (start + week, end + week), doubt)


def _part_before(first: Clock, last: Clock) -> str:
    """9到11点晚上 is not said; 3到晚上8点 keeps its afternoon."""
    return last.part if last.part in _MORNING and first.hour <= last.hour else ""


def _half_day(day: Day | None, half: re.Match[str], context: Context) -> Found | None:
    if day is None and len(half[0]) < 2:
        return None
    named = context.today if day is None else day.day
    start, end = next((start, end) for parts, start, end in _HALF_DAYS if half["part"] in parts)
    first, last = datetime.combine(named, start, SHANGHAI), datetime.combine(named, end, SHANGHAI)
    doubt = day.doubt if day is not None else ""
    if last <= context.now:
        if day is not None and day.weekday_only:
            first, last = first + timedelta(days=7), last + timedelta(days=7)
        else:
            doubt = doubt or TIME_PAST
    return Found(half.end(), (first, last), doubt)


_HOURS_BEHIND = re.compile(
    r"(?:[ ,、]*(?:的|那天|当天)? *在? *(?:\(?(?:周|星期|礼拜)[一二三四五六日天]\)?|到|至|-|~|—|–|"
    + "|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for pattern in (_CLOCK, _HOUR_BEFORE, _HALF_DAY))
    + "))*+"  # never gone back into: many a clock could be read in several ways
)
_MOST_DAYS = 99  # a longer number behind 月 is no day
_LAST_DAYS = 39  # nor is one above this that nothing calls a day


def past_hours(text: str, at: int) -> int:
    """Where the hours end that are said behind a day or an hour."""
    match = _HOURS_BEHIND.match(text, at)
    return match.end() if match else at


def bad_day(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A date that no calendar has: where it ends, and how it is said."""
    if text[at] not in _DAY_STARTS or read_day(text, at, context) is not None:
        return None
    for pattern in (_FULL_DATE, _NUMERIC_DATE, _MONTH_RELATIVE, _BARE):
        match = pattern.match(text, at)
        if match is not None and _means_a_day(pattern, match, text):
            return match.end(), _day_said(match)
    return None


def _means_a_day(pattern: re.Pattern[str], match: re.Match[str], text: str) -> bool:
    """Whether nothing but a date can be meant; 35号 and 2.30 are one only where an hour follows."""
    numbers = [integer(match[group]) for group in ("month", "day") if group in pattern.groupindex]
    if any(number is None or number > _MOST_DAYS for number in numbers):
        return False
    if pattern is _MONTH_RELATIVE:
        return True
    if pattern is _FULL_DATE:
        return match[0][-1] in "日号" or (numbers[-1] or 0) <= _LAST_DAYS
    dated = pattern is _NUMERIC_DATE and match["year"] is not None
    after = _AFTER_DAY.match(text, match.end())
    return dated or (after is not None and _read_clock(text, after.end()) is not None)


def _day_said(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if "month" in groups:
        return f"{integer(groups['month'])}月{integer(groups['day'])}日"
    if "which" in groups:
        return f"{groups['which']}月{integer(groups['day'])}日"
    return f"这样的日子：{match[0].strip()}"


def bad_clock(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """An hour that no day has, behind a day, or at the end of a span: where it ends, and how it is said."""
    day = read_day(text, at, context)
    begin = at if day is None else _AFTER_DAY.match(text, day.end).end()  # type: ignore[union-attr]
    first = _first_hour(text, begin)
    to = _TO.match(text, first.end) if first else None
    clock = _read_clock(text, to.end() if to else begin)
    if clock is None or clock.hour > _MOST_DAYS or (clock.hour <= 24 and clock.minute < 60):
        return None
    said = f"{clock.hour}:{clock.minute:02d}" if clock.colon or clock.minute else f"{clock.hour}点"
    return clock.end, said


def names_whole_days(text: str, at: int, found: Found, context: Context) -> bool:
    """Whether the span says days only, or a week, and no hours."""
    day = read_day(text, at, context)
    return _WEEK.match(text, at) is not None or (day is not None and day.end == found.end)


Reader = Callable[[str, int, Context], Found | None]
