"""去向名单：how many are in which city, for everybody; who and where, for the committee alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.commands import Figure, Instead, Reply, Request, Role, Survey, Waiting, command, figures, todo
from bot.organisation import branches_in, meant, names_are_for, parts_of
from bot.understanding.values import City, Organisation
from bot.whereabouts import Open, Whereabouts, of_branches, place
from bot.wording import GroupText, Public, in_group, join, joined_in_group, lines_in_group
from models import Handover

CITIES = 12  # in one message; the rest is summed up
LONGEST_BAR = 10

SUMMARY = "去向：在外 {away} 人（流动党员 {mobile} 人），在校 {home} 人，未登记 {unknown} 人{over}。"
OVER_COUNT = "，到期没更新 {count} 人"
BAR = "{city} {bar} {count}"
ELSEWHERE = "其他 {cities} 个城市 {count}"
HANDED_OVER_COUNT = "转出 {count} 人。"

IN_CITY = "【{city}】{count} 人"
LINE = "· {name}：{place}{mobile}"
IS_MOBILE = "（流动党员）"
HOME = "【在校】{names}"
UNKNOWN = "【未登记】{names}"
OVER = "【到期没更新】{names}"
SILENT = "【{days} 天没有消息】{names}"
HANDED_OVER = "【转出】{names}"
HANDED_OVER_ONE = "{name}（{day:%Y-%m-%d}）"
NEXT = "要提醒未登记、到期和没有消息的人，发送“催去向”；表格：导出去向"
TOLD = "名单已私聊发给您。"

WAITING = "去向要更新的 {count} 人：{parts}。\n  发送“催去向”提醒"
PARTS = {Open.UNKNOWN: "未登记 {names}", Open.OVER: "到期没更新 {names}", Open.SILENT: "{days} 天没有消息 {names}"}


@command(
    "placement.there",
    "@{city}[那边|那里|这边|现在][都]<谁>",
    "@<谁>[都]在{city}[实习|工作|上班]",
    role=Role.COMMITTEE,
    changes=False,
    listed=False,
    help="无锡有谁 — 看大家在哪里，名单私聊给您",
)
async def there(request: Request, city: City) -> Instead:
    """Who is in a city stands in the list, by cities."""
    return Instead("placement.list", {})


@command(
    "placement.list",
    "(去向|去向表|去向列表|去向统计|去向汇总|实习去向)",
    "(大家|同学们|党员们|同志们|大伙) [都](在哪|去哪|分布在哪)[里|儿|个城市] [实习|工作|上班]",
    "@(看|查|查看|看看|统计) (去向|大家的去向|实习去向)",
    "@<看> (大家|同学们|同志们|支部)的[实习]去向",
    "@(谁|哪些人|有谁)在哪(实习|工作)",
    "@[大家|同学们|党员们|同志们|大伙|他们|成员] [都](在|去|到|分布在)[了]<哪里> [实习|工作|上班]",
    "@(党员|成员|支部|同学|大家|同志)[们|成员][的] 去向",
    "@去向(情况|名单|列表|表|统计|汇总|一览|怎么样)",
    "@<谁>[还|都还](没|没有|未)(登记|填|报) 去向",
    "@去向[还|都]<谁>[还|都还](没|没有|未)(登记|填|报|登)",
    "@(现在|目前)[大家|同学们|同志们][都]在(哪些|哪几个|什么)(城市|地方|单位)",
    role=Role.COMMITTEE,
    changes=False,
    help="去向 — 看大家在哪里，名单私聊给您",
)
async def listed(request: Request, branch: Organisation | None = None) -> Reply:
    """Cities with their counts, of the sender's branch, of all below, or of one of them; names: `names_are_for`."""
    node = await meant(request, branch)
    branches = branches_in(await parts_of(node))
    found = await of_branches(branches, request.settings, request.now)
    gone = await Handover.filter(claim__isnull=False, member__branch_id__in=[one.id for one in branches])
    counts = lines_in_group([*_counts(found, len(gone), request), *_cities(found)])
    if not names_are_for(request, node):
        return Reply(counts, about=node.id)
    await Handover.fetch_for_list(gone, "member")
    names = _names(found, request)
    if gone:
        names.append(HANDED_OVER.format(names=join(_gone(one) for one in gone)))
    subjects = {*(one.member.id for one in found), *(one.member_id for one in gone)} - {request.me.id}
    return Reply(counts, "\n".join([counts, "", *names, NEXT]), subjects=sorted(subjects), about=node.id)


def _gone(one: Handover) -> str:
    return HANDED_OVER_ONE.format(name=one.member.name, day=one.left_on)


def _counts(found: Sequence[Whereabouts], gone: int, request: Request) -> list[GroupText]:
    over = sum(one.open is Open.OVER for one in found)
    lines = [
        in_group(
            SUMMARY,
            away=sum(one.away for one in found),
            mobile=sum(one.mobile(request.now) for one in found),
            home=sum(one.placement is not None and not one.away for one in found),
            unknown=sum(one.placement is None for one in found),
            over=in_group(OVER_COUNT, count=over) if over else in_group(""),
        )
    ]
    return [*lines, in_group(HANDED_OVER_COUNT, count=gone)] if gone else lines


def _cities(found: Sequence[Whereabouts]) -> list[GroupText]:
    """苏州 ■■■ 3: a line for each of the cities with the most people."""
    counted = Counter(one.placement.city for one in found if one.placement is not None and one.away).most_common()
    lines = [
        in_group(BAR, city=Public(city), bar=Public("■" * min(count, LONGEST_BAR)), count=count)
        for city, count in counted[:CITIES]
    ]
    rest = counted[CITIES:]
    return [*lines, in_group(ELSEWHERE, cities=len(rest), count=sum(n for _, n in rest))] if rest else lines


def _names(found: Sequence[Whereabouts], request: Request) -> list[str]:
    in_city: dict[str, list[str]] = {}
    for one in found:
        if one.placement is not None and one.away:
            mobile = IS_MOBILE if one.mobile(request.now) else ""
            line = LINE.format(name=one.name, place=place(one.placement), mobile=mobile)
            in_city.setdefault(one.placement.city, []).append(line)
    lines = []
    for city, theirs in sorted(in_city.items(), key=lambda item: -len(item[1])):
        lines += [IN_CITY.format(city=city, count=len(theirs)), *theirs]
    others = (
        (HOME, [one.name for one in found if one.placement is not None and not one.away]),
        (UNKNOWN, [one.name for one in found if one.placement is None]),
        (OVER, [one.name for one in found if one.open is Open.OVER]),
        (SILENT, [one.name for one in found if one.open is Open.SILENT]),
    )
    days = request.settings.reminders.silent_days
    return lines + [text.format(names=join(names), days=days) for text, names in others if names]


@todo("placement", order=80)
async def to_ask(request: Request) -> Sequence[Waiting]:
    """Party members whose whereabouts are unknown, past their end, or who have long been silent."""
    found = await of_branches([request.my_branch], request.settings, request.now)
    asked = [one for one in found if one.open is not None and one.member.id != request.me.id]
    if not asked:
        return []
    days = request.settings.reminders.silent_days
    parts = [
        text.format(names=join(one.name for one in asked if one.open is open_), days=days)
        for open_, text in PARTS.items()
        if any(one.open is open_ for one in asked)
    ]
    return [Waiting(WAITING.format(count=len(asked), parts="；".join(parts)), [one.member.id for one in asked])]


FIGURES = "去向：在外 {away} 人{parts}"
FIGURES_PARTS = (
    "（流动党员 {count}）",
    "，未登记 {count}",
    "，到期没更新 {count}",
    "，久没有消息 {count}",
    "，转出 {count}",
)


@figures("placement", order=70)
async def figure(survey: Survey) -> Figure:
    """How many are away, and about how many something is open."""
    found = await of_branches(survey.branches, survey.settings, survey.now)
    ids = [branch.id for branch in survey.branches]
    gone = await Handover.filter(claim__isnull=False, member__branch_id__in=ids).count()
    open_ = Counter(one.open for one in found)
    mobile = sum(one.mobile(survey.now) for one in found)
    numbers = (mobile, open_[Open.UNKNOWN], open_[Open.OVER], open_[Open.SILENT], gone)
    parts = [in_group(text, count=count) for text, count in zip(FIGURES_PARTS, numbers, strict=True) if count]
    away = sum(one.away for one in found)
    if not away and not parts:
        return Figure()
    return Figure([in_group(FIGURES, away=away, parts=joined_in_group(parts))])
