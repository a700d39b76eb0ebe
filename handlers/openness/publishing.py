"""公开决议、工作计划：a committee, a college or the school publishes to its groups and to those below."""

from __future__ import annotations

from bot.commands import Ask, Refusal, Reply, Request, Role, ToGroups, command, undo
from bot.reach import groups_below
from bot.understanding.values import SHANGHAI, Number, Text
from bot.voice import PERSONAL_NUMBER
from bot.wording import GroupText, Public, in_brackets, in_group, lines_in_group
from models import Disclosure, DisclosureKind, OutboxMessage

LONGEST = 3000  # characters
SHORT = 300  # characters of it in the group
LISTED = 40  # characters of it in a list
SHOWN = 10
KEY = "disclosure:{id}"

SAID = "【党务公开】{number}号{kind}（{branch}）\n{text}{more}"
MORE = "\n全文请发：看公开 {number}"
PUBLISHED = "已公开{number}号{kind}，通知 {groups} 个群。发送“撤销”可撤下。"
REALLY = "会通知 {groups} 个群：{kind}。现在公开吗？"
TOO_LONG = "请写在 {most} 字以内，现在有 {length} 字；更长的请给出文件的链接。"
NO_NUMBERS = in_group("公开的内容里请不要写手机号、身份证号。去掉号码再发一次。")

NONE = in_group("还没有公开的决议、计划、总结。")
LIST = "党务公开：\n{lines}\n看全文请发：看公开 {number}；看党费请发：公开党费"
LINE = "· {number}号{kind}（{branch}，{day}）：{text}"
ONE = "{number}号{kind}（{branch}，{day}公开）：\n{text}"
NO_SUCH = "没有公开过{number}号。发送“党务公开”看有哪些。"
NOT_OURS = "{number}号是{branch}公开的，请由那里撤下。"
PUBLISH_AGAIN = in_group("撤下不能撤销。要恢复，请重新公开。")
WITHDRAWN = "已撤下{number}号{kind}；已经发到群里的收不回来，有错请再公开一次。"


@command(
    "openness.publish",
    "(公开|公布) {kind}",
    "发布{kind=公示}",
    role=Role.COMMITTEE,
    help="公开决议 11月20日支部大会通过…… — 公开决议、工作计划、工作总结、公示，发到本级和下属的群",
)
async def publish(request: Request, kind: DisclosureKind, text: Text) -> Reply:
    """Publish to every member of the branch, or of all branches below the college or school."""
    if len(text) > LONGEST:
        raise Refusal(in_group(TOO_LONG, most=LONGEST, length=len(text)))
    if PERSONAL_NUMBER.search(text):
        raise Refusal(NO_NUMBERS)
    rooms = await groups_below(request.my_branch, request.settings)
    if len(rooms) > 1 and not request.confirmed:
        raise Ask(in_group(REALLY, groups=len(rooms), kind=kind))
    one = await Disclosure.create(
        branch=request.my_branch, kind=kind, text=str(text), publisher=request.me, published_at=request.now
    )
    said = in_group(
        SAID,
        number=one.id,
        kind=kind,
        branch=Public(request.my_branch.name),
        text=Public(text if len(text) <= SHORT else text[: SHORT - 1] + "…"),
        more=in_group(MORE, number=one.id) if len(text) > SHORT else in_group(""),
    )
    return Reply(
        in_group(PUBLISHED, number=one.id, kind=kind, groups=len(rooms)),
        notices=[ToGroups([room.branch_id for room in rooms], said, KEY.format(id=one.id))],
        record=one.id,
    )


@undo(publish)
async def publish_back(request: Request, record: int) -> Reply:
    """Off the list again."""
    return await _withdraw(request, await Disclosure.get(id=record))


@command(
    "openness.list",
    "(党务公开|公开栏|公开事项)[列表|有哪些|有什么]",
    "@(看|看看|查|查看) (党务公开|公开栏|公开事项|支部决议)",
    "@[最近|都]公开了<什么>",
    changes=False,
    help="党务公开 — 看本支部和上级公开的决议、计划、总结",
)
async def published(request: Request, kind: DisclosureKind | None = None) -> Reply:
    """The latest of what the branch and those above it have published, of one kind where it is named."""
    found = Disclosure.read_in(request.my_branch)
    found = found.filter(kind=kind) if kind is not None else found
    shown = await found.order_by("-id").limit(SHOWN)
    if not shown:
        return Reply(NONE)
    lines = lines_in_group(_line(one) for one in shown)
    return Reply(in_group(LIST, lines=lines, number=shown[0].id))


def _line(one: Disclosure) -> GroupText:
    text = " ".join(one.text.split())
    return in_group(
        LINE,
        number=one.id,
        kind=one.kind,
        branch=Public(one.branch.name),
        day=in_brackets(one.published_at.astimezone(SHANGHAI).date()),
        text=Public(text if len(text) <= LISTED else text[: LISTED - 1] + "…"),
    )


@command(
    "openness.read",
    "(看|看看|查看) (公开|党务公开)",
    "(党务公开|公开){number}",
    changes=False,
    help="看公开 3 — 看 3 号公开事项的全文",
)
async def read(request: Request, number: Number) -> Reply:
    """One of them in full, privately: the group has had it already."""
    one = await Disclosure.read_in(request.my_branch).get_or_none(id=number)
    if one is None:
        raise Refusal(in_group(NO_SUCH, number=number))
    day = in_brackets(one.published_at.astimezone(SHANGHAI).date())
    text = ONE.format(number=one.id, kind=one.kind.label, branch=one.branch.name, day=day, text=one.text)
    return Reply(private=text)


@command(
    "openness.withdraw",
    "(撤下|撤回|收回) (公开|党务公开|公开事项)",
    role=Role.COMMITTEE,
    help="撤下公开 3 — 撤下公开错了的事项",
)
async def withdraw(request: Request, number: Number) -> Reply:
    """Take what the sender's own branch has published off the list."""
    one = await Disclosure.read_in(request.my_branch).get_or_none(id=number)
    if one is None:
        raise Refusal(in_group(NO_SUCH, number=number))
    return await _withdraw(request, one)


async def _withdraw(request: Request, one: Disclosure) -> Reply:
    if one.branch_id != request.my_branch.id:
        raise Refusal(in_group(NOT_OURS, number=one.id, branch=Public(one.branch.name)))
    await Disclosure.filter(id=one.id).update(withdrawn_at=one.withdrawn_at or request.now)
    await OutboxMessage.withdraw(f"{KEY.format(id=one.id)}:")
    return Reply(in_group(WITHDRAWN, number=one.id, kind=one.kind), record=one.id)


@undo(withdraw)
async def withdraw_back(request: Request, record: int) -> Reply:
    """It was read in the group; a new publication is clearer than a revived one."""
    raise Refusal(PUBLISH_AGAIN)
