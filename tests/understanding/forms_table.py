"""The forms of the whole language: those the handlers declare, and those of commands that are still to come."""

from __future__ import annotations

import handlers
from bot.catalogue import collect
from bot.understanding.forms import Form, Slot
from bot.understanding.values import City, Month, Text, Word

TO_COME: tuple[Form, ...] = (
    Form(
        "placement.register",
        (
            "报到",
            "(登记|填报|更新|填写|修改|上报) (去向|实习去向|实习单位|实习)",
            "(去向|实习|实习去向)(登记|填报|更新|报到)",
            "@(去向|我的去向|实习地点|实习单位){city}",
            "@我在{city} 实习",
            "@我 (去|到){city} 实习",
        ),
        (
            Slot("city", City),
            Slot("company", Word),
            Slot("from_", Month),
            Slot("until", Month),
        ),
    ),
    Form(
        "placement.list",
        (
            "(去向|去向表|去向列表|去向统计|去向汇总|实习去向)",
            "(大家|同学们|党员们|同志们|大伙) [都](在哪|去哪|分布在哪)[里|儿|个城市] [实习|工作|上班]",
            "@(看|查|查看|看看|统计) (去向|大家的去向|实习去向)",
            "@(谁|哪些人|有谁)在哪(实习|工作)",
        ),
    ),
    Form(
        "opinion.submit",
        (
            "(提意见|提建议|提个意见|提个建议|意见建议)",
            "@(意见|建议|意见箱|我有意见|我有建议|我的建议是|我有个建议|我有个意见)",
            "{anonymous=匿名} (意见|建议|提意见|提建议|提个意见|提个建议)",
            "@(提意见|提建议|意见) {anonymous=匿名}",
            "@提[一条|一个|条|点] (意见|建议)",
        ),
        (Slot("text", Text, True), Slot("anonymous", bool)),
    ),
    Form(
        "privacy.export",
        (
            "(导出|下载) 我的 (信息|数据|资料|个人信息|个人数据|记录)",
            "(导出|下载)[我的]个人(信息|数据|资料)",
            "@(你|你们|机器人|系统)(存|保存|记录|收集)了我[的](什么|哪些|啥)(信息|数据|资料)",
            "@我的(信息|数据|个人信息|资料) 导出",
        ),
    ),
    Form(
        "privacy.delete",
        (
            "(删除|清除|注销|删掉|清空|抹掉) 我的 [所有|全部|个人](信息|数据|资料|账号)",
            "(删除|清除)[我的]个人(信息|数据|资料)",
            "@(把|将)我的 (信息|数据|个人信息|资料) (删除|删|删掉|清除|删了)",
            "@我的(信息|数据|个人信息|资料) (删除|删掉)",
        ),
    ),
)
FORMS: tuple[Form, ...] = (*(command.form for command in collect(handlers).commands.values()), *TO_COME)
