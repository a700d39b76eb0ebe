"""The forms of the whole language: those the handlers declare, and those of commands that are still to come."""

from __future__ import annotations

import handlers
from bot.catalogue import collect
from bot.understanding.forms import Form

TO_COME: tuple[Form, ...] = (
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
