"""别人看得到吗：who can read what is told the bot; the same for everybody, and nothing of it is a secret."""

from __future__ import annotations

import re

from bot.commands import Reply, Request, command
from bot.matters import family_spoken_of
from bot.understanding.values import Name
from bot.wording import in_group, lines_in_group

HEAD = "{lines}\n群里只说回执和人数。别的内容谁能看到，发“别人看得到吗”；细说请发“隐私说明”。"
HEAD_OF_ALL = "谁能看到：\n{lines}\n群里只说回执和人数。谁看过都有记录，细说请发“隐私说明”。"
# By the first part of a command's name and by the words for it.
LINES = (
    ("report", "汇报", in_group("· 思想汇报：您自己和本支部的书记、委员")),
    ("dues", "党费|钱", in_group("· 党费：您自己、本支部的书记、委员和负责本支部的学院党委")),
    ("placement", "去向|实习|单位|公司", in_group("· 去向：您自己、本支部的书记、委员和负责本支部的学院党委")),
    ("talk", "谈心|谈话|话题|聊", in_group("· 谈心的话题和记录：只有谈话的两个人")),
    (
        "life",
        "请假|原因|理由|心得|发言",
        in_group("· 请假的原因：只告诉书记，群里看不到\n· 发言心得：书记和委员，写进会议纪要"),
    ),
    ("opinion", "意见|建议|匿名", in_group("· 意见：收意见的委员；匿名的内容能看到，记录里没有您的名字，查不到是谁")),
    ("wish", "心愿", in_group("· 心愿：支部里都能看到；匿名的记录里没有您的名字，查不到是谁")),
    ("lesson", "课|学", in_group("· 学过哪些课：只有您自己")),
    ("service", "公益|时长|小时|排名", in_group("· 公益时长：您自己和委员，不排名")),
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
    """Who reads what: of what the message names, or the last answer was about; else of everything.

    Whoever is named beside the question changes nothing.
    """
    said = [line for _, words, line in LINES if re.search(words, request.text)]
    family = await family_spoken_of(request.me, request.room, request.now)
    said = said or [line for part, _, line in LINES if part == family]
    lines = lines_in_group(said or [line for _, _, line in LINES])
    return Reply(in_group(HEAD_OF_ALL if not said else HEAD, lines=lines))
