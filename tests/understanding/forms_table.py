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
            "@(导出|下载|查看|看看|要) 我 [所有|全部][的]个人(信息|数据|资料)",
            "@我的[个人](数据|信息|资料) (给我|发我|发给我)[一份]",
            "@(要|查看|看看|看) 我的[个人](数据|资料)",
        ),
        changes=False,
    ),
    Form(
        "privacy.delete",
        (
            "(删除|清除|注销|删掉|清空|抹掉) 我的 [所有|全部|个人](信息|数据|资料|账号)",
            "(删除|清除)[我的]个人(信息|数据|资料)",
            "@(把|将)我的 (信息|数据|个人信息|资料) (删除|删|删掉|清除|删了)",
            "@我的(信息|数据|个人信息|资料) (删除|删掉)",
            "@<删除>[我的](账号|账户|个人信息|个人数据)",
            "@(撤回|收回|取消|撤销)[我的][信息|隐私|授权]同意",
            "@(把|将) 我[的] (信息|数据|资料|个人信息) [都|全|全部]<删除>[了]",
            "@<删除> 我[的] [所有|全部|个人](信息|数据|资料|账号|记录)",
            "@(要|想|申请|帮我)注销",
        ),
    ),
)
FORMS: tuple[Form, ...] = (*(command.form for command in collect(handlers).commands.values()), *TO_COME)
