"""What makes words sound like talk about a command rather than the command: it is asked back before it is recorded.

A question, a word to others or about them, and what is only told or wished stand in the words around the command.
The free text behind it is its author's own, questions and all, where the command's phrase stands at the beginning and
apart (许愿 有没有人一起学车): it is doubted where all of it asks about the command. Run into the phrase
(思想汇报怎么写啊) it is doubted where it is so short that it may be such talk itself.
"""

from __future__ import annotations

import re

from bot.understanding import courtesy
from bot.understanding.about import asks_about_it, asks_leave, is_not_there

ASKED = "听起来像是在问"
OTHERS = "听起来像是在说别人"
TOLD = "听起来像是在说以前或者以后的事"
DENIED = "听起来像是说不要"
TAKEN_BACK = "后面的话像是又不要了"
QUOTED = "听起来像是在引用指令"
ABOUT_ONE = "听起来像是在说第几号，不是正文"
ABOUT = "听起来像是要材料，不是正文"

_GREETED = re.compile(
    r"(?:(?:在吗|在不在)[?]?|大家好|各位好|你们好|(?:大家|各位|同学们|同志们|各位\w{2})(?=[\s,:!。~]))"
)
_ASKS = re.compile(
    r"[?](?![a-z\d])|吗|呢(?=\W|\Z)|(?<![这那什怎多])么(?=\W|\Z)|怎么|怎样|什么|(?<!那个)啥|咋|如何|为何|多少|(?<!这么)(?<!那么)多久|几(?!天|年|位)|哪|谁|[了过](?:没有?|不)(?=\W|\Z)"
    r"|(?<![您你])看(?:下|看|一下|一眼)|[给发]我看|在不(?=\W|\Z)|是不是|有没有|要不要|能不能|可不可以|会不会|行不行|好不好|对不对|用不用|该不该|成不成|中不中|得唔得|可否|能否|是否"
    r"|(?:是|对)(?:吧|不(?=\W|\Z))|过了吧|没错吧|算数|来得及|[晚迟]了"
)
_SURELY_SO = re.compile(r"[我你您他她]是不是|不是[^,。;]{1,20}嘛|不就[^,。;]{1,12}[吗嘛]")
_NO_TITLE = re.compile("是不是|好像|早就?给|已经给")  # 吴昊的绑定码我好像早给过他了
# 12月党费能交不; 行不 and its like only ask politely, beside a command of whatever kind.
_WHETHER = re.compile(r"(?<![行好成中以便k])不(?=\W|\Z)")
# 要不要催一下党费; 谈心能不能取消: without these it is the command itself.
WHETHER_TO = re.compile(
    r"(?:我们?|咱们?)?(?:要不要|用不用|该不该|需不需要|是不是(?:可以|应该|该|要|得)?|能不能|可不可以|还能(?:不能)?|还可以|可以|还来得及)"
    r"|(?:行不行|可以吗|行吗|来得及吗|[吗么呢不]|[?])+\W*\Z"
)
# Between the words of a command; 能不能 there only asks politely.
_ASKS_INSIDE = re.compile("还能|还可以|要不要|算不算|是不是|该不该|用不用|有没有必要")
_DENIES = re.compile(
    r"(?:没(?:有?想|打算|让你?|叫你?|说)?要?|不(?:用|必|想|是|打算|需要)?要?|甭|别)(?:去|再|给|来)?\s*\Z"
)
_OTHERS = re.compile(
    r"大家|各位|大伙|同学们|同志们|你们|[他她]|人家|别人|(?<!所)有人|有的人|某人|全班|全支部|[让托叫]我(?:转告|说一?声|帮[他她]|跟您?说)|(?:\A|[\s,:;!。])(?:我的?|俺)?"
    r"(?:室友|舍友|同事|同桌|同学|学长|学姐|学弟|学妹|师兄|师姐|朋友|班长|辅导员)"
)
_BY_ANOTHER = re.compile(
    r"(?<![和跟与找向约给同对])(?:书记|老师|委员|班长|组长)(?:今天|昨天|刚才|已经|也|都|又|刚|要|想|说|让|叫|喊)*\Z"
)
_TOLD = re.compile(
    r"昨|前天|前晚|前几天|上周|上个?星期|上个?礼拜|上次|上回|以前|从前|之前|当时|当年|那次|曾经|终于|总算|每次|每回|平时|一直|从来"
    r"|可能|也许|说不定|不一定|没准儿?|估计|看情况|不确定|还没定|听说|据说|如果|要是|假如|万一|好像|以后(?!\W|\Z)|下次|下回|等我|等到|差点|本来|原来|[点分半]了(?=\W|\Z)"
)
_URGED = re.compile(r"记得|别忘|提醒你|该(?:去|要)?(?=[交缴请约报签补发])")  # read across the command's own words
_TAKES_BACK = re.compile(
    r"但是|但(?=[书领老没不])|不过|可是|没批|不批|没准|不准|没同意|不同意|没通过|被拒|被驳|驳回|算了|不用了|作废|已经批|批了|撤了|取消"
)
_ABOUT = re.compile(r"(?:模板|模版|格式|范文|样本|样例|字数|要求|截止|流程|标准|说明|清单|须知|制度|规定)\W*\Z")
_SENTENCE_ASKS = re.compile(
    r"(?:[?]|吗|呢|没有?|么|不|多少|多久|怎么\w{1,3}|什么时候|咋\w{1,2}|哪里?|谁|是什么|为什么|怎么办)\W*\Z"
    r"|\A(?:请问|怎么|咋|为什么|为啥|什么时候|是什么|要多|多少|多久|几点|有?哪|谁(?!有|能|会|想)|是不是|有没有|要不要|能不能|可不可以|会不会|是干)"
)
_ASKS_WHETHER_SO = re.compile(
    r"(?:算不算\w{0,6}|是吧|是不|对(?:吧|吗|么|不)|没错吧|(?:算数|来得及|有用)[吗么不]|[晚迟]了[吧吗])\W*\Z"
)
_ON_CONDITION = re.compile("要是|如果|假如|万一|除非|等我|看情况")  # 谈心 要是没人我再约
_NUMBERED = re.compile(r"\d{1,3}号?[\s,:]")  # 心愿 7 完成了没
_ENDS_ASKING = re.compile(
    r"(?:[?]|吗|呢|(?<=[\w])不|(?<!有)没|什么意思)\W*\Z|(?P<v>(?![时动])\w)不(?P=v)"
    r"|怎么(?:收|看)得?到|过了吧|是.{1,8}的还是.{1,8}的\Z"
)
_OF_THE_WORDS = re.compile("这(?:条|个例|[样么]写|种|句|些|[一二两三四五六七八]个字|例子|话)|例子|我就问|就是问问")
_TO_ASK = re.compile("问(?!题)|聊|谈|请教|咨询|关于|讨论|了解")
_A_NUMBER = re.compile(  # 6号谈心跟6号公益是一回事
    r".{0,20}?(?:[跟和]\d{1,3}号|\d{1,3}号(?:公益|活动|谈心|时段|心愿|意见|的?会|党日|主题党日|那个))"
)
_LOOKS = re.compile(r"(?:[给发]我)?(?:看|查)(?:看|下|一下|一眼)?\W*|[给发]我(?:一下|一份|吧)?\W*")  # 陈明的谈心记录看下
_SHORT_TEXT = 24  # characters; a longer one is a text of its own, whatever it asks
_SHORTER_TEXT = 12  # where free text is what the command is about
_QUOTES = (("“", "”"), ("「", "」"), ("『", "』"), ("‘", "’"), ('"', '"'))
_LAST_CLAUSES = 5
_WORD_OF_A_SENTENCE = re.compile("[\u4e00-\u9fff](?<![年月日号元块毛分角点半一二三四五六七八九十])")
_A_SENTENCE = 3  # characters beside what is quoted, not counting values
_FEW = 4  # characters, that say no more than 要多久, 要的不


def of_frame(before: str, own: str, after: str) -> list[str]:
    """What the words before and behind a command's `own`, without its free text, make doubtful."""
    before = _GREETED.sub(" ", before)
    frame = f"{before}\n{after}"
    asks = _ASKS.search(frame) or _SURELY_SO.search(frame)
    doubts = [ASKED] if asks or _WHETHER.search(after) or _ASKS_INSIDE.search(own) else []
    if _DENIES.search(before):
        doubts.append(DENIED)
    if _OTHERS.search(frame) or (own[0] not in "我俺本" and _BY_ANOTHER.search(before)):
        doubts.append(OTHERS)
    if _TOLD.search(frame) or _URGED.search(before + own + after):
        doubts.append(TOLD)
    return doubts


def of_text(text: str, *, needed: bool, apart: bool, alone: bool = False) -> list[str]:
    """What a command's free text makes doubtful.

    `needed`: the command is nothing without it. `apart`: behind a phrase that stands at the beginning and for itself.
    `alone`: it is all that was said of the command.
    """
    asks_itself = text[:1] == "?" or _LOOKS.fullmatch(text) or _text_asks(text, needed=needed, apart=apart)
    doubts = [ASKED] if asks_itself or _comments(text, main=alone) else []
    if is_not_there(text) or (not needed and _ON_CONDITION.match(text)):
        doubts.append(TOLD)
    if (_NUMBERED if needed else _A_NUMBER).match(text):
        doubts.append(ABOUT_ONE)
    if len(text) > (_SHORTER_TEXT if needed else _SHORT_TEXT):
        return doubts
    if _TAKES_BACK.search(text):
        doubts.append(TAKEN_BACK)
    if not needed and len(text) <= _SHORTER_TEXT and _ABOUT.search(text):
        doubts.append(ABOUT)
    return doubts


def _text_asks(text: str, *, needed: bool, apart: bool) -> bool:
    if asks_about_it(text):
        return True
    if apart:
        if len(text) <= _SHORT_TEXT and _ASKS_WHETHER_SO.search(text) is not None:
            return True
        return not needed and (asks_leave(text) or (len(text) <= _FEW and _SENTENCE_ASKS.search(text) is not None))
    return len(text) <= (_SHORTER_TEXT if needed else _SHORT_TEXT) and _SENTENCE_ASKS.search(text) is not None


def _comments(text: str, *, main: bool) -> bool:
    """Whether somebody asks about what they typed, behind it: 答复意见 3 是只有孙倩看得到还是全群都看到.

    What a wish or an opinion asks is their own matter (`main`), and so is what a talk is to be about.
    """
    if _SURELY_SO.search(text):
        return True
    of_the_words = _OF_THE_WORDS.search(text) is not None
    if (main or _TO_ASK.search(text)) and not of_the_words:
        return False
    clauses = re.findall(r"[^\s,，。;；?？]+[?？]?", text.replace("？", "?"))[-_LAST_CLAUSES:]
    return any(_ENDS_ASKING.search(clause) for clause in clauses) or (of_the_words and (asks(text) or "还是" in text))


def is_quoted(text: str, at: int) -> bool:
    """Whether what begins at `at` stands between quotation marks of a sentence: “退回 赵磊”这话我在心里说的."""
    for opening, closing in _QUOTES:
        begin = text.rfind(opening, 0, at + 1)
        end = text.find(closing, max(at, begin + 1)) if begin >= 0 else -1
        if begin >= 0 and end >= 0 and text.find(closing, begin + 1) == end:
            beside = text[:begin] + text[end + 1 :]
            return len(_WORD_OF_A_SENTENCE.findall(beside)) >= _A_SENTENCE
    return False


def asks(text: str) -> bool:
    """Whether a message asks, in whatever words; as typed, with 全角 marks too."""
    text = text.replace("？", "?")
    return _ASKS.search(text) is not None or _WHETHER.search(text) is not None


def is_talk(text: str) -> bool:
    """Whether a text that nobody addressed to the bot only speaks of the command."""
    return asks_about_it(text) or is_not_there(text)


def of_title(title: str, *, apart: bool) -> list[str]:
    """What makes a single word doubtful that was taken for a title or a company: 报到证现在还有吗."""
    asked = asks_about_it(title) if apart else courtesy.ASKING.search(title) is not None
    return [ASKED] if asked or _NO_TITLE.match(title) or _SURELY_SO.search(title) else []
