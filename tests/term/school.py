"""A school of 3 colleges, 12 branches and 240 members, made by pattern. All of them are made up.

Everybody has a `place` in their branch, from 0 to 19, and does in the term what the place says: the plan of the term
is a function of places, by which what comes of it is counted without the bot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

from openpyxl import Workbook

from bot.roster.sheet import COLUMNS
from tests.gateway.control import Gateway

SCHOOL = "示范大学"
INFORMATION, MACHINES, LANGUAGES = "信息学院", "机电学院", "外国语学院"
GENERAL = "智能装备党总支"  # of the machines, over two of its branches
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔"
GIVEN = ("安之", "博文", "晨曦", "东阳", "恩泽", "方圆", "光远", "海宁", "嘉禾", "景明")
SIZE = 20  # of a branch
PARTY, PROBATIONARY = range(16), (13, 14, 15)
CANDIDATES, APPLICANTS = (16, 17), (18, 19)
MOBILE, ORDINARY, TEMPORARY = "流动", "普通", "临时"


@dataclass(frozen=True, slots=True)
class Place:
    """A branch: its name, what stands between it and the school, and its kind. The group is named after it."""

    name: str
    above: tuple[str, ...]
    kind: str = MOBILE

    @property
    def collects_dues(self) -> bool:
        return self.kind != TEMPORARY

    def is_below(self, node: str) -> bool:
        """Whether it is `node`, or lies below it."""
        return node in (SCHOOL, *self.above, self.name)


BRANCHES = (
    Place("软件工程流动党支部", (INFORMATION,)),
    Place("网络工程流动党支部", (INFORMATION,)),
    Place("数据科学流动党支部", (INFORMATION,)),
    Place("电子信息学生党支部", (INFORMATION,), ORDINARY),
    Place("机器人流动党支部", (MACHINES, GENERAL)),
    Place("数控技术流动党支部", (MACHINES, GENERAL)),
    Place("车辆工程流动党支部", (MACHINES,)),
    Place("材料成型流动党支部", (MACHINES,)),
    Place("翻译实践流动党支部", (LANGUAGES,)),
    Place("商务外语流动党支部", (LANGUAGES,)),
    Place("东方语言流动党支部", (LANGUAGES,)),
    Place("海外实习临时党支部", (LANGUAGES,), TEMPORARY),
)
SOFTWARE, NETWORKS, DATA, ELECTRONICS, ROBOTS, LATHES, CARS, MATTER, TRANSLATION, TRADE, EAST, ABROAD = (
    branch.name for branch in BRANCHES
)


@dataclass(frozen=True, slots=True)
class Person:
    """A line of the roster. `place` is -1 for those who hold an office above the branches."""

    name: str
    number: str
    branch: str
    above: tuple[str, ...]
    kind: str
    place: int
    post: str

    @property
    def contact(self) -> str:
        return f"wx-{self.number}"

    @property
    def category(self) -> str:
        if self.place in CANDIDATES:
            return "发展对象"
        if self.place in APPLICANTS:
            return "入党积极分子"
        return "预备党员" if self.place in PROBATIONARY else "正式党员"

    @property
    def admitted(self) -> date | None:
        """Two have their anniversary in the term; the year of one of the probationary members ends in it."""
        days = {3: date(2023, 10, 15), 4: date(2021, 12, 10), 13: date(2025, 11, 20)}
        if self.place in PROBATIONARY:
            return days.get(self.place, date(2026, 5, 15))
        return days.get(self.place, date(2022, 3, 1)) if self.place in PARTY else None

    @property
    def row(self) -> list[object]:
        """The roster's columns."""
        place = [SCHOOL, "/".join(self.above), self.branch, self.kind]
        return [*place, self.name, self.number, self.category, self.post, self.admitted]


def _members() -> list[Person]:
    names = iter(surname + given for given, surname in product(GIVEN, SURNAMES))
    posts = {0: "书记", 1: "组织委员"}
    return [
        Person(
            next(names),
            f"2023{number:02d}{place:02d}",
            branch.name,
            branch.above,
            branch.kind,
            place,
            posts.get(place, ""),
        )
        for number, branch in enumerate(BRANCHES, 1)
        for place in range(SIZE)
    ]


MEMBERS = _members()
_OFFICES = (
    ("严校明", (), "学校党委"),
    ("金信达", (INFORMATION,), "学院党委"),
    ("陶机良", (MACHINES,), "学院党委"),
    ("姜装安", (MACHINES, GENERAL), "党总支"),
    ("谢语清", (LANGUAGES,), "学院党委"),
)
OFFICERS = [Person(name, f"T{at:04d}", "", above, "", -1, post) for at, (name, above, post) in enumerate(_OFFICES, 1)]
RECTORATE, OF_INFORMATION, OF_MACHINES, OF_GENERAL, OF_LANGUAGES = (officer.name for officer in OFFICERS)
OFFICE_OF = {SCHOOL: RECTORATE, INFORMATION: OF_INFORMATION, MACHINES: OF_MACHINES, LANGUAGES: OF_LANGUAGES}
PEOPLE = [*MEMBERS, *OFFICERS]
CONTACTS = {person.name: person.contact for person in PEOPLE}
GROUPS = [*(branch.name for branch in BRANCHES), *OFFICE_OF]
ROOMS = {name: f"room-{at}@chatroom" for at, name in enumerate(GROUPS)}
AT = {(person.branch, person.place): person.name for person in MEMBERS}


def branches_of(node: str) -> list[Place]:
    """The branches below a node, or the one that it is."""
    return [branch for branch in BRANCHES if branch.is_below(node)]


def groups_of(node: str) -> list[str]:
    """The groups at and below a node: its committee's, where it has one, and its branches'."""
    nodes = {name for branch in branches_of(node) for name in branch.above} | {SCHOOL}
    inside = {name for name in nodes if all(branch.is_below(node) for branch in branches_of(name))}
    return [group for group in GROUPS if group in inside or group in [branch.name for branch in branches_of(node)]]


def who(branch: str, places: Sequence[int]) -> list[str]:
    """The names of those who sit at these places of a branch."""
    return [AT[branch, place] for place in places]


def roster(folder: Path) -> Path:
    """The school's roster as a workbook."""
    book = Workbook()
    sheet = book.worksheets[0]
    for line in (list(COLUMNS), *(person.row for person in PEOPLE)):
        sheet.append(line)
    path = folder / "党员名册.xlsx"
    book.save(path)
    return path


async def populate(gateway: Gateway) -> None:
    """Everybody is a friend of the bot and in the group of their branch or committee."""
    for person in PEOPLE:
        await gateway.add_contact(person.contact, person.name)
    for group, room in ROOMS.items():
        inside = [person.contact for person in MEMBERS if person.branch == group]
        await gateway.add_room(room, group, inside or [CONTACTS[OFFICE_OF[group]]])
