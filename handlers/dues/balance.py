"""党费查询：one's own account, and for the secretary who has not paid yet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from bot.commands import Instead, Refusal, Reply, Request, Role, command
from bot.organisation import branches_in, meant, names_are_for, parts_of
from bot.people import called
from bot.understanding.found import Context
from bot.understanding.months import read_months
from bot.understanding.values import Month, Months, Organisation
from bot.wording import GroupText, Public, in_group, lines_in_group, typed, when
from handlers.dues.standards import each, shares_for, spoken, yuan
from models import Branch, DuesPayment, Level, Member, PaymentState
from models.dues import arrears, owed_months, paid_to, settled, shares_of

OWES_NOTHING = "您现在不用交党费（预备党员从支部大会通过之日起交）。"
NOT_COLLECTED = in_group("临时党支部和学院、学校党委不在这里收党费，请在组织关系所在的支部交。")
PAID_TO = "党费交至：{month}。"
NONE_YET = "党费从{month}起交，那个月的还没有登记。"
ALL_PAID = "都交齐了。"
MISSING = "还没有交：{months}（{count} 个月），应交 {total}。可以发：交党费 {example}"
IS_IT_PAID = re.compile(r"(?:(?:登|记|交|缴|确认)(?:上|上去|到|过)?(?:了?(?:没有?|吗|么)|没)|月份?的?呢)\W*\Z")
STANDS = {
    PaymentState.CONFIRMED: "{months}党费：书记已确认。",
    PaymentState.DECLARED: "{months}党费：已登记，待书记确认。",
    None: "{months}党费：还没有登记。要登记请发：交党费 {example}",
}
STANDARD = "标准：{each}。"
THIS_YEAR = "{year}年的登记："
NO_PAYMENTS = "{year}年还没有登记。"
PAYMENT = "· {months}，{amount}，{state}（{day}登记{payer}）"
BY = "，{payer}代交"
WITH_EXTRA = "{amount}（其中自愿多交 {extra}）"

COUNTS = "{months}党费：应交 {owing} 人，已登记 {paid} 人（其中待确认 {open} 人），还没交 {missing} 人。"
PART = "· {name}：应交 {owing} 人，已登记 {paid} 人，还没交 {missing} 人"
NAMES_FOLLOW = "{counts}名单已私聊发给您。"
NAME = "· {name}：{months}（{count} 个月）"
NOBODY = "都交了。"
REMIND = "要提醒他们，可以发：催党费"


@command(
    "dues.mine",
    "我的党费",
    "我[的]党费 交到(几月|哪个月|哪月|什么时候|哪了|哪里|多久)",
    "@党费 交到(几月|哪个月|哪月|什么时候|哪了|哪里)",
    "@我 党费 (情况|记录|明细|状态|进度)",
    "@(查|查查|查看|看看|看) 我 党费",
    "我[还](欠|差)(多少|几个月|几月)[的]党费",
    "我[还](欠|差) 党费",
    "我[还](欠|差) 党费(多少|几个月)",
    "@我 党费 交了(没|没有|吗)",
    "@我{_}党费 交了(没|没有|吗)",
    "@我[的]党费[还](欠|差)(多少|几个月)",
    "@我交党费了(没|没有|吗)",
    "@我交了(几个月|多少)[的]党费",
    "@我[的]党费 (记上|登记|确认)了(没|没有|吗)",
    "@我[的] & 党费 & <办了吗>",
    "@[我] 党费 [我] (交|缴|缴纳)到<几月>",
    "@我 & 党费 & (欠|差|少交|缺|<未交>)",
    "@<看>[我][的] 党费",
    "@我 (交|缴)了 党费",
    "@(我的|我)(缴费|党费)(记录|明细|情况|状态|进度|账|账单|缴纳情况|缴费情况)",
    "@[我] 党费 我 (欠|差|缺) ",
    "@我 (还要|还需要|该|应该) 交 党费",
    "@[每个月|每月|一个月]党费[我](要|该|应该|需要|得)<交> <什么>",
    "@我[的] & 党费 & <办没办>",
    "@党费 [我][还](欠不欠|差不差|用不用交|要不要交|需不需要交)",
    "@[我] [还](没入党|没转正|是预备党员|是积极分子|不是党员) 党费 (是不是|用不用|要不要)[不用|要|用|需要]交",
    "@党费 [我](是不是|是否)(不用|不需要|用|要|需要)交",
    "@[那][我][还](差|欠|少)(哪个月|哪几个月|几个月|哪些月|哪个月份)[的][党费]<吗>",
    "@[那][我][还](差|欠|少)(哪个月|哪几个月|几个月|哪些月|哪个月份)[的][党费]",
    "@(书记|支书)[说]我[的]党费[收|确认|收到][到|了]<吗>",
    "@我{_}[的|份的|份][党费][到底](交|缴)(没|没有|了没|了没有|了吗)",
    "@我{_}[的]党费[现在|到底][算](登记|登|记|交)[上]了<吗>",
    "@[我][那|的]{_}[的]党费(撤掉|撤了|撤销|退|退掉|退了)[了](没|没有|吗|么)",
    "@(怎么|咋|为什么|为啥)[把][我][的]{_}[的]党费(退|退回|打回)[了|回来]",
    "@[党费][一共|总共][是|要|得|交](多少钱|多少)[来着]",
    "@[我] 党费 (交|缴|缴纳)至<几月>",
    "@我[那|的|这]{_}[的] 党费 [有没有] (登上|登记上|记上|交上|收到)[了](没|没有|吗|么)",
    "@我[自己][的]{_}[的][党费](怎么|咋|为什么|为啥|怎么还|咋还)(没|没有)(记|登|登记|确认|算)[上|到|进去]",
    "@[查|查一下|看看|看一下]我(哪几个月|哪个月|哪些月|几个月)(没|没有|未)(交|缴)[的]党费",
    "@我{_}[的][党费][是不是|有没有|会不会|好像](漏交|漏|少交|没交|忘交|忘了交|漏了)[了|过]<吗>",
    "@我{_}[的][党费][是不是|有没有|会不会](漏交|漏|少交|没交|忘交|忘了交|漏了)[了|过]",
    changes=False,
    help="我的党费 — 看自己党费交到几月",
)
async def mine(request: Request) -> Reply:
    """The sender's account: paid-to month, arrears, standard, this year's declarations; of the months that
    are asked about whether they are paid. Private."""
    member, branch = request.me, request.my_branch
    if not branch.collects_dues:
        raise Refusal(NOT_COLLECTED)
    if not member.owes_dues:
        raise Refusal(OWES_NOTHING)
    now = Month.of(request.now)
    owed = owed_months(member, branch, str(now))
    paid = (await settled([member.id]))[member.id]
    if (months := _asked_about(request)) is not None:
        return Reply(private=_of_these(request, months, paid))
    last = paid_to(owed, paid)
    lines = [PAID_TO.format(month=Month.parse(last).label)] if last else []
    if missing := [month for month in owed if month not in paid]:
        lines += [] if last else [NONE_YET.format(month=Month.parse(owed[0]).label)]
        shares = await shares_for(member, missing, request.settings.dues)
        total = yuan(sum(shares.values()))
        lines.append(
            MISSING.format(
                months=spoken(missing).label,
                count=len(missing),
                total=total,
                example=typed(spoken(missing), request.now),
            )
        )
    else:
        lines.append(ALL_PAID)
    lines.append(STANDARD.format(each=each(await shares_for(member, [str(now)], request.settings.dues))))
    lines += await _payments(member, now.year)
    # 那登上吧, right behind it.
    offer = Instead("dues.pay", {"months": spoken(missing)}) if missing else None
    return Reply(private="\n".join(lines), offer=offer)


def _asked_about(request: Request) -> Months | None:
    """The months in 我11月的党费登上没: the command has none of its own, because most who name one ask for all."""
    if not IS_IT_PAID.search(request.text):
        return None
    text, context = request.text.strip(), Context(request.now)
    found = (read_months(text, at, context) for at in range(len(text)) if at == 0 or not text[at - 1].isdigit())
    return next((one.value for one in found if one is not None and isinstance(one.value, Months)), None)


def _of_these(request: Request, months: Months, paid: Mapping[str, PaymentState]) -> str:
    """Which of `months` are confirmed, declared, or neither, a line each."""
    by_state: dict[PaymentState | None, list[str]] = {}
    for month in months:
        by_state.setdefault(paid.get(str(month)), []).append(str(month))
    return "\n".join(
        STANDS[state].format(months=spoken(these).label, example=typed(spoken(these), request.now))
        for state, these in by_state.items()
    )


async def _payments(member: Member, year: int) -> list[str]:
    """The member's standing declarations for months from `year` on, by month."""
    payments = await (
        DuesPayment.filter(member_id=member.id, shares__month__gte=f"{year}-01")
        .exclude(state=PaymentState.VOID)
        .order_by("id")
        .distinct()
        .select_related("payer")
    )
    if not payments:
        return [NO_PAYMENTS.format(year=year)]
    listed = sorted([(spoken(await shares_of(payment)), payment) for payment in payments], key=itemgetter(0))
    return [THIS_YEAR.format(year=year), *(_line(months, payment) for months, payment in listed)]


def _line(months: Months, payment: DuesPayment) -> str:
    amount = yuan(payment.amount)
    return PAYMENT.format(
        months=months.label,
        amount=WITH_EXTRA.format(amount=amount, extra=yuan(payment.extra)) if payment.extra else amount,
        state=payment.state.label,
        day=when(payment.declared_at).partition("（")[0],
        payer=BY.format(payer=payment.payer.name) if payment.payer_id != payment.member_id else "",
    )


@command(
    "dues.missing",
    "[还有|有](谁|哪些人|哪几个|哪些同志|哪些同学) [还](没|没有|未)(交|缴) 党费",
    "党费 [还有|有](谁|哪些人|哪几个|哪些同志|哪些同学) [还](没|没有|未)(交|缴)",
    "@党费 (没|没有|未)(交|缴) (名单|有哪些|有谁|的人|是谁)",
    "@(没|没有|未)(交|缴) 党费[的](名单|有哪些|有哪些人|有谁|人|是谁)",
    "@(谁|哪些人)[还]欠 党费",
    "@党费(缺|差|欠)(谁|哪些人)",
    "@党费(交齐|收齐)了(没|吗|没有)",
    "<谁><未交> 党费",
    "党费 <谁><未交>",
    "@党费 & <未交> & <谁>",
    "@<谁>[的]党费 <未交>",
    "@<谁>[还](欠|差|缺|少) 党费",
    "@[{months}]党费[还|都](差|缺|欠|剩)<多少人>[没|没有][交|缴|登]",
    "@[{months}]党费(交|收|登)[到|了]<多少人>[了]",
    "@[{months}]党费[都|现在](交|收|缴)(得|的)(怎么样|怎样|咋样|如何|咋个样)[了]",
    "@党费 (欠|差|缺) <谁>",
    "@党费[还]<谁>[还](欠|差|缺)[着]",
    "@<未交> 党费[的]<名单>",
    "@党费 <未交>[的]<名单>",
    "@(看|查|列出|统计|列|看看|查查|列一下|统计一下|列下|查一下|看一下) <未交> 党费[的][人|同学|同志|党员|名单|情况]",
    "@党费 [都](交|收)(齐|全|完)[了]<吗>",
    "@党费(缴纳|收缴|收取|欠缴|催缴)(情况|名单|进度)",
    "@(我问的是|我是问|我说的是|我是说|问的是)党费[还](没|没有)交的[人|是谁|有谁|名单]",
    role=Role.COMMITTEE,
    changes=False,
    help="谁还没交11月党费 — 看谁还没交党费",
)
async def missing(request: Request, months: Months | None = None, branch: Organisation | None = None) -> Reply:
    """Who has not declared one of `months` (this month where none is named), and all that each has open up to now.

    Above the branches the counts of those directly below; who reads names: `names_are_for`.
    """
    node = await meant(request, branch)
    asked = months or Months([Month.of(request.now)])
    if node.level is not Level.BRANCH:
        return await _below(node, asked)
    if not node.collects_dues:
        raise Refusal(NOT_COLLECTED)
    members = await Member.filter(branch_id=node.id, active=True).order_by("id")
    accounts = await _accounts(members, {node.id: node}, asked)
    counts = _counted(asked, accounts)
    lacking = {one.member.id: one.lacking for one in accounts if one.lacking}
    if not lacking:
        return Reply(counts, "\n".join([counts, NOBODY]) if request.in_private else None, about=node.id)
    if not names_are_for(request, node):
        return Reply(group=counts, about=node.id)
    behind = await arrears(members, node, str(Month.of(request.now)))
    calling = called(members)
    lines = []
    for id_, months_lacking in lacking.items():
        open_months = spoken({*months_lacking, *behind.get(id_, ())})
        said = typed(open_months, request.now, "–")
        lines.append(NAME.format(name=calling[id_], months=said, count=len(open_months)))
    private = "\n".join([counts, *lines, REMIND])
    return Reply(in_group(NAMES_FOLLOW, counts=counts), private, subjects=list(lacking), about=node.id)


@dataclass(frozen=True, slots=True)
class _Account:
    """Who owes dues in the months asked about, which of them are lacking, and whether one waits to be confirmed."""

    member: Member
    lacking: list[str]
    unconfirmed: bool


async def _accounts(members: Sequence[Member], branches: Mapping[int, Branch], asked: Months) -> list[_Account]:
    wanted = {str(month) for month in asked}
    owing = {
        member: due
        for member in members
        if (due := wanted.intersection(owed_months(member, branches[member.branch_id], max(wanted))))
    }
    paid = await settled(member.id for member in owing)
    return [
        _Account(
            member,
            sorted(due - paid[member.id].keys()),
            any(paid[member.id].get(month) is PaymentState.DECLARED for month in due),
        )
        for member, due in owing.items()
    ]


def _counted(asked: Months, accounts: Sequence[_Account]) -> GroupText:
    missing = sum(bool(one.lacking) for one in accounts)
    unconfirmed = sum(one.unconfirmed and not one.lacking for one in accounts)
    paid = len(accounts) - missing
    return in_group(COUNTS, months=asked, owing=len(accounts), paid=paid, open=unconfirmed, missing=missing)


async def _below(node: Branch, asked: Months) -> Reply:
    """The sum, and a line for each of those directly below; as many queries for a hundred branches as for one."""
    parts = await parts_of(node)
    branches = {branch.id: branch for branch in branches_in(parts)}
    members = await Member.filter(branch_id__in=list(branches), active=True).order_by("id")
    accounts = await _accounts(members, branches, asked)
    lines = [_counted(asked, accounts)]
    for part in parts:
        inside = {branch.id for branch in part.branches}
        theirs = [one for one in accounts if one.member.branch_id in inside]
        missing = sum(bool(one.lacking) for one in theirs)
        name, paid = Public(part.node.name), len(theirs) - missing
        lines.append(in_group(PART, name=name, owing=len(theirs), paid=paid, missing=missing))
    return Reply(group=lines_in_group(lines), about=node.id)
