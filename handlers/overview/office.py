"""What a college or a school can do here: it looks at its branches; their affairs are the branches' own."""

from __future__ import annotations

from bot.commands import Request
from models import Branch

OFFICE = (
    "{name}同志，您在{place}（{post}），可以看下属 {count} 个支部：\n"
    "支部情况 — 各支部的合计\n"
    "看看张三 — 下属支部的一位党员\n"
    "谁还没绑定 — 绑定微信还差谁\n"
    "绑定码 {branch} — 给一个支部的绑定码\n"
    "党费、汇报、谈心、活动由各支部来办。"
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
