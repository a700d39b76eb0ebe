"""签上没；在哪签到：whether one is signed in, and how that is done."""

from __future__ import annotations

from datetime import timedelta

from bot.commands import Reply, Request, command
from bot.understanding.values import SHANGHAI
from bot.wording import Public, in_group
from handlers.life.circle import part_of, those_for
from handlers.life.signing_in import open_now, opens
from handlers.life.wording import title
from models.activity import announced

SIGNED_IN = "您在{title}已经签到（{at}）。"
NOT_YET = "{title}您还没有签到，在群里或私聊我发送“签到”就行。"
TOO_LATE = "{title}您没有签到，签到已经结束。到了没签上的，请书记补签。"
HOW = "{title}从{opens}起可以签到：在群里或私聊我发送“签到”，不用到别的地方。没签上的请书记补签。"
NOTHING = in_group("近期没有活动。活动开始前后，在群里或私聊我发送“签到”就行。")
BACK = timedelta(hours=12)  # how long one may ask about an activity that has begun


@command(
    "life.signed_in",
    "@[我](签上|签到|签|签成功|签到成功)[了](没|没有|吗|么)",
    "@[我](算|算不算|有没有|是不是)[已经](签上|签到|签到了|签上了)[吗|了吗|没]",
    "@[{_}][活动|主题党日|党课|会][是|从|要][在]<哪里>签到",
    "@[在|去|到]<哪里>签到",
    "@签到[是|从|要|得]<何时>[开始|起|算]",
    "@<何时>[可以|能|开始](签到|开始签到)",
    "@(怎么|咋|如何)签到",
    "@[我]{_}[可能|要|会|怕](迟到|晚到|晚点到|晚一点到|晚一会到|晚一会儿到|晚来) "
    "[还](能|能不能|可以|算|算不算)[算](签到|签|签上)<吗>",
    "@[我](问|说|指)的是{_}[的]签到",
    "@(主题党日|党课|党日|活动|会)的签到",
    changes=False,
    listed=False,
    offices=False,
    help="签上没 — 看自己签到了没有、什么时候可以签",
)
async def signed_in(request: Request) -> Reply:
    """How the sender stands with what is going on or comes next; privately."""
    branch_id, life = request.my_branch.id, request.settings.life
    open_ = await those_for(await open_now(branch_id, request.now, life), request.me)
    ahead = await those_for(await announced(branch_id, request.now), request.me)
    begun = await those_for(await announced(branch_id, request.now - BACK), request.me)
    if not (open_ or ahead or begun):
        return Reply(NOTHING)
    activity = [*open_, *ahead, *reversed(begun)][0]
    part = await part_of(activity, request.me)
    named = title(activity)
    if part.signed_in_at is not None:
        at = Public(f"{part.signed_in_at.astimezone(SHANGHAI):%H:%M}")
        return Reply(private=in_group(SIGNED_IN, title=named, at=at))
    if request.now < opens(activity, life):
        return Reply(in_group(HOW, title=named, opens=opens(activity, life)))
    return Reply(private=in_group(NOT_YET if activity in open_ else TOO_LATE, title=named))
