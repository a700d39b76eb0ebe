"""接龙：和已有的登记对一遍。A line in a group note records nothing: it is compared with what is recorded.

Who is recorded and who is not is told to the committee alone, privately: a count of a note of one line would tell it of
that one, to whoever wrote the note.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.commands import Refusal, Reply, Request, Role, command
from bot.people import called, meant
from bot.periods import label
from bot.standing import of_branch
from bot.understanding.group_notes import GroupNote, read_group_note
from bot.understanding.values import Month, Months, Text
from bot.wording import GroupText, in_brackets, in_group, join
from models import Activity, ActivityKind, ActivityState, Attendance, Member
from models.activity import expected_members
from models.dues import owed_months, settled

OF_DUES = ("党费", "缴费", "交费")
OF_REPORTS = ("汇报",)
OF_SIGNING_IN = ("签到", "到场", "实到")
OF_LIFE = ("活动", "组织生活", "报名", "参加", *OF_SIGNING_IN, *(word for kind in ActivityKind for word in kind.words))
RECENT = timedelta(days=7)  # a note on an activity is still written so long after it

DUES = "{months}党费"
REPORTS = "{period}思想汇报"
LIFE = "{number}号{kind}（{start}）{part}"
SIGNED_UP = in_group("报名")
SIGNED_IN = in_group("签到")
BY_DUES = "交党费 {months}"
BY_REPORTS = in_group("交思想汇报")
BY_SIGN_UP = "报名 {number}"
BY_SIGN_IN = "签到 {number}"

READ = "{subject}：接龙 {lines} 行。接龙不算登记，没登记的请本人发送“{how}”。"
FOLLOWS = "{read}对照结果私聊告诉您。"
OWN_RECORDED = "您自己的已经登记。"
OWN_UNRECORDED = "您自己的还没有登记。"
COUNTS = "{both} 人已经登记，{unrecorded} 人没有登记{more}。"
UNLISTED = "，另有 {count} 人登记了、没在接龙里"
UNKNOWN = "，{count} 行对不上名册"
NAMES_UNRECORDED = "接龙了、没有登记：{names}"
NAMES_UNLISTED = "登记了、没有接龙：{names}"
NAMES_NEITHER = "都没有：{names}"
NAMES_UNKNOWN = "对不上名册的：{lines}"
REMIND = "要提醒没登记的，发送“{how}”。"
NO_LINES = in_group("这个接龙里还没有人。")
NO_SUBJECT = in_group(
    "没看出这个接龙说的是哪件事。标题里请写明党费、思想汇报或几号活动，例如：#接龙 11月党费 1. 张三 2. 李娜"
)
NO_ACTIVITY = in_group("没有找到接龙里说的活动。标题里请写上编号，例如：#接龙 3号活动报名（发送“组织生活”看编号）")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a note is about: whom it concerns, who of them has recorded it, how that is done and how they are asked."""

    title: GroupText
    expected: Sequence[Member]
    recorded: Collection[int]
    how: GroupText
    remind: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How the lines of a note and the records differ; `unknown` are lines that fit no member, or more than one."""

    both: Sequence[Member]
    unrecorded: Sequence[Member]
    unlisted: Sequence[Member]
    neither: Sequence[Member]
    unknown: Sequence[str]

    @property
    def members(self) -> list[Member]:
        """All whose state it tells."""
        return [*self.both, *self.unrecorded, *self.unlisted, *self.neither]


@command(
    "group_note.compare",
    "@{text=#接龙}",
    changes=False,
    offices=False,
    help="#接龙 11月党费 1. 张三 2. 李娜 3. 王强 — 把接龙和已有的登记对一遍，不替人登记",
)
async def compare(request: Request, text: Text) -> Reply:
    """How many lines there are to whoever asks, and privately how one's own stands; the difference to the committee,
    privately. Nothing is recorded."""
    note = read_group_note(text, request.now)
    if not note.lines:
        raise Refusal(NO_LINES)
    subject = await _subject(request, note)
    members = await Member.filter(branch_id=request.my_branch.id, active=True).order_by("id")
    difference = _difference(note, members, subject)
    read = in_group(READ, subject=subject.title, lines=len(note.lines), how=subject.how)
    if request.role < Role.COMMITTEE:
        own = _own(request.me, difference)
        return Reply(read, f"{read}{own}" if own else None)
    lines = [f"{read}{_counted(difference)}", *_named(members, difference)]
    if difference.unrecorded or difference.neither:
        lines.append(REMIND.format(how=subject.remind))
    return Reply(
        in_group(FOLLOWS, read=read),
        "\n".join(lines),
        subjects=[member.id for member in difference.members if member.id != request.me.id],
    )


def _own(me: Member, difference: Difference) -> str:
    """How the sender's own line stands, where the note has one."""
    if me in difference.both:
        return OWN_RECORDED
    return OWN_UNRECORDED if me in difference.unrecorded else ""


async def _subject(request: Request, note: GroupNote) -> Subject:
    headline = note.headline
    if any(word in headline for word in OF_DUES):
        return await _dues(request, note.months or Months([Month.of(request.now)]))
    if any(word in headline for word in OF_REPORTS):
        return await _reports(request)
    if any(word in headline for word in OF_LIFE):
        return await _life(request, note)
    raise Refusal(NO_SUBJECT)


async def _dues(request: Request, months: Months) -> Subject:
    chosen = {str(month) for month in months}
    members = await Member.filter(branch_id=request.my_branch.id, active=True).order_by("id")
    expected = [one for one in members if chosen & {*owed_months(one, request.my_branch, max(chosen))}]
    taken = await settled(member.id for member in members)
    return Subject(
        in_group(DUES, months=months),
        expected,
        {member.id for member in members if chosen <= taken[member.id].keys()},
        in_group(BY_DUES, months=months),
        "催党费",
    )


async def _reports(request: Request) -> Subject:
    standing = await of_branch(request.my_branch, request.settings, request.now)
    owing = [one for one in standing.members if one.due is not None]
    if not owing:
        raise Refusal(NO_SUBJECT)
    period = owing[0].due.period if owing[0].due else ""
    return Subject(
        in_group(REPORTS, period=label(period)),
        [one.member for one in owing],
        {one.member.id for one in owing if not one.report_open},
        BY_REPORTS,
        "催汇报",
    )


async def _life(request: Request, note: GroupNote) -> Subject:
    activity = await _activity(request, note)
    came = any(word in note.headline for word in OF_SIGNING_IN)
    parts = await Attendance.filter(activity_id=activity.id)
    recorded = {part.member_id for part in parts if part.signed_in_at or (part.signed_up_at and not came)}
    title = in_group(
        LIFE,
        number=activity.number,
        kind=activity.kind,
        start=in_brackets(activity.start),
        part=SIGNED_IN if came else SIGNED_UP,
    )
    how = in_group(BY_SIGN_IN if came else BY_SIGN_UP, number=activity.number)
    return Subject(title, await expected_members(activity.branch_id, activity.kind), recorded, how, "催活动")


async def _activity(request: Request, note: GroupNote) -> Activity:
    """The one of that number, else of the kind that is named the one nearest to now; raises Refusal."""
    open_ones = Activity.filter(branch_id=request.my_branch.id).exclude(state=ActivityState.CANCELLED)
    if note.number is not None:
        activities = await open_ones.filter(number=note.number)
    else:
        activities = await open_ones.filter(start__gte=request.now - RECENT)
        kinds = {kind for kind in ActivityKind if any(word in note.headline for word in kind.words)}
        activities = [one for one in activities if not kinds or one.kind in kinds]
    if not activities:
        raise Refusal(NO_ACTIVITY)
    return min(activities, key=lambda activity: abs(activity.start - request.now))


def _difference(note: GroupNote, members: Sequence[Member], subject: Subject) -> Difference:
    listed: set[int] = set()
    unknown = []
    for name, line in zip(note.names, note.lines, strict=True):
        written = [member for member in members if member.name in line]
        fitting = written if len(written) == 1 else meant(members, name)
        if len(fitting) == 1:
            listed.add(fitting[0].id)
        else:
            unknown.append(line)
    concerned = {member.id for member in subject.expected} | listed | set(subject.recorded)
    sorts: dict[tuple[bool, bool], list[Member]] = {(a, b): [] for a in (True, False) for b in (True, False)}
    for member in members:
        if member.id in concerned:
            sorts[member.id in listed, member.id in subject.recorded].append(member)
    return Difference(sorts[True, True], sorts[True, False], sorts[False, True], sorts[False, False], unknown)


def _counted(difference: Difference) -> str:
    unlisted, unknown = len(difference.unlisted), len(difference.unknown)
    more = (UNLISTED.format(count=unlisted) if unlisted else "") + (UNKNOWN.format(count=unknown) if unknown else "")
    return COUNTS.format(both=len(difference.both), unrecorded=len(difference.unrecorded), more=more)


def _named(members: Sequence[Member], difference: Difference) -> list[str]:
    """Who stands where, for the committee."""
    names = called(members)
    sorts = (
        (NAMES_UNRECORDED, difference.unrecorded),
        (NAMES_UNLISTED, difference.unlisted),
        (NAMES_NEITHER, difference.neither),
    )
    said = [text.format(names=join(names[one.id] for one in those)) for text, those in sorts if those]
    return said + ([NAMES_UNKNOWN.format(lines=join(difference.unknown))] if difference.unknown else [])
