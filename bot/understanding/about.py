"""Whether a text is nothing but a question about the command itself: 怎么写, 要多少字, 谁能看到.

What somebody wishes, proposes or publishes may well be a question (有没有人一起学车), and it is theirs. So the whole
text has to speak of a command's own matters, and to ask: one of a few forms of question over small classes of words.
"""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 24  # characters; a longer text is one of its own

_LEAD = (
    r"(?:请问|想?问一?下|那么?|这个?|一般|大概|到底|究竟|具体|现在|还|都|就|也|我们?|咱们?|本人|大家|鸿雁"
    r"|第?\d++[号个]?|[,:])"
)
_MATTER = (
    r"(?:(?:(?:微|我的)?心愿|愿望|(?:思想|书面)?汇报|意见|建议|心得(?:体会)?|体会|发言|请?假条?|谈[心话]"
    r"|微?课|(?:主题)?党[课日]|(?:党员大|支委|党小组|组织生活)?会|活动|资讯|通知|决议|公示)的?)"
)
_DO = (
    r"(?:写|提|弄|搞|交|缴|填|发布?|报名?|说|用|操作|办理?|登记|整|约|请|撤回|撤销|改|看[到见]?|查|回复?|答复|处理"
    r"|知道|收到?|取消|开[始会]?|上课?|集合|举行|召开|截止|结束|公开|匿名|参加|认领|批准?|审批?|算数?|有结果|补|选|完成|实现)(?:得|了|一?下)?"
)
_MAY = (
    r"有空|有时间|方便|得空|要|得|需要|必须|一定要?|应该|该|可以|能够?|会|允许|至少|最少|最多"
    r"|才|再|是|有|给|到|在|多|提前"
)
_SAYS = rf"(?:{_DO}|{_MAY})"
_THING = (
    r"(?:字数?|[篇页次份条天号点个楼]|格式|模[板版]|范文|样[本例]|要求|流程|标准|内容|时候|时间|日期|期限|限制|规定"
    r"|步骤|[办方]法|用处?|功能|东西|意思|材料|附件|条件|人)"
)
_WHETHER = (
    r"(?:能不能|可不可以|要不要|用不用|需不需要|该不该|是不是|有没有|会不会|是否|能否|可否|行不行|好不好|成不成|对不对)"
)
_PARTICLE = r"(?:呀|啊|呢|吧|哦|了|的|来着|谢谢|(?:才|比较|更)?好|[?!~。,…])"

_FEW = "{0,6}"  # words of a class in a row; without a limit a text could be taken apart in too many ways

_MANNER = rf"{_SAYS}{_FEW}(?:怎么样?|怎样|如何|咋样?)(?:个|才?能|去|来)?{_SAYS}{_FEW}法?"
_WHAT = rf"{_SAYS}{_FEW}(?:什么|啥|哪些|哪种)样?的?{_THING}{_FEW}(?:之?前)?{_SAYS}{_FEW}"
_HOW_MUCH = rf"{_SAYS}{_FEW}(?:多少|多长|多久|多大|几|哪[天里个]?|何){_THING}{_FEW}(?:以[上内]|之?[前内])?{_SAYS}{_FEW}"
_WHO = rf"{_SAYS}{_FEW}(?:都有)?谁{_SAYS}{_FEW}"
_WHY = rf"(?:为什么|为啥|干[嘛吗]){_SAYS}{_FEW}"
_WHICH = rf"{_SAYS}{_FEW}{_WHETHER}(?:{_SAYS}|什么|{_THING}){_FEW}(?:没有?|否)?"
_YES_OR_NO = rf"(?:这样|{_SAYS}|什么|{_THING}){_FEW}(?:行|成功?|好|上|到|完)?(?:吗|么|嘛|不|没有?|否|\?)"
_PURPOSE = r"是?干(?:什么|嘛|啥)用?的"
_QUESTION = re.compile(
    rf"{_LEAD}{_FEW}{_MATTER}?{_LEAD}{_FEW}"
    rf"(?:{_MANNER}|{_WHAT}|{_HOW_MUCH}|{_WHO}|{_WHY}|{_WHICH}|{_YES_OR_NO}|{_PURPOSE}){_PARTICLE}{_FEW}"
)
_NOT_THERE = re.compile(
    r"(?:我|俺|都|还|也|根本|一直|今天|现在)*(?:没有?|不想|不会|懒得|忘了?)(?:开始|来得及)?"
    r"(?:写|交|想|弄|准备|动笔|憋)(?:完|好|出来|呢)?[\W呢啊呀了的]*"
)
_ASKS_LEAVE = re.compile(
    r"(?:可以|行|能行|能|成|好|方便|允许)(?:请|约|改|去)?(?:吗|么|嘛|不)\W*\Z|(?:可不可以|行不行|能不能|好不好|成不成)\W*\Z"
)

# Who gets to know of it: 谈心内容别人看得到不.
_SEEN = re.compile(
    r".{0,6}(?:别人|其他人|大家|人家|谁|群里|同学|书记|委员).{0,4}(?:看得[到见着]|看不看得|能看|会看|知道是).{0,6}"
    r"|.{0,8}(?:人|谁).{0,6}知道是(?:谁|我).{0,4}"
    r"|.{0,12}(?:看不看得[到见]|会不会告诉(?:别人|其他人|大家)|是.{0,10}看得到.{0,3}还是.{0,8}).{0,6}"
)


def asks_about_it(text: str) -> bool:
    """Whether all of a text asks how, what, how much, when, who, why or whether, of nothing but the command."""
    said = "".join(unicodedata.normalize("NFKC", text).split())
    return len(said) <= _LONGEST and (_QUESTION.fullmatch(said) is not None or _SEEN.fullmatch(said) is not None)


def is_not_there(text: str) -> bool:
    """Whether all of a text says that there is none yet: 心得 还没写完."""
    return _NOT_THERE.fullmatch(text) is not None


def asks_leave(text: str) -> bool:
    """Whether a reason ends by asking whether that will do: 要加班，可以吗."""
    return len(text) <= _LONGEST and _ASKS_LEAVE.search(text) is not None
