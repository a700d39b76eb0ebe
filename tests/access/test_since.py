"""What somebody could do before: a post that was lost, a branch that was left, an account that is another's now."""

from __future__ import annotations

from pathlib import Path

from bot.access import NOT_ALLOWED, OTHER_GROUP
from bot.roster import codes_for, import_roster
from bot.understanding.values import SHANGHAI
from models import Account, DuesPayment, Member, OpenMatter, PaymentState, Post, Report
from tests.access.world import OUR_GROUP, THEIR_GROUP, THEIRS
from tests.chat import CHANNEL, Chat, contact
from tests.conftest import NOON
from tests.test_roster import LI, as_csv


async def test_who_lost_the_post_takes_nothing_back(school: Chat) -> None:
    await school.whisper("张三", "交党费 9到11月 0.6")
    await school.whisper("李书记", "确认党费 张三")
    await Member.filter(name="李书记").update(post=Post.NONE)
    assert await school.whisper("李书记", "撤销") == NOT_ALLOWED
    assert (await DuesPayment.get()).state is PaymentState.CONFIRMED


async def test_who_lost_the_post_confirms_nothing(school: Chat) -> None:
    await school.whisper("张三", "交党费 9到11月 0.6")
    assert "要一起确认吗" in await school.whisper("李书记", "确认党费 张三 11月")
    await Member.filter(name="李书记").update(post=Post.NONE)
    assert await school.whisper("李书记", "确认") == NOT_ALLOWED
    assert (await DuesPayment.get()).state is PaymentState.DECLARED


async def test_what_was_asked_is_not_answered_in_another_group(school: Chat) -> None:
    await school.whisper("张三", "交党费 9到11月 0.6")
    await school.say("李书记", "确认党费 张三 11月", addressed=True)
    assert await school.say("李书记", "确认", room=THEIR_GROUP, addressed=True) == OTHER_GROUP
    assert (await DuesPayment.get()).state is PaymentState.DECLARED


async def test_who_moved_takes_nothing_back_in_the_branch_before(school: Chat, tmp_path: Path) -> None:
    await school.whisper("张三", "交党费 9到11月 0.6")
    await school.whisper("李书记", "确认党费 张三")
    secretary = await Member.get(name="李书记")
    row = LI | {"学院": "信息学院", "支部": THEIRS, "姓名": "李书记", "学号": secretary.student_no, "职务": "副书记"}
    await import_roster(as_csv(tmp_path, row), now=NOON.astimezone(SHANGHAI))
    assert "没有可以撤销的登记" in await school.whisper("李书记", "撤销")
    assert await school.say("李书记", "谁还没交党费", room=OUR_GROUP, addressed=True) == OTHER_GROUP
    assert "没有找到“张三”" in await school.whisper("李书记", "看看张三")


async def test_a_draft_is_not_of_whoever_has_the_account_next(school: Chat) -> None:
    await school.whisper("张三", "交思想汇报")
    await school.whisper("张三", "这个季度我在工地上学到很多，向老师傅请教。")
    [(_, code)] = await codes_for([await Member.get(name="李娜")], now=NOON, days=1)
    await Account.filter(contact=contact("张三")).update(member_id=None)
    assert "绑定好了" in await school.whisper("张三", f"绑定 {code}")
    assert not await OpenMatter.exists(contact=contact("张三"))
    assert "没有正在写的汇报" in await school.whisper("张三", "发完了")
    assert not (await Report.get()).submitted_at


async def test_a_code_that_somebody_else_used_comes_to_light(school: Chat) -> None:
    """The one it was given to sends it, finds it used, and the secretary hears of it, once a day."""
    member = await Member.get(name="王强")
    await Account.filter(member_id=member.id).update(member_id=None)
    [(_, code)] = await codes_for([member], now=NOON, days=30)
    assert "王强，绑定好了" in await school.whisper("顶替的人", f"绑定 {code}")
    assert "已经用过了" in await school.whisper("王强新号", f"绑定 {code}")
    assert "已经用过了" in await school.whisper("王强新号", f"绑定 {code}")
    [told] = [one for one in school.heard("李书记") if "又有一个账号" in one]
    [(_, second)] = await codes_for([member], now=NOON, days=30)
    assert "绑定码 王强" in told and "绑定好了" in await school.whisper("王强新号", f"绑定 {second}")
    assert "绑定已解除" in school.heard("顶替的人")[-1]
    [account] = await Account.filter(channel=CHANNEL, member_id=member.id)
    assert account.contact == contact("王强新号")


async def test_one_person_is_secretary_of_one_branch(school: Chat) -> None:
    """An account speaks for one member, and says so to whoever would make it another's too."""
    [(_, code)] = await codes_for([await Member.get(name="赵书记")], now=NOON, days=30)
    assert "一个账号只能绑定一人" in await school.whisper("李书记", f"绑定 {code}")
    assert "绑定到自己的支部" in await school.say("李书记", f"绑定支部 {THEIRS}", room=OUR_GROUP, addressed=True)
