"""Words that carry no value: greetings, thanks, particles, punctuation."""

from __future__ import annotations

import re

from bot.understanding.lexicon import words_of
from bot.understanding.people import SURNAMES

SEPARATORS = re.compile(r"[\s,。、;:!?~…·•\-—–()\"'“”‘’《》<>「」『』【】\[\].|*&+=_/\\@#]+")
TEXT_LEAD = re.compile(r"[\s,:;、。!~\-—)【】」』]*")

_TITLE = f"[{SURNAMES}]?(?:支部|副)?(?:书记|老师|委员)"  # 周书记: who is thanked or greeted is no value
_GREETINGS = (
    f"(?:各位|尊敬的)?{_TITLE}(?:您好|你好|好呀|好啊|好|早上好|早|晚上好|下午好)|你好呀?|您好|大家好|哈喽|嗨|hello|hi|早上好|上午好|中午好|下午好|晚上好|在吗|在不在|"
    "亲爱的|亲|鸿雁(?:同志|你好|您好)?|小鸿雁|机器人|小助手|助手|书记|老师"
)
_REQUESTS = (
    "(?:哎呀|哎哟|啊呀|哎|啊)(?:不对)?(?=[,!。~ ]|刚才)|报告(?:书记|老师)|(?:本人)?(?:特|现|拟)?申请(?=[交缴补撤])|"
    "[望请]批准|(?:不知道?|您看|你看|看看?)(?:您|你)?(?:方不方便|行不行|可不可以|可以吗|行吗|方便吗)|方不方便|行不行|"
    f"(?:麻烦|辛苦|拜托)(?:了|啦)?{_TITLE}(?:了|啦)?|"
    "请问(?:一下|下)?|能?教教?(?:我(?:一下|下)?|一下)|请教一下|麻烦(?:您|你|书记|老师)?(?:帮忙|帮我)?|帮(?:我|忙|一下|下)+|帮助我|给我|劳烦|有劳|请(?!假)|拜托|辛苦(?:书记|老师|您|你)?(?:了|啦)?|"
    f"(?:多谢|感谢|谢谢|谢过)(?:{_TITLE}|您|你|啦|了|哈)*|"
    "多谢|感谢|谢了|谢啦|thx|thanks|3q|(?:十分|非常|很|真的?|实在|太|万分)?(?:不好意思|抱歉|对不起|感谢|感激|辛苦)(?:啦|了|哈)*|打扰(?:了|一下|您了)?|"
    "(?:我|俺|本人)?(?:想要|想问一下|想问下|想问|想|要|来|先|需要|准备|打算|也要|也想|得)|我(?!们)|俺|问一下|问下|能不能|可不可以|可以(?:吗|么|不)?|能(?:否|吗)?|行(?:不行|吗|不|么)|好(?:不好|吗|么|嘞|的)|"
    "那(?=[先就把我帮给还再要请])|(?:我)?(?:想|来)?(?:了解|看一看|知道)(?:一下|下)?|给(?=[我个份])|发我|发给我|弄|整|搞|列(?:出|一下|下)|统计(?:一下|下)|汇总(?:一下|下)|"
    "(?:您|你)?(?:有空|有时间|方便)(?:吗|么)|ok吗|麻烦了|知道了吗|收一下|收下|查收|请查收|请登记|登记一下|记一下|收到请回复|请回复|盼复|发给[您你]了?|谢(?![\u4e00-\u9fff])"
)
_PARTICLES = "了|吧|呀|啊|哈|啦|呢|吗|嘛|么|噢|哦|喔|哇|咯|呗|呐|哟|唉|诶|欸|嗯|呃|额|滴|嘞|耶|喽|喃|嗦|噻"
_FILLERS = (
    "这是|以下是|附上|刚才|刚刚|我?(?:的)?(?:室友|舍友|同事|同桌|学长|学姐|学弟|学妹|师兄|师姐)(?=[\u4e00-\u9fff]{2})|(?:发展对象|(?:入党)?积极分子|(?:预备|正式)党员)(?=[\u4e00-\u9fff]{2})|同学们?|同志们?|大家|各位|"
    "全天|一?整天|现(?![金场货有])|待确认|未确认|姓名|名字|学号|我叫|里面?(?!程)|应当|该|来着|那个啥|其实|到底|究竟|具体|大概|可能|另外|顺便|然后|那么|那天|当天|系|那就|把|将|帮|替我|这边|这里|那边|那里|那儿|[干做待呆](?=到)|咱们?|咱|请大家|"
    "[一这那上][个篇份条次笔回]|一?些|一?点儿?|一起|一块儿?(?=[交缴补登记报办弄给去来])|一并|赶紧|尽快|马上|正在|已经|已|刚|临时|"
    "一下子?|一哈|请不[了到下]假|下(?![个周月午半])|的|得|改成|改为|应该是|应为|那个|这个|那份|那笔|这笔|就是|就|再|还|又|也|都|现在|目前|是|共|一共|总共|合计|为|在|于|定在|定|时间|交|缴|各|份|个人|自己|所有|应该|嘻+|h{2,}|ha+|看下|看看|看一下|查一下|查下|查询|查查|看|查"
)
FILLER = re.compile(f"(?:{_GREETINGS}|{_REQUESTS}|{_PARTICLES}|{_FILLERS})")
SELF_AND_TIME = re.compile(
    "(?:嗯+|哦|好的?|行|ok)?[ ,]*(?:我|俺|本人|已经|已|早就|早|刚才|刚|都|全部?)+|(?:嗯+|哦|好的?|行|ok)[ ,]*"
)
POLITE = re.compile(f"(?:{_GREETINGS}|{_REQUESTS})")
# What may stand beside a command in a group that nobody addressed to the bot.
SPARING_FILLER = re.compile(
    "谢谢(?:书记|老师|大家|啦|了)*|辛苦(?:书记|老师)?(?:了|啦)?|麻烦了|我[能要]?去(?=\\W|\\Z)|一下|的|份|元|是|共|一共|总共|合计|时间|呀|啊|哈|吗|呢|了|啦|吧|收一下"
)
TRAILING_NOT = re.compile(r"不(?=\W|\Z)")  # 有空不
PARTICLE = re.compile(f"(?:{_PARTICLES})")
# What a question may ask twice: 我还有哪几个月的党费没交吗.
ASKED_AGAIN = re.compile(
    "(?:(?:这|近|最近)?(?:两|几)天|[下这上]一?[次回]|(?:我们|咱们?)?支部|最近|近期|这阵子|有空|可以|能|多少字|几百字|多长|怎么写|什么时候|啥时候|什么时间|何时|几时|哪天|几点|几号|咋样|怎样|有没有|是不是|是否|有无|能不能|可不可以|几个月|哪(?:几|些|一)?个?月|哪些|哪几[个位次]|几[个次篇]|多少|什么|哪个|啥|谁|怎么样|如何|情况|没交|未交|没缴|今年|去年|本年度|(?:没有?|不)(?=\\W|\\Z)|有|人|同学|同志|党员|名单)"
)
COMPLEMENT = re.compile(f"(?:掉|好|完|一下|下|成功|一遍|过来|回来)+(?:{_PARTICLES})*(?=[\\s,。!~]|\\Z)")
SENTENCE_END = re.compile(f"(?:{_PARTICLES})+(?=[\\s,。!~]|\\Z)")
QUESTION = re.compile("谁|什么|哪|几|多少|有没有|吗|啥|没有?$")
WHETHER = re.compile(
    r"(?<!行)(?<!可以)(?<!好)(?<!成)(?:吗|没有?|了么|是不是|有没有|要不要|多少|怎么)\W*(?:(?:谢谢|多谢|感谢|辛苦|麻烦|拜托)\w{0,4}\W*)?\Z|怎么|是不是|要不要|多少|为什么|什么时候"
)
WHETHER_DONE = re.compile(r"(?:了吗|了没|了没有|了么|过没)\W*\Z")
ASKING = re.compile(r"怎么|会不会|多少|什么|要不要|能不能|可不可以|为什么|为啥|哪|吗|[?？]|咋|如何|啥")
NEGATION = re.compile("没|不(?!好意思)|别|忘|未|无法|拒|删|怎么|什么|为什|要不要|吗|谁|哪")
# What else is wanted than a command that has no such word of its own.
OTHER_WISH = re.compile("[帮替给]我写|范文|模板|格式|导出|下载|注销|清除|清空")
# Somebody else is named for whom it is done.
FOR_ANOTHER = re.compile(
    "[替帮代](?!我|忙|一?下|帮)(?:[小老阿][\u4e00-\u9fff]|[\u4e00-\u9fff]{2,3}(?=[把交缴补报签登]))"
)
BREAK = re.compile(r"[\s,。;!?:~…]")
VAGUE_TIME = re.compile(
    "(?:元旦|春节|过年|国庆|五一|中秋|端午|清明|寒假|暑假|假期|年|节|答辩|毕业)(?:节|假期|放假)?(?:之|以)?(?:前后|前|后|期间|那几天)"
    "|过几天|过两天|过阵子|改天|(?:这|近|那|前)几天|月初|月中|月底|年底|年初|年前|周内|有空的?时候"
)
# A clause of its own that says why passes; one that asks, or takes back what the command says, does not.
_DENIES = "(?:先|就|还是|我|那)?(?:不|别|甭|勿)(?:要|用|想|交|缴|约|报|参加|去|改|记|登记|算|能|行|对|是|必|会|该|得)"
_ASKS_OR_TAKES_BACK = (
    "算了|作废|退掉|撤掉|等等|等一?下|以后再|"
    "怎么|多少|什么|要不要|能不能|可不可以|是不是|有没有|为啥|哪|[吗?？]|(?<![这那什怎多])么|咋|如何|啥|谁|但是?|不过|除了|只是问"
)
_NO_ASIDE_BEFORE = re.compile(_ASKS_OR_TAKES_BACK)
_NO_ASIDE_BEHIND = re.compile(f"{_DENIES}|{_ASKS_OR_TAKES_BACK}")
# How somebody goes on who says why: 请假周六党课要加班.
REASON = re.compile(
    "要|有|得|我|因|没|去|回|赶|想|在(?!哪|什么|啥)|不|加班|出差|生病|身体|感冒|发烧|家|临时|公司|单位|厂|父母|爸|妈|孩子|车|堵"
)
# What is surely a reason, wherever it stands: 周六加班去不了.
WHY = re.compile(
    "(?:(?:今|明|当)?晚上?|白天|[上下]午|早上)?(?:我|公司|单位|厂里|家里)?(?:临时|突然|正好|还|又|也)?(?:要|得|在)?(?:去|上)?"
    "(?:加班|出差|值班|倒班|夜班|晚班|早班|团建|培训|考试|面试|答辩|生病|发烧|感冒|有课|有事|赶项目)"
)
MATTERS = re.compile("汇报|党费|谈心|谈话|党课|党日|心愿|公益|意见|去向|请假|报名|签到|微课|资讯|台账|活动|考勤")
_LONGEST_ASIDE = 40


TEXT_LABEL = re.compile(
    r"(?:不是这个|不对|[换改]个?|(?:我(?:跟书记|和书记)?约?的?)?(?:那次)?(?:谈心|谈话|请假)的?)?(?:主题|话题|议题|内容|原因|理由|事由|评语|意见|名称|名字)"
    r"(?: *: *| +|就?写?[一两二三四五六七八九十]{1,2}个字 *:? *|还是"
    r"|(?:应该)?就?是(?![^,。!]*的(?=[\s,。!]|\Z))|为|[改换][成为到]"
    r"|就?写(?!得|的)上?|就?说|补一?下|补上|补充一?下?|[再要]?加[上个]?(?:一句)?|(?=写[得的])) *:? *"
    r"(?:就?是想?(?=聊|说|谈))?"
    r"|(?:我|就是)?主要(?:就是|是|就)?想?(?=聊|说|谈|问|了解|咨询|请教)"
)
TIME_LABEL = re.compile(r"(?:活动|会议|开会|具体)?(?:时间|日期)(?:定)?[ :是为在于]*\Z")
_LINK_LABEL = re.compile(r"[\s,;。]*(?:会议|腾讯会议|直播|文章)?(?:链接|网址|地址|入口)(?:是|为|见)?[\s:]*\Z")


def past_label(text: str, at: int, link: int) -> int:
    """Where what stands before a link as its label begins, else where the link does."""
    label = _LINK_LABEL.search(text, at, link)
    return label.start() if label else link


def clause_end(text: str, at: int, end: int) -> int:
    """Where the clause ends that `at` stands in."""
    match = BREAK.search(text, at, end)
    return match.start() if match else end


def is_aside(text: str, at: int, end: int, *, before: bool = False) -> bool:
    """Whether a clause can be said beside a command: what is denied before it is why, behind it is taken back."""
    refused = _NO_ASIDE_BEFORE if before else _NO_ASIDE_BEHIND
    return end - at <= _LONGEST_ASIDE and refused.search(text, at, end) is None


# How people say yes among friends; 得 alone is none: 得了 is a no.
COLLOQUIAL_YES = words_of("colloquial_yes")
# Bare words that acknowledge anything: in a group they answer nobody in particular.
ACKNOWLEDGEMENTS = frozenset(
    {
        "好",
        "好的",
        "行",
        "可以",
        "嗯",
        "嗯嗯",
        "ok",
        "没问题",
        *COLLOQUIAL_YES,
        "是",
        "不",
        "no",
        "yes",
        "别",
        "在",
        "完了",
        "结束",
        "好了",
        "来了",
    }
)


def skip_separators(text: str, at: int, end: int) -> int:
    match = SEPARATORS.match(text, at, end)
    return match.end() if match else at


def only_courtesy(text: str, at: int, end: int) -> bool:
    """Whether nothing but superfluous words stands there."""
    return unread(text, at, end) == 0


def unread(text: str, at: int, end: int) -> int:
    """How many characters carry a meaning that was not read."""
    count = 0
    while at < end:
        match = SEPARATORS.match(text, at, end) or FILLER.match(text, at, end)
        if match is None:
            count += 1
            at += 1
        else:
            at = match.end()
    return count
