"""Which listed thing somebody means who calls it by its words: 养老院那个, 周日上午那个公益, 实习故事的会."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from bot.commands import Instead, Request
from bot.understanding.found import Context
from bot.understanding.moments import Day, read_clock, read_day, says_part_of
from bot.understanding.normal import Normal
from bot.understanding.values import SHANGHAI, Number
from bot.wording import GroupText, Public, in_brackets, in_group
from models import Activity, Lesson, Service, Wish, WishState
from models.activity import announced, may_take_part
from models.service import services_between

AHEAD = timedelta(days=366)
LESSONS = 50  # the newest, of which words can mean one

DATED = "{number}号{kind}（{start}）"
DATED_ABOUT = "{number}号{kind}（{start}），{about}"
WISHED = "{number}号心愿“{about}”"
TAUGHT = "{number}号【{section}】{about}"

_KINDS = {
    "service": "公益|志愿",
    "life": "主题党日|党日|党课|党员大会|支部大会|支委会|小组会|组织生活|评议",
    "wish": "心愿|许愿",
    "lesson": "微课|微党课",
}
_OF_FAMILY = {family: re.compile(words) for family, words in _KINDS.items()}
# What is said of any of them, and tells them apart from none.
_ANYTHING = re.compile(
    "那[个场次堂节块]儿?|这[个场次堂节]|[我咱你俺]们?|也|就|还是|还|给|帮忙|帮|报名|报上|报|参加|认领|想要|想|要|去|来着|来|算|加|"
    "一个|活动|时间|话题|什么时候|啥时候|几点|哪天|是不是|是不|的|了|吧|吗|么|呢|啊|呀|不|同意|批准|通过|撤掉|取消|有人|刚才|群里|说|"
    "上午|下午|晚上|早上|中午"
)
_HALVES = ((re.compile("上午|早上|早晨|一早"), range(12)), (re.compile("下午|午后"), range(12, 18)))
_EVENING = (re.compile("晚上|晚间|夜里|傍晚"), range(17, 24))
_DAYTIME = "上午|下午|中午|傍晚|[早晚][上间晨]|[今明后当每一二三四五六日天][早晚]|[早晚](?=[\\d一二两三四五六七八九十])"
_KIND_SAID, _TIME_SAID = 3, 3
_MANY = 2  # pairs of characters in common


class ByWords(Number):
    """The number of what was found by its words: what it is is asked about before anything is recorded of it."""

    __slots__ = ()


class Family(Enum):
    """Of what kind a listed thing is; the value begins its commands' names."""

    LIFE = "life"
    SERVICE = "service"
    WISH = "wish"
    LESSON = "lesson"
    OPINION = "opinion"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something listed: `about` is what it is about, `kinds` how such a thing is called, `label` all of it in words."""

    family: Family
    number: int
    label: GroupText
    about: str
    kinds: tuple[str, ...] = ()
    start: datetime | None = None


def of_activity(activity: Activity) -> Thing:
    """What a confidential one is about is not said."""
    plain = activity.confidential or activity.topic == activity.kind.label
    label = in_group(
        DATED if plain else DATED_ABOUT,
        number=activity.number,
        kind=activity.kind,
        start=in_brackets(activity.start),
        about=Public(activity.topic),
    )
    return Thing(Family.LIFE, activity.number, label, activity.topic, activity.kind.words, activity.start)


def of_service(service: Service, proposer: str = "") -> Thing:
    """`proposer`: by whose name what a member proposed may be called too."""
    label = in_group(
        DATED_ABOUT,
        number=service.number,
        kind=service.kind,
        start=in_brackets(service.start),
        about=Public(service.topic),
    )
    about = f"{service.topic} {proposer}".strip()
    return Thing(Family.SERVICE, service.number, label, about, service.kind.words, service.start)


def of_wish(wish: Wish) -> Thing:
    label = in_group(WISHED, number=wish.number, about=Public(wish.text))
    return Thing(Family.WISH, wish.number, label, wish.text)


def of_lesson(lesson: Lesson) -> Thing:
    label = in_group(TAUGHT, number=lesson.id, section=Public(lesson.section), about=Public(lesson.title))
    return Thing(Family.LESSON, lesson.id, label, f"{lesson.title} {lesson.summary}", (lesson.section,))


async def activities_ahead(request: Request) -> list[Thing]:
    """Those to come that the sender belongs to, in order of time."""
    ahead = await announced(request.my_branch.id, request.now)
    return [of_activity(one) for one in ahead if await may_take_part(one, request.me.id)]


async def services_ahead(request: Request) -> list[Thing]:
    """Those to come, in order of time."""
    found = await services_between(request.my_branch.id, request.now, request.now + AHEAD)
    return [of_service(one) for one in found]


async def wishes_open(request: Request) -> list[Thing]:
    """Those that nobody has claimed."""
    wishes = Wish.filter(branch_id=request.my_branch.id, state=WishState.OPEN)
    return [of_wish(one) for one in await wishes.order_by("number")]


async def lessons_readable(request: Request) -> list[Thing]:
    """The newest that the sender's branch can read."""
    return [of_lesson(one) for one in await Lesson.for_branch(request.my_branch).limit(LESSONS)]


def by_its_words(request: Request, command: str, things: Sequence[Thing]) -> Instead | None:
    """`command` for the only one of `things` that the message's words can mean, which is asked about first."""
    found = meant(request.text, request.now, things)
    return Instead(command, {"number": ByWords(found[0].number)}) if len(found) == 1 else None


def on_its_day(text: str, number: int, now: datetime, things: Sequence[Thing]) -> Thing | None:
    """The only one of `things` on the day of the month that `text` says where `number` was read: 报名5号那个."""
    days = {day.day for day in _days(Normal.of(text).text, Context(now)) if day.bare and day.day.day == number}
    found = [thing for thing in things if thing.start and thing.start.astimezone(SHANGHAI).date() in days]
    return found[0] if len(found) == 1 else None


def says_what(text: str) -> bool:
    """Whether words are left that can say which one is meant."""
    return bool(_told(Normal.of(text).text))


def meant(text: str, now: datetime, things: Sequence[Thing]) -> list[Thing]:
    """Those of `things` that `text` can mean, equally well: one where it stands out, none where nothing fits.

    What is said of kind, day, hour and half of the day has to be so; beyond that the words in common count.
    """
    said = _Said.of(text, now)
    fitting = {place: score for place, thing in enumerate(things) if (score := said.fits(thing)) is not None}
    best = max(fitting.values(), default=0)
    found = [things[place] for place, score in fitting.items() if score == best]
    if best and len(found) == 1:
        return found
    # 借书那个 of 想借一本行测书: no two characters stand together, but both are there.
    shared = [len(said.characters & set(Normal.of(thing.about).text)) for thing in found]
    most = max(shared, default=0)
    if most and shared.count(most) == 1:
        return [found[shared.index(most)]]
    return found if best else []


def is_of_another_kind(text: str, thing: Thing) -> bool:
    """Whether `text` names kinds of things, and none that `thing` is of: 那个公益 is no lecture."""
    families = [family for family, words in _OF_FAMILY.items() if words.search(text)]
    return bool(families) and thing.family.value not in families


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    words: frozenset[str]
    characters: frozenset[str]
    families: tuple[str, ...]
    day: date | None
    any_week: bool  # a weekday without its week
    clock: tuple[int, int] | None
    half: range | None

    @classmethod
    def of(cls, typed: str, now: datetime) -> _Said:
        text = Normal.of(typed).text
        context = Context(now)
        days = [day for day in _days(text, context) if not day.bare or says_part_of(text, day)]
        clock = clock_said(text)
        half = next((hours for words, hours in (*_HALVES, _EVENING) if words.search(text)), None)
        families = tuple(family for family, words in _OF_FAMILY.items() if words.search(text))
        day, any_week = (days[0].day, days[0].weekday_only) if days else (None, False)
        characters = frozenset(char for char in _residue(text) if "\u4e00" <= char <= "\u9fff")
        return cls(text, frozenset(_told(text)), characters, families, day, any_week, clock, half)

    def fits(self, thing: Thing) -> int | None:
        """How well; None where it is said to be something else."""
        kind = max((len(word) for word in thing.kinds if word in self.text), default=0)
        if self.families and not kind and thing.family.value not in self.families:
            return None
        if thing.family is Family.LIFE and "life" in self.families and not kind:
            return None
        if "爱心" in self.text and not (thing.family is Family.SERVICE and kind):
            return None
        times = 0
        if self.day or self.clock or self.half:
            if thing.start is None:  # 周末听音乐会那个: the words of a wish may say when
                common = len(self.words & frozenset(_pairs(Normal.of(thing.about).text)))
                return 2 * common if common >= _MANY else None
            start = thing.start.astimezone(SHANGHAI)
            if self.day is not None and not self._is_the_day(start.date(), self.day):
                return None
            if self.half is not None and start.hour not in self.half:
                return None
            if self.clock is not None and (start.hour % 12, start.minute) != (self.clock[0] % 12, self.clock[1]):
                return None
            times = _TIME_SAID * ((self.day is not None) + (self.clock is not None)) + (self.half is not None)
        common = len(self.words & frozenset(_pairs(Normal.of(thing.about).text)))
        return times + (_KIND_SAID if kind or thing.family.value in self.families else 0) + 2 * common

    def _is_the_day(self, begins: date, said: date) -> bool:
        return begins.weekday() == said.weekday() if self.any_week else begins == said


def clock_said(text: str) -> tuple[int, int] | None:
    """The first hour and minute that `text` says, as said: 两点半 is (2, 30)."""
    clocks = (read_clock(text, at) for at in range(len(text)))
    return next(((clock.hour, clock.minute) for clock in clocks if clock is not None), None)


def says_day(text: str, now: datetime) -> bool:
    """Whether a day is named."""
    return any(not day.bare for day in _days(Normal.of(text).text, Context(now)))


def _days(text: str, context: Context) -> list[Day]:
    return [day for at in range(len(text)) if (day := read_day(text, at, context)) is not None]


def says_part_of_day(text: str) -> bool:
    """Whether it is said on which side of noon an hour is."""
    said = Normal.of(text).text
    return re.search(f"{_DAYTIME}|0\\d:", said) is not None


def _told(text: str) -> list[str]:
    return _pairs(_residue(text))


def _residue(text: str) -> str:
    """What is left without the words that are said of anything."""
    for words in _OF_FAMILY.values():
        text = words.sub(" ", text)
    return _ANYTHING.sub(" ", text)


def _pairs(text: str) -> list[str]:
    """Neighbouring characters of its words: what two wordings have in common is counted by them."""
    pairs = (text[at : at + 2] for at in range(len(text) - 1))
    return [pair for pair in pairs if pair.isalpha()]
