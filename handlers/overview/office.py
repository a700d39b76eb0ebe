"""What a college or a school can do here: it looks at its branches and tells them; their affairs are their own."""

from __future__ import annotations

from bot.commands import Request
from models import Branch

OFFICE = (
    "{name}同志，您在{place}（{post}），可以看下属 {count} 个支部：\n"
    "支部情况 — 合计和下一级各自的数\n"
    "支部情况 {branch} — 细看下属的一个\n"
    "谁还没交 — 汇报和党费各差几人\n"
    "考勤 — 本月各支部的组织生活\n"
    "导出台账 — 各支部的汇总表\n"
    "看看张三 — 下属支部的一位党员\n"
    "谁还没绑定 — 各差几人\n"
    "绑定码 {branch} — 给一个支部的绑定码\n"
    "发通知 周五下午3点前交材料 — 发到下属各群\n"
    "绑定本群 — 在党委自己的群里说，就在群里办\n"
    "党费、汇报、谈心、签到由各支部来办。"
)
EXAMPLE = "智能制造流动党支部"


async def of_office(request: Request) -> str:
    """The commands that are of use above the branches, each as it is typed."""
    below = await Branch.below(request.my_branch)
    return OFFICE.format(
        name=request.me.name,
        place=request.my_branch.name,
        post=request.me.post.label,
        count=len(below),
        branch=below[0].name if below else EXAMPLE,
    )
