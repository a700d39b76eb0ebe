"""What the month left behind: a line of the trail for each command, nothing of mere talk, and no secret told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from tortoise.models import Model

import models
from models import Account, AuditEntry, InboxMessage, Member, OutboxMessage, OutboxState
from tests.month import arrival, party_day, reports, talks
from tests.month.chatlog import PRIVATE, ChatLog, Spoken
from tests.month.people import CONTACTS, PEOPLE, ROOMS, STRANGER

# What no group may read, whoever said it and wherever: bodies, comments, topics, records, reasons.
SECRETS = (
    *(reports.NA, *reports.PARTS, reports.AGAIN, reports.HASTY, reports.FANG, reports.PENG),
    *(reports.COMMENT, reports.REASON),
    *(talks.PLANS, talks.WORRY, talks.RECORD, talks.ANSWER),
    *(party_day.NIGHT, party_day.FAMILY, party_day.NOTE),
)
AMOUNT = re.compile(r"[0-9]+[.][0-9]{2} ?元")


def no_secret_in_a_group(log: ChatLog) -> None:
    """Nor an amount, nor anybody's name: those who are spoken to are called by their nicknames."""
    said = [heard.text for heard in log.sent if heard.room]
    assert len(said) > 50
    assert not [heard for heard in log.sent if heard.room and heard.file]
    hidden = [line for secret in SECRETS for line in secret.split("\n")] + [one.name for one in PEOPLE]
    assert not [text for text in said for secret in hidden if secret.strip() in text]
    assert not [text for text in said if AMOUNT.search(text)]


def told_to_those_concerned(log: ChatLog) -> None:
    """Whoever was no friend of the bot when it wrote by itself got nothing private; a report's body is read by two.

    Its author reads it too: a line of a report that could be a command is repeated to whoever wrote it.
    """
    authors = {**dict.fromkeys(reports.PARTS, "张三"), reports.FANG: "李芳"}
    for heard in log.sent:
        for part, author in authors.items():
            if heard.room is None and part in heard.text:
                assert heard.to in (CONTACTS[author], CONTACTS["李芳"]), heard
    records = [heard.to for heard in log.sent if talks.RECORD in heard.text]
    assert records == [CONTACTS["张三"]]


async def acted_once(log: ChatLog) -> None:
    """Each message that was answered is in the inbox once, and none that was not; everything written was sent."""
    inbox = Counter(row.message for row in await InboxMessage.all())
    answered = {one.id for one in log.spoken if one.answered}
    assert set(inbox.values()) == {1}
    assert {one for one in inbox if not one.startswith("friend:")} - recalls(log.spoken) == answered
    assert await OutboxMessage.all().count() == len(log.sent)
    assert await OutboxMessage.exclude(state=OutboxState.SENT).count() == 0


def recalls(spoken: Iterable[Spoken]) -> set[str]:
    """The ids of messages that take one back."""
    ids = {one.id for one in spoken}
    return {one.id for one in spoken if one.text in ids}


# How often the trail tells of a command, by what came of it.
TRAIL = {
    "bind": "done 16",
    "bind.accept": "refused 2, done 1",
    "bind.codes": "refused 1",
    "branch.status": "done 1",
    "cancel": "done 1",
    "dues.amend": "done 1",
    "dues.confirm": "refused 1, done 6",
    "dues.missing": "done 2",
    "dues.pay": "refused 4, done 11, asked 4",
    "dues.reject": "done 1",
    "export": "refused 1, done 2",
    "help": "done 1",
    "life.attendance": "done 1",
    "life.close": "done 1",
    "life.create": "refused 2, done 2",
    "life.join": "done 8, asked 1, refused 1",
    "life.leave": "done 2, refused 1",
    "life.list": "done 1",
    "life.minutes": "done 1",
    "life.note": "done 2",
    "life.sign_in": "refused 3, done 6",
    "me": "refused 2, done 2",
    "member.show": "done 1",
    "remind": "done 2, refused 1",
    "report.finish": "done 3",
    "report.mine": "done 1",
    "report.missing": "done 1",
    "report.paper": "done 1",
    "report.read": "done 3, refused 1, asked 1",
    "report.review": "asked 1, done 6",
    "report.submit": "asked 2, done 14, refused 1",
    "report.withdraw": "done 1, refused 1",
    "room.bind": "refused 2, done 3",
    "room.release": "asked 1, done 1",
    "talk.book": "done 5, asked 1",
    "talk.cancel": "done 1",
    "talk.change": "done 1",
    "talk.close": "done 1",
    "talk.coverage": "done 1",
    "talk.free": "done 2",
    "talk.mine": "done 1",
    "talk.open": "refused 1, done 2",
    "talk.read": "done 2",
    "talk.record": "refused 1, done 2",
    "todo": "done 2",
    "undo": "refused 1",
    "undo dues.amend": "done 1",
    "undo dues.confirm": "done 1",
    "undo dues.pay": "done 1",
    "undo life.leave": "done 1",
    "undo life.sign_in": "done 1",
    "undo talk.book": "done 1",
}
NOT_UNDERSTOOD = ("今天好冷", "@鸿雁 今天吃什么")


async def the_trail(log: ChatLog) -> None:
    """One line for each command, in the order in which they were said: who, when, where, and whose records."""
    commands = [one for one in log.spoken if one.answered and one.text not in NOT_UNDERSTOOD]
    trail = await AuditEntry.exclude(message=None).order_by("id")
    assert [(line.message, line.at, line.conversation, line.channel) for line in trail] == [
        (one.id, one.at, ROOMS.get(one.where) or CONTACTS[one.who], "wechaty") for one in commands
    ]
    names = {member.id: member.name for member in await Member.all()}
    known: set[str] = set()
    for line, said in zip(trail, commands, strict=True):
        # Nobody is anybody before they are bound, and themselves ever after.
        assert names.get(line.member_id or 0) == (said.who if said.who in known else None)
        if line.command == "bind" and line.outcome == "done":
            known = {str(name) for name in await _bound_by(line.at)}
        if line.command == "bind.accept" and line.outcome == "done":
            known.add("赵敏")
    assert known == {one.name for one in PEOPLE}
    told: dict[str, Counter[str]] = {}
    for line in trail:
        told.setdefault(line.command, Counter())[line.outcome] += 1
    assert {name: ", ".join(f"{what} {count}" for what, count in told[name].items()) for name in sorted(told)} == TRAIL
    read = [[names[id_] for id_ in line.subjects] for line in trail if (line.command, line.outcome) == READ]
    assert read == [["陈晨"], ["赵敏"], ["张三"]]


READ = ("report.read", "done")


async def _bound_by(moment: datetime) -> list[object]:
    accounts = Account.filter(bound_at__lte=moment).exclude(member_id=None)
    return list(await accounts.values_list("member__name", flat=True))


async def nothing_of_mere_talk() -> None:
    """What was no command stands in no table."""
    talk = (arrival.NEWS, party_day.TALK, "请问这里是交流实习的群吗", "发言的时候好紧张")
    for name in models.__all__:
        record = getattr(models, name)
        if isinstance(record, type) and issubclass(record, Model):
            rows = str(await record.all().values())
            assert not [text for text in talk if text in rows], name
    assert not await InboxMessage.filter(sender=CONTACTS[STRANGER], conversation=PRIVATE).exists()
