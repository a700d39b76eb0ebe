"""确认、算了：对机器人反问的回答；谢谢，好的。"""

from __future__ import annotations

import re

from bot import questions
from bot.commands import Refusal, Reply, Request, Resume, Role, command
from bot.understanding.courtesy import COLLOQUIAL_YES
from bot.understanding.forms import COURTESY
from bot.wording import GroupText, in_group
from models import MatterKind, OpenMatter

NOTHING_OPEN = in_group("现在没有等您确认的事，可能已经过了 10 分钟。请把原来那条再发一次。")
NOTHING_TO_DROP = in_group("现在没有等您确认的事。要收回已经登记的，请发送“撤销”。")
DONE_ALREADY = in_group("刚才那条已经办好了，不用再确认。")
SAY_IT = in_group("前面还有一件等您确认：要办请回复“确认”，不要了回复“算了”。")
CHOOSE = in_group("是哪一个？请回复前面的数字，都不是就回复“算了”。")
NOT_DONE = in_group("刚才那条没有登记，原因见上一条。请按说明改好再发。")
CLAUSES = re.compile(r"[\s,，。;；!！~…]+")
CONFIRMS = {"确认", "确定", "确认删除", "我确认"}  # of what nothing brings back
ACKNOWLEDGES = {
    *COLLOQUIAL_YES,
    "好",
    "好的",
    "行",
    "可以",
    "嗯",
    "嗯嗯",
    "恩",
    "恩恩",
    "恩嗯",
    "嗯恩",
    "ok",
    "没问题",
    "yes",
    "收到",
    "知道",
    "明白",
}
THANKS = re.compile("谢|麻烦了|辛苦")
MOST_PAST = 1  # behind more than that a 对的 may be to something else
LEFT = in_group("好的，没有登记。")
WELCOME = in_group("不客气。")
AGREED = in_group("好的。")

# fmt: off
YES = (
    "确认", "对", "是", "是的", "对的", "没错", "是这样", "确认登记", "就这样", "确定", "好", "好的", "行",
    "可以", "嗯", "嗯嗯",
    "就这些", "就这些了", "就这样了", "这样就行", "就这么办吧",
    "ok", "没问题", "对对", "对对对", "是对的", "要的", "要得",
    "确认无误", "无误", "正确", "我确认", "yes", "确认提交", "就是这样",
    "对呀", "是滴", "就它", "就这个", "就是这个", "就这么办", "就这么定", "就按这个", "按这个来",
    "发吧", "交吧", "报吧", "登吧", "登记吧", "约吧", "记吧", "定吧", "办吧", "提交吧", "确认吧", "发布吧",
    "通知吧", "申请吧", "恩", "恩恩", "恩嗯", "嗯恩", "恩对", "额对", "对滴", "嗯呢", "嗯哪",
    *sorted(COLLOQUIAL_YES),
)
NO = (
    "算了", "取消", "不对", "不是", "错了", "不要", "不", "否", "不用了", "不了", "不确认", "no", "别",
    "先不", "不要了", "算了吧", "不用", "取消吧", "先算了", "不是的", "弄错了", "搞错了", "放弃",
    "不撤了", "不改了", "不删了", "算了不撤了", "算了不改了",
    "不用登记", "不用登记了", "先别记", "先不记", "先不登记", "先别登记", "先别记了", "先不交",
)
NODS = (
    "好的", "好", "嗯", "嗯嗯", "收到", "知道了", "明白", "明白了", "ok", "行", "好嘞", "好吧", "行吧", "那就好",
    "太好了",
    "哈哈", "哈哈哈", "牛", "赞", "真好", "那行", "那好", "那好吧", "那行吧", "先不急", "那先不急", "不急", "原来如此",
    "恩", "恩恩", "嗯恩", "恩嗯",
    "懂了", "了解", "了解了", "可以可以", "没事", "没事了",
)
# fmt: on


@command(
    "confirm",
    role=Role.GUEST,
    answers={"confirmation": (*YES, "同意", "我同意"), COURTESY: YES},
    help="确认 — 机器人反问时，表示没有理解错",
)
async def confirm(request: Request) -> Resume | Reply:
    """Go on with what was asked about; a 好的 to what needs no answer is one to a receipt."""
    if request.matter is None and THANKS.search(request.text):
        return Reply(WELCOME)
    if request.matter is None and await questions.has_just_done(request):
        raise Refusal(DONE_ALREADY)
    asked = _asked(request, NOTHING_OPEN)
    said = {clause.rstrip("吧啊呀哈了") for clause in CLAUSES.split(request.text.lower())}
    if asked.content.get("settled"):
        if asked.content.get("refused") and not said & ACKNOWLEDGES:
            raise Refusal(NOT_DONE)
        return Reply(AGREED)
    if asked.content.get("explicit") and not said & CONFIRMS:
        raise Refusal(SAY_IT)
    if asked.content.get("choices"):
        raise Refusal(CHOOSE)  # a yes says not which
    past = asked.content.get("past", 0)  # how often something else was spoken of since
    if past and not said & (CONFIRMS if past > MOST_PAST else set(YES) - ACKNOWLEDGES):
        raise Refusal(SAY_IT)
    return Resume(asked)


@command(
    "cancel",
    role=Role.GUEST,
    answers={"confirmation": NO, COURTESY: NO},
    help="算了 — 机器人反问时，表示不登记",
)
async def cancel(request: Request) -> Reply:
    """Drop what was asked about."""
    asked = _asked(request, NOTHING_TO_DROP)
    await asked.delete()
    return Reply(LEFT)


@command(
    "thanks",
    role=Role.GUEST,
    answers={COURTESY: ("谢谢", "谢谢你", "谢谢您", "多谢", "感谢", "谢了", "谢啦", "辛苦了", "辛苦啦", "辛苦")},
    listed=False,
    changes=False,
    help="谢谢 — 跟我客气一声",
)
async def thanks(request: Request) -> Reply:
    """A word of thanks needs no menu."""
    return Reply(WELCOME)


@command(
    "acknowledge",
    role=Role.GUEST,
    answers={COURTESY: NODS},
    listed=False,
    changes=False,
    help="好的 — 回应我一声",
)
async def acknowledge(request: Request) -> Reply:
    """好的 to a receipt, where nothing is open that it could answer."""
    return Reply(AGREED)


def _asked(request: Request, otherwise: GroupText) -> OpenMatter:
    if request.matter is None or request.matter.kind is not MatterKind.CONFIRMATION:
        raise Refusal(otherwise)
    return request.matter
