"""还有名额没；线上还是线下；要多久：what is asked about an activity or a service to come."""

from __future__ import annotations

import re
from datetime import date

from bot.by_words import activities_ahead, services_ahead
from bot.commands import Instead, Reply, Request, command
from bot.understanding.values import SHANGHAI, Number, Word
from bot.wording import in_group
from handlers.named.asking import KIND, THAT_ONE
from handlers.named.facts import told
from handlers.named.joining import AT_THAT_TIME, KIND_SAID
from handlers.named.which import the_one

NO_SUCH = in_group("没有找到这一个，或者支部还没同意。发送“组织生活”“公益活动有哪些”看有哪些。")
OF_A_TALK = re.compile("谈心|谈话")
NUMBERED = re.compile(r"(\d{1,3}) ?号")

PLACES = (
    "([现在|目前](还有|还有没有|有没有|还剩|剩|剩多少|剩几个|还剩多少|还有多少|还剩几个|还有几个)[空|多余的](名额|位置|位子|空位|空额|坑)[<吗>]"
    "|(名额|位置|位子)(还有|还剩|有|够)[多少|几个]<吗>"
    "|[现在|人][都|已经](满了|报满了|满员了|招满了|招够了|够了|满员|报满)<吗>|[现在|目前]还(招人|收人|要人|缺人|差人|招|收)<吗>"
    "|(报名|现在报名)[已经](截止|结束|停止)[了]<吗>|[现在|我][报名|报](还来得及|来得及|晚不晚|还赶得上)<吗>)"
)
# What is asked of nothing else, so that it need not be said of what.
WHERE = (
    "([是|在|到底是](线上|线下|网上|现场|线上开|线下开|腾讯会议)(还是|或|或者)[在](线上|线下|网上|现场|线上开|线下开|学校)[的|开|参加]"
    "|[是|在](线上|线下|网上|腾讯会议|线上开|线下开|网上开)[的|开|参加|搞]<吗>|[在|是在|要在|去]<哪里>(集合|集中|碰头))"
)
DETAILS = (
    "([要]去(现场|学校)<吗>|[在|是在|要在|去]<哪里>(开|搞|举行|办)|(谁|哪个|哪位)(组织|发起|牵头|负责|带队|主持)[的|呀]"
    "|[大概|要|一般|大约](开|搞|弄|做|讲|搞活动|持续|用)[个]<几月>[时间]|[要]多(久|长时间)|要带<什么>[东西])"
)
ASKS = f"({PLACES}|{WHERE}|{DETAILS})"


@command(
    "named.details",
    f"@{THAT_ONE}[的]{KIND}{ASKS}",
    f"@{AT_THAT_TIME}[的]{KIND}{ASKS}",
    f"@[{{day}}[的|那个|那场]|{{number}}]{KIND_SAID}{ASKS}",
    f"@{KIND_SAID}{{number}}{ASKS}",
    f"@{PLACES}",
    "@[现在|我]还(能|可以)报<吗>",
    "@{about}[那个|的那个|的][现在]还(能|可以)报<吗>",
    f"@{WHERE}",
    "@{about}[那个|的那个|的][要是|如果|万一|要][人|名额|{_}人|{_}个人]满了[我]还(能|可以|能不能|可不可以)(去|报|参加|报名)<吗>",
    changes=False,
    listed=False,
    offices=False,
    help="周日那个还有名额没 — 看活动、公益的名额、怎么参加",
)
async def details(
    request: Request, about: Word | None = None, day: date | None = None, number: Number | None = None
) -> Instead | Reply:
    """All that is known of the one that is meant: by its number, its day, its words, or because it was spoken of last.

    What is asked of a talk is answered with its slots.
    """
    if OF_A_TALK.search(request.text):
        return Instead("talk.free", {})
    things = [*await activities_ahead(request), *await services_ahead(request)]
    on_day = [one for one in things if one.start is not None and one.start.astimezone(SHANGHAI).date() == day]
    said = NUMBERED.search(request.text)
    if number is None and said is not None and not on_day:
        number = Number(said[1])
    if number is not None:
        things = [one for one in things if one.number == number]
    return await told(request, await the_one(request, on_day or things, about, NO_SUCH))
