"""What the members of each branch do in the term, by their places; and what has to come of it, counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.term.school import (
    APPLICANTS,
    CANDIDATES,
    CARS,
    MACHINES,
    MOBILE,
    PARTY,
    PROBATIONARY,
    SIZE,
    SOFTWARE,
    Place,
    branches_of,
)

MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12", "2027-01")

# Who declares which months, on the 10th of a month.
PAYMENTS: dict[str, dict[str, Sequence[int]]] = {
    "09-10": {"9月": range(8)},
    "10-10": {"10月": range(6)},
    "11-10": {"11月": range(4), "10到11月": (6, 7)},
    "12-10": {"12月": range(4)},
    "2027-01-10": {"1月": range(4)},
}
PAID = {"2026-09": 8, "2026-10": 8, "2026-11": 6, "2026-12": 4, "2027-01": 4}  # of a branch, at the end of the term
CONFIRMED = {"2026-11": 6, "2026-12": 0, "2027-01": 0}
IN_ARREARS_BY = {"2026-09": 8, "2026-10": 10, "2026-11": 10, "2026-12": 12, "2027-01": 12}  # on the month's 25th

# Who hands in a report for which quarter.
REPORTS = {"2026-Q3": range(4, 10), "2026-Q4": range(10)}
APPROVED, RETURNED = (2, 3), (1,)  # of the fourth quarter
WITHOUT_REPORT_BY = {"2026-09": SIZE - 6, "2026-10": SIZE, "2026-11": SIZE - 9, "2026-12": SIZE - 9, "2027-01": SIZE}

# Who is where.
AT_SCHOOL = (0, 1)
UNTIL_OCTOBER, UNTIL_JUNE = (4, 5, 6), range(7, 12)
ENDS, EXTENDS, SILENT = (4,), (5,), (6,)  # what they say when October is over
CITIES = ("苏州", "无锡", "杭州", "宁波")
NEVER_HEARD_OF = (10, 11)  # after September
TO_ASK = 6 + len(SILENT) + len(NEVER_HEARD_OF)  # of a mobile branch in December; six never said where they are
TO_REVIEW = (14, 15, *CANDIDATES, *APPLICANTS)  # of the branch in which somebody's probation is over


def city(place: int) -> str:
    return CITIES[place % len(CITIES)]


@dataclass(frozen=True, slots=True)
class Figures:
    """What 支部情况 has to say of a node in a month, in counts."""

    party: int
    probationary: int
    candidates: int
    applicants: int
    reports: tuple[int, int, int, int, int]  # owed, handed in, of them waiting, returned, missing
    dues: tuple[int, int, int, int]  # owed, declared, of them confirmed, missing
    held: tuple[int, int, int]  # activities, expected, came
    away: int
    mobile: int
    unknown: int
    over: int
    silent: int


def figures(node: str, month: str) -> Figures:
    """Of all branches below `node` in November, December or January, as it stands on 26 January."""
    branches = branches_of(node)
    count, collecting = len(branches), sum(branch.collects_dues for branch in branches)
    party, paid = len(PARTY), PAID[month]
    written = len(REPORTS["2026-Q4"]) - len(RETURNED)
    quarter = (written, written - len(APPROVED), len(RETURNED), SIZE - written - len(RETURNED))
    none_yet = (0, 0, 0, SIZE)
    days = [branch for branch in branches if month == "2026-11" and branch.is_below(DAY_OF_ALL)]
    held = [branch for branch in days if branch.name == CAME_IN]  # what nobody came to was not held
    return Figures(
        party=count * party,
        probationary=count * len(PROBATIONARY) - sum(branch.name == MADE_FULL for branch in branches),
        candidates=count * len(CANDIDATES),
        applicants=count * len(APPLICANTS),
        reports=(count * SIZE, *(count * each for each in (none_yet if month == "2027-01" else quarter))),
        dues=(collecting * party, collecting * paid, collecting * CONFIRMED[month], collecting * (party - paid)),
        held=(len(held), len(held) * party, len(held) * len(CAME)),
        away=count * (len(EXTENDS) + len(SILENT) + len(UNTIL_JUNE)),
        mobile=count * (len(EXTENDS) + len(UNTIL_JUNE)),
        unknown=sum(map(_unknown, branches)),
        over=count * len(SILENT),
        silent=count * len(NEVER_HEARD_OF),
    )


def _unknown(branch: Place) -> int:
    """Party members of a mobile branch who never said where they are."""
    said = {*AT_SCHOOL, *UNTIL_OCTOBER, *UNTIL_JUNE}
    return sum(place not in said for place in PARTY) if branch.kind == MOBILE else 0


MADE_FULL = SOFTWARE  # where somebody's probation ended and the meeting admitted them
DAY_OF_ALL = MACHINES  # the college that holds a 主题党日 of all its branches
CAME, CAME_IN = range(5), CARS  # to it, in one of them
