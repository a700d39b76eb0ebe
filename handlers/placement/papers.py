"""流动党员活动证、证明信：Word files to be printed, checked and stamped by the branch; private.

What the bot does not keep (sex, date of birth, identity number) is left blank, to be written by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH

from bot.commands import Refusal, Reply, Request, Role, command
from bot.messages import File
from bot.people import find_member
from bot.standing import of_member
from bot.storable import clean
from bot.understanding.values import SHANGHAI, Month, Name
from bot.whereabouts import place
from bot.word import MEDIA_TYPE, add_table, content, document
from bot.wording import in_group
from models import Branch, Member, Placement

CARD = "流动党员活动证"
LETTER = "党员证明信"
FILE_NAME = "{what}_{day}.docx"

READY = "{name}的{what}见附件。请打印后交书记核对、盖章，盖章后才有效；空着的地方手写。"
IN_GROUP = "{what}已私聊发给您。"
COMMITTEE_ONLY = in_group("给别人开，请书记或委员来开；您自己的直接发：开活动证")
NO_PARTY_MEMBER = in_group("活动证和证明信只开给正式党员、预备党员。")
NOWHERE = in_group("还没有登记去向，开不了。请先发：报到 苏州 汇川技术 到明年6月")

BLANK = "　　　　　　"
DUES_TO = "交至{month}"
DUES_NONE = "（由党组织填写）"
DATE = "{day.year}年{day.month}月{day.day}日"
LETTER_TEXT = (
    "兹有{category}{name}同志（学号 {number}），{admitted}组织关系在{branch}。"
    "该同志自{since}起在{city}{company}实习{until}，外出期间请贵处党组织接纳其参加组织生活，并予以教育管理为盼。"
)
ADMITTED = "{day}加入中国共产党，"
UNTIL = "，预计到{month}"
REMARKS = "参加组织生活、交纳党费记录（由接纳的党组织填写）"
RECORD_ROWS = 8
SEAL = "（党组织盖章）"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a paper is about."""

    member: Member
    branch: Branch
    placement: Placement
    dues_to: Month | None
    now: datetime


@command(
    "placement.card",
    "(开|开具|打印|生成|办|办理) [流动党员]活动证",
    "流动党员活动证",
    "@活动证 (开|办|打印)[给我][一下|一张|一份|一个]",
    "@[那个|这个]流动党员[的](证|活动证|证件) [怎么|咋|如何|在哪|去哪|哪里|怎样][能]<办理>",
    "@活动证 [怎么|咋|如何|在哪|去哪|哪里|怎样][能]<办理>",
    "@[那|那个][流动党员]活动证呢",
    "@[不是|不要]证明信 [我要|要|是|我说|我说的是|说的是]活动证",
    changes=False,
    help="开活动证 — 得到流动党员活动证，打印盖章后用",
)
async def card(request: Request, member: Name | None = None) -> Reply:
    """The card of the sender, or for the committee that of somebody in the branch."""
    return _reply(request, await _holder(request, member), CARD)


@command(
    "placement.letter",
    "(开|开具|打印|生成) [流动党员|党员](证明信|证明信函)",
    "(党员证明信|流动党员证明信)",
    "@(开|办|打印)[个|一个|一张|一份](党员证明|流动党员证明)",
    "@[那个|这个]证明信 [怎么|咋|如何|在哪|去哪|哪里|怎样][能]<办理>",
    "@[那|那个][党员](证明信|证明)呢",
    "@[不是|不要]活动证 [我要|要|是|我说|我说的是|说的是]证明信",
    "@证明信[也](来|要|给我|给|开)(一份|一张|个|一个)",
    "@证明信 (开|办|打印)[给我][一下|一张|一份|一个]",
    changes=False,
    help="开证明信 — 得到给实习地党组织的证明信，打印盖章后用",
)
async def letter(request: Request, member: Name | None = None) -> Reply:
    """The letter of the sender, or for the committee that of somebody in the branch."""
    return _reply(request, await _holder(request, member), LETTER)


def _reply(request: Request, holder: Holder, what: str) -> Reply:
    made = _card(holder) if what == CARD else _letter(holder)
    name = FILE_NAME.format(what=what, day=f"{request.now:%Y-%m-%d}")
    return Reply(
        in_group(IN_GROUP, what=in_group(what)),
        READY.format(name=holder.member.name, what=what),
        file=File(name, MEDIA_TYPE, content(made)),
        subjects=[holder.member.id] if holder.member.id != request.me.id else (),
    )


async def _holder(request: Request, name: Name | None) -> Holder:
    """Raises Refusal where no paper can be made."""
    if name is not None and request.role < Role.COMMITTEE and name not in request.me.name:
        raise Refusal(COMMITTEE_ONLY)
    member = request.me if name is None else await find_member(request.my_branch, name)
    if member.id != request.me.id and request.role < Role.COMMITTEE:
        raise Refusal(COMMITTEE_ONLY)
    if not member.is_party_member:
        raise Refusal(NO_PARTY_MEMBER)
    placement = await Placement.get_or_none(claim=member.id)
    if placement is None or not placement.away:
        raise Refusal(NOWHERE)
    branch = await Branch.get(id=member.branch_id)
    standing = await of_member(member, branch, request.settings, request.now)
    return Holder(member, branch, placement, standing.dues.paid_to, request.now)


def _card(holder: Holder) -> Document:
    member = holder.member
    paper = document(CARD, holder.branch.name)
    rows = [
        ("姓名", member.name),
        ("性别、民族", BLANK),
        ("出生年月", BLANK),
        ("学号", member.student_no),
        ("党员类别", member.category.label),
        ("入党日期", DATE.format(day=member.admitted_on) if member.admitted_on else BLANK),
        ("转正日期", DATE.format(day=member.full_since) if member.full_since else BLANK),
        ("所在党组织", holder.branch.path.replace("/", " ")),
        ("流动去向", place(holder.placement)),
        ("党费", DUES_TO.format(month=holder.dues_to.label) if holder.dues_to else DUES_NONE),
        ("党组织联系人、电话", BLANK),
        ("发证日期", BLANK),
    ]
    add_table(paper, rows)
    paper.add_heading(REMARKS, level=2)
    table = paper.add_table(rows=1, cols=3, style="Table Grid")
    for cell, title in zip(table.rows[0].cells, ("日期", "内容", "党组织签章"), strict=True):
        cell.text = title
    for _ in range(RECORD_ROWS):
        table.add_row()
    _sealed(paper, holder)
    return paper


def _letter(holder: Holder) -> Document:
    member, placement = holder.member, holder.placement
    paper = document(LETTER, holder.branch.name)
    paper.add_paragraph(f"{BLANK}党组织：")
    text = LETTER_TEXT.format(
        category=member.category.label,
        name=member.name,
        number=member.student_no,
        admitted=ADMITTED.format(day=DATE.format(day=member.admitted_on)) if member.admitted_on else "",
        branch=holder.branch.path.replace("/", " "),
        since=Month.parse(placement.since).label,
        city=placement.city,
        company=placement.company,
        until=UNTIL.format(month=Month.parse(placement.until).label) if placement.until else "",
    )
    paper.add_paragraph("　　" + clean(text))
    _sealed(paper, holder)
    return paper


def _sealed(paper: Document, holder: Holder) -> None:
    day = holder.now.astimezone(SHANGHAI).date()
    for line in (clean(holder.branch.name) + SEAL, DATE.format(day=day)):
        paper.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
