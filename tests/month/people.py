"""Two branches of six members each, and the others who turn up in their groups. All of them are made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from bot.roster.sheet import COLUMNS
from tests.gateway.control import Gateway

MAKERS, CODERS = "智造群", "软件群"
ROOMS = {MAKERS: "zhizao@chatroom", CODERS: "ruanjian@chatroom"}
BRANCHES = {MAKERS: "智能制造流动党支部", CODERS: "软件流动党支部"}


@dataclass(frozen=True, slots=True)
class Person:
    """A line of the roster, and the account that the person writes from: its nickname proves nothing."""

    name: str
    number: str
    group: str
    category: str
    post: str
    admitted: date | None
    contact: str
    nickname: str

    @property
    def row(self) -> list[Any]:
        """The roster's columns."""
        branch = BRANCHES[self.group]
        return ["示范大学", "信息学院", branch, "流动", self.name, self.number, self.category, self.post, self.admitted]


FULL, PROBATIONARY, CANDIDATE, APPLICANT = "正式党员", "预备党员", "发展对象", "入党积极分子"

# fmt: off
PEOPLE = (
    Person("李芳", "20200001", MAKERS, FULL, "书记", date(2021, 6, 20), "wx-fang", "芳菲四月"),
    Person("王强", "20210102", MAKERS, FULL, "组织委员", date(2022, 12, 1), "wx-qiang", "强(在苏州"),
    Person("张三", "20220103", MAKERS, FULL, "", date(2024, 6, 1), "wx-zhang", "追风"),
    Person("李娜", "20230104", MAKERS, PROBATIONARY, "", date(2026, 6, 1), "wx-na", "Nana☕"),
    Person("陈晨", "20230105", MAKERS, CANDIDATE, "", None, "wx-chen", "晨光"),
    Person("赵敏", "20240106", MAKERS, APPLICANT, "", None, "wx-zhao", "小赵"),
    Person("周洁", "20200201", CODERS, FULL, "书记", date(2021, 6, 20), "wx-jie", "洁净的天"),
    Person("吴昊", "20210202", CODERS, FULL, "宣传委员", date(2023, 6, 1), "wx-hao", "昊然"),
    Person("郑凯", "20220203", CODERS, FULL, "", date(2024, 12, 1), "wx-kai", "凯旋"),
    Person("孙悦", "20230204", CODERS, PROBATIONARY, "", date(2026, 6, 1), "wx-yue", "悦读"),
    Person("冯雪", "20230205", CODERS, CANDIDATE, "", None, "wx-xue", "雪落无声"),
    Person("何鹏", "20240206", CODERS, APPLICANT, "", None, "wx-peng", "大鹏"),
)
# fmt: on

STRANGER = "路人"  # on no roster, and no friend of the bot
CONTACTS = {person.name: person.contact for person in PEOPLE} | {STRANGER: "wx-nobody"}
NICKNAMES = {person.contact: person.nickname for person in PEOPLE} | {"wx-nobody": "一片云"}


def members_of(group: str) -> list[Person]:
    """The six of a branch."""
    return [person for person in PEOPLE if person.group == group]


def roster(folder: Path) -> Path:
    """The roster of both branches as a school's office would keep it."""
    book = Workbook()
    sheet = book.worksheets[0]
    lines: list[list[Any]] = [["2026 年秋季流动党员名册"], list(COLUMNS), *(person.row for person in PEOPLE)]
    for line in lines:
        sheet.append(line)
    path = folder / "流动党员名册.xlsx"
    book.save(path)
    return path


async def populate(gateway: Gateway) -> None:
    """Everybody is in their group; 郑凯 and a stranger are in that of the others too."""
    for contact, nickname in NICKNAMES.items():
        await gateway.add_contact(contact, nickname, friend=contact != CONTACTS[STRANGER])
    guests = {MAKERS: ["郑凯", "周洁", STRANGER], CODERS: []}
    for group, room in ROOMS.items():
        names = [person.name for person in members_of(group)] + guests[group]
        await gateway.add_room(room, group, [CONTACTS[name] for name in names])
