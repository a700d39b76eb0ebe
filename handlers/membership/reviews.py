"""半年考察：who has yet to be looked at in the half-year stands on the secretary's list; one line records it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.commands import Refusal, Reply, Request, Role, Waiting, command, todo, undo
from bot.people import called, find_member
from bot.understanding.values import SHANGHAI, Name, Text
from bot.wording import in_brackets, in_group, join, when
from models import HalfYearReview, Member
from models.half_year_review import REVIEWED, end_of_half, half_of

LONGEST = 2000

OPEN = "{half}还没考察的 {count} 人：{names}。{end}前请支部考察，之后发送“半年考察 {example} 考察意见”"
OPEN_ONE = "{name}（{category}）"
DONE = "已登记{half}考察：{name}（{category}）。意见本支部委员看得到，本人导出自己的信息时会看到。发送“撤销”可收回。"
DONE_IN_GROUP = in_group("已登记 1 份半年考察。发送“撤销”可收回。")
ALREADY = "{name}{half}已经考察过了（{day}）。要重写请先撤销那一条（24 小时内）。"
NOT_NEEDED = "{name}是{category}，不用半年考察。"
TOO_LONG = "考察意见请写在 {most} 字以内。"
TAKEN_BACK = in_group("已撤销 1 份半年考察。")
HALVES = {"H1": "上半年", "H2": "下半年"}

SHOWN = "{name}的半年考察：\n{lines}"
SHOWN_ONE = "· {half}（{day}）：{text}"
OF_HALF = "{half}考察：应考察 {count} 人，已考察 {done} 人。{left}\n看一个人的请发：看考察 {example}"
LEFT = "\n还没考察：{names}"
NOBODY = "现在没有要考察的人：半年考察看积极分子、发展对象和预备党员。"
NONE_YET = "{name}还没有半年考察的记录。登记请发：半年考察 {name} 考察意见"
NO_TEXT = "（没有写意见）"


@command(
    "member.review",
    "(半年考察|登记考察){member}",
    "@考察{member}",
    "@(把|给|帮){member}[的][半年]考察 (写一下|写下|写上|写|记一下|记上|登记|登记一下)",
    "@{member}的[半年]考察 (写|记|登记)[一下|上]",
    role=Role.COMMITTEE,
    offices=False,
    help="半年考察 李娜 表现稳定 — 登记积极分子、发展对象、预备党员的半年考察；请私聊发",
)
async def review(request: Request, member: Name, text: Text | None = None) -> Reply:
    """The branch has looked at `member` in this half-year."""
    person = await find_member(request.my_branch, member)
    if person.category not in REVIEWED:
        raise Refusal(NOT_NEEDED.format(name=person.name, category=person.category.label))
    if text is not None and len(text) > LONGEST:
        raise Refusal(TOO_LONG.format(most=LONGEST))
    half = half_of(request.now.astimezone(SHANGHAI).date())
    claim = f"{person.id}:{half}"
    if done := await HalfYearReview.get_or_none(claim=claim):
        raise Refusal(ALREADY.format(name=person.name, half=_said(half), day=in_brackets(done.reviewed_at)))
    row = await HalfYearReview.create(
        member=person, half=half, claim=claim, text=text or "", reviewer=request.me, reviewed_at=request.now
    )
    return Reply(
        DONE_IN_GROUP,
        DONE.format(half=_said(half), name=person.name, category=person.category.label),
        record=row.id,
        subjects=[person.id],
        personal=True,
    )


@command(
    "member.reviews",
    "(看|查看|看看)[半年]考察[记录]{member}",
    "(看|查看|看看)[半年]考察[记录|情况]",
    "半年考察(情况|记录|名单)",
    "@半年考察[还|还有|还差|还没有|还没]<谁>",
    "@<谁>[还](没|没有|未)[做|写|登记][半年]考察",
    "{member}[的][半年]考察记录",
    role=Role.COMMITTEE,
    changes=False,
    offices=False,
    help="看考察 李娜 — 看一个人历次的半年考察；看这半年还差谁：看考察",
)
async def reviews(request: Request, member: Name | None = None) -> Reply:
    """What was written in the half-years, for the committee; without a name, who has been looked at in this one and who
    has not. Whom it is about is not told here, but has a right to a copy (个人信息保护法 第四十五条): what stands is in
    导出我的信息.
    """
    if member is None:
        return await _of_this_half(request)
    person = await find_member(request.my_branch, member)
    if person.id == request.me.id:
        raise Refusal(NONE_YET.format(name=person.name))
    rows = await HalfYearReview.filter(member_id=person.id, voided_at=None).order_by("-half")
    if not rows:
        return Reply(private=NONE_YET.format(name=person.name), subjects=[person.id])
    lines = [
        SHOWN_ONE.format(half=_said(one.half), day=in_brackets(one.reviewed_at), text=one.text or NO_TEXT)
        for one in rows
    ]
    return Reply(private=SHOWN.format(name=person.name, lines="\n".join(lines)), subjects=[person.id])


async def _of_this_half(request: Request) -> Reply:
    half = half_of(request.now.astimezone(SHANGHAI).date())
    members, open_ = await _to_be_reviewed(request, half)
    if not members:
        return Reply(private=NOBODY)
    calling = called(members)
    names = join(OPEN_ONE.format(name=calling[one.id], category=one.category.label) for one in open_)
    text = OF_HALF.format(
        half=_said(half),
        count=len(members),
        done=len(members) - len(open_),
        left=LEFT.format(names=names) if open_ else "",
        example=calling[members[0].id],
    )
    return Reply(private=text, subjects=[one.id for one in members])


async def _to_be_reviewed(request: Request, half: str) -> tuple[list[Member], list[Member]]:
    """Whom the branch has to look at in `half`, but for the one who asks, and those of them whom it has not."""
    found = Member.filter(
        branch_id=request.my_branch.id, active=True, handed_over_on=None, category__in=list(REVIEWED)
    ).exclude(id=request.me.id)
    members = await found.order_by("id")
    done = await HalfYearReview.filter(claim__in=[f"{member.id}:{half}" for member in members])
    seen = {one.member_id for one in done}
    return members, [member for member in members if member.id not in seen]


def _said(half: str) -> str:
    year, _, part = half.partition("-")
    return f"{year}年{HALVES[part]}"


@undo(review)
async def take_back(request: Request, record: int) -> Reply:
    """It was not done."""
    row = await HalfYearReview.get(id=record)
    row.claim, row.voided_at = None, request.now
    await row.save(update_fields=["claim", "voided_at"])
    return Reply(TAKEN_BACK, subjects=[row.member_id])


@todo("membership.review", order=95)
async def to_review(request: Request) -> Sequence[Waiting]:
    """Who is to be looked at before the half-year ends; in its last weeks only."""
    today = request.now.astimezone(SHANGHAI).date()
    end, half = end_of_half(today), half_of(today)
    if end - today > timedelta(days=request.settings.membership.review_days - 1):
        return []
    members, open_ = await _to_be_reviewed(request, half)
    if not open_:
        return []
    calling = called(members)
    names = join(OPEN_ONE.format(name=calling[member.id], category=member.category.label) for member in open_)
    text = OPEN.format(half=_said(half), count=len(open_), names=names, end=when(end), example=calling[open_[0].id])
    return [Waiting(text, [member.id for member in open_])]
