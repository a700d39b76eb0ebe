"""别人看得到吗：who can read what is told the bot; the same for everybody, and nothing of it is a secret."""

from __future__ import annotations

from bot.commands import Reply, Request, command
from bot.understanding.values import Name
from bot.wording import in_group

WHO_SEES = in_group(
    "谁能看到：\n"
    "· 思想汇报：您自己和本支部的书记、委员；党费、去向：还有负责本支部的学院党委\n"
    "· 谈心的话题和记录：只有谈话的两个人\n"
    "· 请假的原因：只告诉书记，群里看不到\n"
    "· 匿名意见、匿名心愿：内容能看到，记录里没有您的名字\n"
    "· 署名意见：收意见的委员；发言心得：书记和委员，写进会议纪要\n"
    "· 学过哪些课：只有您自己；公益时长：您自己和委员，不排名\n"
    "群里只说回执和人数。谁看过都有记录，细说请发“隐私说明”。"
)

WHO = "(谁|别人|大家|其他人|别的同志|别的同学|书记|委员|支部|群里|同学|党员|他们|人家|你们)"
SEES = (
    "(看得到|看得见|看到|看见|能看|能看到|能看见|能知道|会知道|知道|查得到|能查到|看不看得到|看不看得见|能不能看"
    "|能不能看到)"
)


@command(
    "privacy.who_sees",
    f"@[我]<这些>[的]{WHO}[也|都|会不会|是不是]{SEES}<吗>",
    f"@{WHO}[也|都|会不会|是不是]{SEES}(我写的|我说的|我学没学|是我|我是谁|我的名字|内容|原因|理由)<吗>",
    f"@{WHO}[也|都|会不会|是不是]{SEES}(我写的|我说的|我学没学|是我|我是谁|我的名字|内容|原因|理由)[了]",
    f"@{WHO}(看不看得出|看得出|猜得到|认得出)[来][是]我[来]<吗>",
    f"@{WHO}(看不看得出|看得出|猜得到|认得出)[来][是]我[来]",
    f"@{{member}}[也|会不会]{SEES}<吗>",
    "@(有人|谁)会(看到|知道|看见)[是我|我写的|我说的]<吗>",
    "@[这个|这|那个]会[给我]排名<吗>",
    "@(匿名|匿名的)[意见|心愿][真的|真]<查>不(到|出来)[是谁]<吗>",
    changes=False,
    listed=False,
    offices=False,
    help="别人看得到吗 — 看发给我的内容谁能看到",
)
async def who_sees(request: Request, member: Name | None = None) -> Reply:
    """Who reads what; whoever is named beside the question changes nothing."""
    return Reply(WHO_SEES)
