"""The forms of the whole language: those the handlers declare, and those of commands that are still to come."""

from __future__ import annotations

from datetime import datetime

import handlers
from bot.catalogue import collect
from bot.understanding.forms import Form, Slot
from bot.understanding.values import City, Month, Number, Places, Text, Url, Word
from models import Term


class ServiceKind(Term):
    SERVICE = "service", "公益", "公益活动", "公益服务", "志愿服务", "志愿活动"
    CARE = "care", "爱心传递", "爱心活动", "爱心"


class LessonSection(Term):
    FRONTIER = "frontier", "前沿热点", "热点"
    POLICY = "policy", "政策解读", "政策"
    LAW = "law", "法律法规", "法律", "法规"
    NEWS = "news", "新闻观察", "新闻"
    CULTIVATION = "cultivation", "党员修养", "修养"


class BulletinSection(Term):
    PARTY = "party", "党的资讯", "党建资讯"
    CAMPUS = "campus", "校园信息", "校园资讯", "校园"
    STARTUP = "startup", "创新创业", "创业"


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
        "lesson.list",
        (
            "(微课堂|微党课|微课)",
            "(微课堂|微课)(有哪些|列表|目录|有什么)",
            "(有|有哪些|有什么) (微课|微课堂)",
            "(看|看看|打开|查看) 微课堂",
            "@(微课堂|微课){section}",
        ),
        (Slot("section", LessonSection),),
    ),
    Form(
        "lesson.read",
        (
            "(微课堂|微课|微党课){number}",
            "(看|学|学习|打开|读|听|查看|看看) 第{number}",
            "(看|学|学习|打开|读|听|查看) (微课|微课堂){number}",
            "@(看|学|学习|打开|读|听){number}课",
            "@第{number}课",
        ),
        (Slot("number", Number, True),),
    ),
    Form(
        "lesson.publish",
        ("(发布|上传|新增|发|添加|推送) (微课|微课堂|微党课)", "@(发布|上传|新增|发){section}"),
        (
            Slot("section", LessonSection, True),
            Slot("title", Word, True),
            Slot("url", Url),
            Slot("text", Text),
        ),
    ),
    Form(
        "bulletin.publish",
        ("(发布|上传|新增|发|添加|推送) (资讯|信息)", "发布{section}"),
        (Slot("section", BulletinSection, True), Slot("text", Text), Slot("url", Url)),
    ),
    Form(
        "bulletin.list",
        (
            "(资讯|资讯列表|最新资讯)",
            "{section=党的资讯|党建资讯|校园信息|校园资讯|创新创业}",
            "@(看|看看|查|查看|最近|最新|有什么|有哪些|有啥)[的] (资讯|{section})",
            "@资讯{section}",
        ),
        (Slot("section", BulletinSection),),
    ),
    Form(
        "service.create",
        (
            "(发起|组织|发布|新建|创建|招募) {kind=公益|公益活动|公益服务|志愿服务|志愿活动|爱心传递|爱心活动}",
            "{kind=爱心传递}",
        ),
        (
            Slot("kind", ServiceKind, True),
            Slot("start", datetime, True),
            Slot("topic", Text),
            Slot("places", Places),
        ),
    ),
    Form(
        "service.list",
        (
            "(公益活动|公益|志愿服务|志愿活动|公益服务) (有哪些|有什么|有啥|列表)",
            "[最近|近期|现在] (有|有哪些|有什么|有啥|看看|看|查看|查) (公益活动|公益|志愿服务|志愿活动)",
            "@(公益|公益活动|志愿服务|志愿活动)",
        ),
    ),
    Form(
        "service.join",
        (
            "(报名|参加|加入) (公益|公益活动|志愿服务|志愿活动|公益服务)",
            "@(公益|公益活动|志愿服务|志愿活动) 报名",
            "@(报名|参加|加入){number}[的](公益|公益活动|志愿服务|志愿活动)",
        ),
        (Slot("number", Number, True),),
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
