"""报到、续期、结束：where a member says they are; what was said before is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.commands import Ask, AskFor, Instead, Refusal, Reply, Request, command, undo
from bot.understanding.values import SHANGHAI, City, Month, Word
from bot.whereabouts import place
from bot.wording import in_group
from models import MatterKind, OpenMatter, Placement

LONGEST_MONTHS = 60
LONGEST_COMPANY = 60
LONGEST_CITY = 20

EXAMPLE = "例如：报到 苏州 汇川技术 到明年6月"
NO_CITY = in_group("请写上城市，县级市写“昆山市”这样。例如：报到 苏州 汇川技术 到明年6月；在学校请发送“我在校”")
MOVED = re.compile("换|离开|跳|新单位|新公司")
STILL_THERE = "还是在{city}，单位改成{company}吗？"
TOO_LONG_NAME = in_group("城市和单位请写得短一些，用简称就行。例如：报到 苏州 汇川技术 到明年6月")
WRONG_ORDER = "{until}在{since}以前，请检查月份。" + EXAMPLE
PAST = "{until}已经过去了，请检查月份。" + EXAMPLE
TOO_LONG = "从{since}到{until}超过五年了，请检查月份。" + EXAMPLE
FAR_AHEAD = "{since}还早，请临近了再登记。" + EXAMPLE

DONE = in_group("已登记去向。发送“撤销”可收回。")
REGISTERED = "已登记去向：{place}{months}。{mobile}{end}发送“撤销”可收回。"
MONTHS = "（共 {count} 个月）"
MOBILE = "\n六个月以上，算流动党员，请和支部常联系；需要的话发送“开活动证”。"
ASKED_THEN = "\n到期前我会私聊问您。"
NO_END = "\n知道到几月了，请发送“续到明年6月”。"
AT_SCHOOL = "已登记：您在校。去实习了请发：报到 苏州 汇川技术 到明年6月。发送“撤销”可收回。"
AT_SCHOOL_ALREADY = "您已经登记在校了，这次记下您还在校。"

NOTHING = in_group("您还没有登记去向。请发：报到 苏州 汇川技术 到明年6月；在学校请发送“我在校”")
NOT_AWAY = in_group("您现在没有登记实习。去实习了请发：报到 苏州 汇川技术 到明年6月")
OVER = "您登记的是：{place}，{state}。还在就发送“续到明年3月”（写上月份），结束了发送“实习结束”。"
CONFIRMED = "好的，记下了，您的去向没有变：{place}。"
REGISTER_INSTEAD = in_group("“去向没变”不用撤销。去向有变请私聊发送：登记去向 加城市和单位")
CONFIRMED_IN_GROUP = in_group("好的，记下了，您的去向没有变。")
ENDED = "已登记结束：{place}。回校了不用再报；去了别处请发：报到 苏州 汇川技术 到明年6月。发送“撤销”可收回。"
NONE_YET = "您还没有登记去向。请发：报到 苏州 汇川技术 到明年6月；在学校请发送“我在校”"
MINE = "您的去向：{place}{months}。\n有变化请再报到一次；延期发送“续到明年6月”，结束了发送“实习结束”。"
MINE_AT_SCHOOL = "您的去向：{place}。\n去实习了请发：报到 苏州 汇川技术 到明年6月"
BEFORE = "以前登记过的：\n{lines}"
MINE_IN_GROUP = in_group("您的去向已私聊发给您。")

TAKEN_BACK = in_group("已撤销，去向恢复成原来登记的。")
CHANGED_SINCE = in_group("这以后您又更新过去向，这一条收不回了。请重新报到，例如：报到 苏州 汇川技术 到明年6月")
NOT_ENDED = in_group("已撤销，这段实习还在继续。")


@dataclass(frozen=True, slots=True)
class Stretch:
    """The months of a placement, both included; `until` is None where nobody knows it yet."""

    since: Month
    until: Month | None


@command(
    "placement.register",
    "报到",
    "(登记|填报|更新|填写|修改|上报) (去向|实习去向|实习单位|实习)",
    "(去向|实习|实习去向)(登记|填报|更新|报到)",
    "@(去向|我的去向|实习地点|实习单位){city}",
    "@我[现在|目前|已|已经|刚](在|到|去|来) (实习|工作|上班|入职|报到|就业)",
    "@[我][要|会|准备|快要|马上](换去|换到|调到|调去|转去|转到|派到|派去){city}[实习|工作|上班][了]",
    "@(换|换了|更换|换到)(单位|公司|实习单位|工作)[了|到|去]",
    "@(换|换了|更换)[单位|公司|实习|工作|地方][了] [重新](去向|实习去向)(登记|更新|填报)[一下]",
    "@[我]已[经]到 报到",
    "@(去向|实习|单位)(变更|变动|修改|更新|变了)",
    "@我[已|已经](换到|换去|调到|转到) (实习|工作|上班|了)",
    "@我[现在|目前|已|已经|刚](在|到|去|来) (干|做|待|呆|实习|工作|上班)到",
    "@(实习单位|单位|公司|工作)(换|变)了",
    "@我[又|已经|最近](换|跳)[了|到](公司|单位|工作|厂|实习|地方)[了|啦]",
    "@单位(没写上|漏了|忘写了|没登上)",
    offices=False,
    help="报到 苏州 汇川技术 到明年6月 — 登记去向，有变化再报一次；请私聊发",
)
async def register(
    request: Request,
    city: City | None = None,
    company: Word | None = None,
    from_: Month | None = None,
    until: Month | None = None,
) -> Reply:
    """Say where the sender is from `from_` (this month, or since when they are there) to `until`."""
    before = await Placement.get_or_none(claim=request.me.id)
    if city is None:
        city = _known_city(request, before, company)
    if len(city) > LONGEST_CITY or len(company or "") > LONGEST_COMPANY:
        raise Refusal(TOO_LONG_NAME)
    if company is not None and len(company) > len(city) + 1:
        company = Word(company.removeprefix(city))  # 在苏州汇川: the city is said already
    if (
        company is None
        and before is not None
        and before.away
        and before.city == city
        and before.company
        and not MOVED.search(request.text)
    ):
        company = Word(before.company)  # 我在苏州要待到七月底: where else would have been said
    same = before is not None and before.away and (before.city, before.company) == (city, company or "")
    known = Month.parse(before.since) if before is not None and same else None
    stretch = _checked(request, Stretch(from_ or known or Month.of(request.now), until))
    row = await Placement.register(_row(request, stretch, city=city, company=company or ""))
    await _answered(request)
    return _registered(request, row)


def _known_city(request: Request, before: Placement | None, company: Word | None) -> City:
    """Where the member is registered already, after a question; raises AskFor where that is not known."""
    if before is None or not before.away or company is None:
        raise AskFor(NO_CITY)
    if not request.confirmed:
        raise Ask(STILL_THERE.format(city=before.city, company=company))
    return City(before.city)


def _checked(request: Request, stretch: Stretch) -> Stretch:
    """Raises Refusal where the months cannot be right."""
    this, since, until = Month.of(request.now), stretch.since, stretch.until
    if since - this > 12:
        raise Refusal(FAR_AHEAD.format(since=since.label))
    if until is not None and until < since:
        raise Refusal(WRONG_ORDER.format(since=since.label, until=until.label))
    if until is not None and until < this:
        raise Refusal(PAST.format(until=until.label))
    if (until or max(this, since)) - since >= LONGEST_MONTHS:
        raise Refusal(TOO_LONG.format(since=since.label, until=(until or this).label))
    return stretch


def _row(
    request: Request, stretch: Stretch, *, city: str = "", company: str = "", at_school: bool = False
) -> Placement:
    return Placement(
        member_id=request.me.id,
        at_school=at_school,
        city=str(city),
        company=str(company),
        since=str(stretch.since),
        until=str(stretch.until) if stretch.until else None,
        registered_at=request.now,
        confirmed_at=request.now,
    )


def _registered(request: Request, row: Placement) -> Reply:
    this = str(Month.of(request.now))
    mobile = MOBILE if request.me.is_party_member and row.is_mobile(this) else ""
    end = ASKED_THEN if row.until else NO_END
    text = REGISTERED.format(place=place(row), months=_months(row, this), mobile=mobile, end=end)
    return Reply(DONE, text, record=row.id, personal=True)


def _months(row: Placement, this: str) -> str:
    return MONTHS.format(count=row.months(this)) if row.until else ""


@command(
    "placement.at_school",
    "(报到|去向|去向登记|登记去向)[我](在校|在学校)",
    "@[我][现在|目前|还](在校|在学校)",
    "@[我](没有|没去|没|不)实习",
    "@[我][现在|目前|还](在校|在学校)(没|没有|不)(出去|外出|去实习|实习|走)",
    "@我[现在|目前|一直|还|就](在校|在学校)[里] (做|写|忙|准备|读|上|搞) [毕设|毕业设计|论文|毕业论文|课|考研|实验|学]",
    offices=False,
    help="我在校 — 告诉支部您在校，没有实习",
)
async def at_school(request: Request) -> Reply:
    """The sender is at school, so there is nothing to ask about."""
    before = await Placement.get_or_none(claim=request.me.id)
    if before is not None and before.at_school:
        await Placement.filter(id=before.id).update(confirmed_at=request.now)
        return Reply(CONFIRMED_IN_GROUP, AT_SCHOOL_ALREADY)
    row = await Placement.register(_row(request, Stretch(Month.of(request.now), None), at_school=True))
    return Reply(DONE, AT_SCHOOL, record=row.id)


@command(
    "placement.extend",
    "@(续到|延到|延长到|延期到|顺延到|继续到|续期到|续|延长|延期) {until}",
    "@(实习|去向)(续到|延到|延长到|延期到|顺延到|继续到|续期到|续期|延长|延期) {until}",
    "@{_}[的]实习[要|得|想](延期|延长|续期|续|延) [到]{until}",
    "@(去向|实习)[要|得|想](改|变|更新|动)[一下|下|了] (续到|延到|延长到|延期到|顺延到|继续到) {until}",
    help="续到明年6月 — 延长实习，改到几月",
)
async def extend(request: Request, until: Month) -> Reply | Instead:
    """The sender stays where they are until another month."""
    row = await _away(request)
    # 3月 alone is read as the nearest one; what goes on ends ahead.
    ahead = until if until >= Month.of(request.now) else until + 12
    if ahead != until and request.unsure:
        return Instead("placement.extend", {"until": ahead})  # so that this month is asked about
    stretch = _checked(request, Stretch(Month.parse(row.since), ahead))
    again = await Placement.register(_row(request, stretch, city=row.city, company=row.company))
    await _answered(request)
    return _registered(request, again)


@command(
    "placement.confirm",
    "@(去向|实习|实习去向|单位)[都](没变|没有变|不变|没变化|没有变化|没有变动|照旧)",
    "@(没变|没有变|没变化|不变) [就|还|就还|都还|还就]是(这个|这家|那家|原来的)",
    "@[我]还在(原单位|原来的单位|原来单位|实习)",
    "@(去向|实习|单位|地方|地点|跟以前|和以前|跟上次|和上次)[还是]<没变>",
    "@[我][还是|还在|仍在|仍是|一直在](老|原|原来的|原来|那家|那个)(地方|单位|公司|那家|那里) [<没变>]",
    answers={"placement_end": ("没结束", "还没结束", "没有结束", "还在", "还没", "没有", "继续")},
    help="去向没变 — 告诉支部去向没有变",
)
async def confirm(request: Request) -> Reply:
    """What the sender said before still holds; where its last month is past, they have to name another."""
    row = await Placement.get_or_none(claim=request.me.id)
    if row is None:
        raise Refusal(NOTHING)
    if row.away and row.until and Month.parse(row.until) < Month.of(request.now):
        raise Refusal(OVER.format(place=place(row), state="已经到期了"))
    if request.matter is not None:
        raise Refusal(OVER.format(place=place(row), state="快到期了"))
    await Placement.filter(id=row.id).update(confirmed_at=request.now)
    return Reply(CONFIRMED_IN_GROUP, CONFIRMED.format(place=place(row)), record=row.id)


@undo(confirm)
async def confirm_back(request: Request, record: int) -> Reply:
    """Nothing of the placement was changed by it."""
    raise Refusal(REGISTER_INSTEAD)


@command(
    "placement.end",
    "@[我][的](实习|去向)[已|已经](结束|结束了|完了|到期了|结束啦)",
    "@[我][已|已经](回校|返校|回学校|返回学校)了",
    "@[我]不实习了",
    "@[我](上周|前天|昨天|月初|提前|已经)[就|已经]结束实习[了]",
    "@[我][实习](那边|这边) [上周|前天|昨天|月初|提前][就|已经|已][提前]结束[实习]了",
    "@[我|实习][就]{day}结束[了] [然后|之后|就]回(学校|校)[了]",
    "@我[已经](离职|辞职)了",
    answers={
        "placement_end": ("结束", "结束了", "已结束", "已经结束", "已经结束了", "结束啦", "回校了", "返校了", "回来了")
    },
    help="实习结束 — 告诉支部实习结束了",
)
async def end(request: Request, day: date | None = None) -> Reply | Instead:
    """The sender's placement is over, since a `day` that is past; one to come is when it goes on to."""
    row = await _away(request)
    today = request.now.astimezone(SHANGHAI).date()
    if day is not None and day > today:
        return Instead("placement.extend", {"until": Month.of(day)})
    row.ended_on, row.confirmed_at = day or today, request.now
    await row.save(update_fields=["ended_on", "confirmed_at"])
    await _answered(request)
    return Reply(DONE, ENDED.format(place=place(row)), record=row.id)


async def _answered(request: Request) -> None:
    """What was asked about the end has its answer: a bare 还没 means nothing here any more."""
    mine = {"channel": request.sender.channel, "contact": request.sender.contact}
    await OpenMatter.filter(kind=MatterKind.PLACEMENT_END, **mine).delete()


async def _away(request: Request) -> Placement:
    """What holds of the sender, who is away; raises Refusal."""
    row = await Placement.get_or_none(claim=request.me.id)
    if row is None or not row.away:
        raise Refusal(NOTHING if row is None else NOT_AWAY)
    return row


@command(
    "placement.mine",
    "我的(去向|实习去向)",
    "@我的实习",
    "@(看|查|看看|查看|查一下)我的(去向|实习去向|实习)",
    "@<看> 我[登记|填|报|写]的(去向|实习|实习去向|实习单位)",
    "@我[的|登记的|报的|填的] & (去向|实习去向) & (<什么>|<哪里>|<情况>)",
    "@[我]实习到<几月>",
    "@我[现在|目前]登记的[是|在]<哪里>",
    "@[那]我(是不是|算不算|算|是|属于|属不属于)流动党员",
    changes=False,
    help="我的去向 — 看自己登记的去向",
)
async def mine(request: Request) -> Reply:
    """What holds of the sender, and what they said before."""
    said = Placement.filter(member_id=request.me.id, voided_at=None)
    rows = await said.order_by("-id").limit(10)
    row = next((one for one in rows if one.claim is not None), None)
    if row is None:
        return Reply(MINE_IN_GROUP, NONE_YET)
    months = _months(row, str(Month.of(request.now)))
    lines = [MINE.format(place=place(row), months=months) if row.away else MINE_AT_SCHOOL.format(place=place(row))]
    if before := [f"· {place(one)}" for one in rows if one.id != row.id]:
        lines.append(BEFORE.format(lines="\n".join(before)))
    return Reply(MINE_IN_GROUP, "\n".join(lines))


async def _take_back(request: Request, record: int) -> Reply:
    row = await Placement.get(id=record)
    if row.claim is None:
        raise Refusal(CHANGED_SINCE)
    await row.take_back(request.now)
    return Reply(TAKEN_BACK)


take_back_registered = undo(register)(_take_back)
take_back_at_school = undo(at_school)(_take_back)
take_back_extended = undo(extend)(_take_back)


@undo(end)
async def not_ended(request: Request, record: int) -> Reply:
    """The placement goes on."""
    if not await Placement.filter(id=record, claim__isnull=False).update(ended_on=None):
        raise Refusal(CHANGED_SINCE)
    return Reply(NOT_ENDED)
