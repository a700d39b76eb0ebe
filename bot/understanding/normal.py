"""A message in one plain form, with the way back to what was typed.

Width, zero-width characters, emoji, traditional characters and quotations are
taken out of the recognisers' way here, so that they need not know of them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.lexicon import words_of
from bot.understanding.numerals import DIGITS

# Traditional forms of the characters that stand in phrases, enum words, dates and common names.
_TRADITIONAL = (
    "黨党費费繳缴補补預预書书記记彙汇匯汇報报談谈話话開开時时發发會会議议組组織织員员簽签請请認认領领願愿導导單单據据與与點点號号個个週周"
    "幫帮學学習习課课題题張张帳账賬账錄录確确銷销還还沒没誰谁幾几兩两塊块錢钱們们遲迟間间後后從从這这裡里裏里麼么嗎吗啟启動动進进務务參参"
    "團团關关閉闭結结節节閱阅審审絕绝歸归檔档實实訓训無无對对錯错寫写傳传聽听說说讀读語语調调論论講讲證证評评詢询該该詳详誤误謝谢識识警警"
    "變变讓让買买賣卖資资訊讯質质貼贴趙赵楊杨陳陈劉刘黃黄吳吴孫孙馬马羅罗鄭郑鄧邓馮冯許许韓韩葉叶蘇苏呂吕盧卢蔣蒋賈贾薛薛閻阎潘潘鍾钟譚谭"
    "陸陆範范廖廖龍龙萬万錢钱湯汤喬乔賀贺賴赖龔龚顧顾嚴严華华陽阳歐欧雪雪偉伟強强麗丽靜静傑杰軍军濤涛鵬鹏輝辉蘭兰紅红雲云飛飞東东國国廣广"
    "爾尔慶庆興兴業业產产創创聞闻觀观灣湾愛爱遞递誌志願愿養养專专門门樓楼場场廠厂車车長长雙双難难離离電电響响頁页須须順顺頒颁頭头類类顯显"
    "綁绑緊紧線线統统經经續续總总網网維维職职聯联處处術术衛卫視视規规決决準准測测滿满漢汉況况熱热狀状獎奖環环現现當当盡尽監监種种稱称穩稳"
    "轉转刪删臺台喚唤競竞筆笔籌筹級级純纯約约細细終终給给絡络編编緣缘縣县舉举舊旧艱艰藝艺莊庄蓋盖薦荐號号裝装複复褲裤見见覺觉觸触計计討讨設设訪访詞词試试"
    "誠诚誰谁諾诺謀谋護护豐丰負负貢贡責责貨货貴贵費费賓宾賞赏輔辅輪轮輸输辦办農农遠远適适選选郵邮鄉乡醫医釋释鐘钟鐵铁鑰钥閒闲隊队階阶際际"
    "隨随險险雜杂靈灵項项預预頻频顆颗飯饭館馆驗验體体鬧闹魚鱼鳥鸟麥麦齊齐齡龄蹤踪彈弹廳厅歷历曆历來来個个備备債债傷伤價价儀仪億亿優优儲储"
    "區区協协卻却參参員员問问喪丧喚唤嘗尝嘆叹圍围園园圖图壓压壞坏壯壮夢梦夾夹奪夺婦妇媽妈寧宁寫写寬宽將将尋寻導导層层屬属歲岁島岛幣币幹干"
)
# Written Cantonese and northern speech for the particles and verbs that stand beside commands.
_DIALECT = (
    "嘅的咗了喇啦嚟来冇没睇看嗰那哋们佢他啱刚咁这瞅看瞧看噶的咧呢毫角俩两仨三邊边"
    "牆墙係系裏里嗰那壹一贰二貳二叁三肆四柒七捌八玖九拾十俺我"
)
# Words of Cantonese and the south-west that are written with everybody's characters; each as long as what it means.
_WORDS_OF_DIALECT = dict(pair.split("=") for pair in words_of("dialect"))
_SIMPLE = dict(zip((_TRADITIONAL + _DIALECT)[::2], (_TRADITIONAL + _DIALECT)[1::2], strict=True))
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Cs", "Co"})
_STICKER = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,5}\]")  # WeChat sends its own emoji as [抱拳]
_EMOJI = re.compile(
    r"(?:[\u2190-\u2bff\u3030\ufe0f\u200d\u20e3\U0001f000-\U0001faff]|\[[\u4e00-\u9fffA-Za-z]{1,5}\])++"
)
_SPOKEN_YEAR = re.compile("二[零〇][零〇一二三四五六七八九]{2}(?=年)")
_STOP_AS_POINT = re.compile(r"(?<=\d)[。．](?=\d)")
_DIALECT_WORD = re.compile("|".join(sorted(_WORDS_OF_DIALECT, key=len, reverse=True)))
_QUOTATION = re.compile(r"\A\s*「[^」]{0,2000}」[ \t]*\n?(?:(?:- ?){5,}-?[ \t]*\n)?", re.S)


@lru_cache(maxsize=16384)
def plain(char: str) -> str:
    """One character in its plain form: "" for the invisible, a space for emoji and odd spaces."""
    category = unicodedata.category(char)
    if category in _INVISIBLE:
        return ""
    if category in ("So", "Sk", "Zs", "Cc"):
        return "\n" if char == "\n" else " "
    folded = unicodedata.normalize("NFKC", char).lower()
    return "".join(_SIMPLE.get(part, part) for part in folded)


@dataclass(frozen=True, slots=True)
class Normal:
    """`text` in plain form; character `i` of it was typed at ``raw[starts[i]:ends[i]]``."""

    raw: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, raw: str) -> Normal:
        """Normalise a message, without a quotation before it."""
        quotation = _QUOTATION.match(raw)
        begin = quotation.end() if quotation and quotation.end() < len(raw) else 0
        chars: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for index in range(begin, len(raw)):
            for char in plain(raw[index]):
                if char == " " and chars[-1:] == [" "]:
                    continue
                chars.append(char)
                starts.append(index)
                ends.append(index + 1)
        text = "".join(chars).replace("元月", "一月")
        text = _DIALECT_WORD.sub(lambda match: _WORDS_OF_DIALECT[match[0]], text)
        text = _SPOKEN_YEAR.sub(lambda match: "".join(str(DIGITS[char]) for char in match[0]), text)
        if "。" in text:
            text = _STOP_AS_POINT.sub(".", text)
        if "[" in text:
            text = _STICKER.sub(lambda match: " " * len(match[0]), text)
        return cls(raw, text, tuple(starts), tuple(ends))

    def blank(self, spans: list[tuple[int, int]]) -> Normal:
        """The same with the spans of `text`, which may overlap, turned into spaces, and dropped from what was typed."""
        pieces, at = [], 0
        for start, end in sorted(spans):
            pieces += [self.text[at:start], " " * (end - max(start, at))]
            at = max(end, at)
        return Normal(self.raw, "".join([*pieces, self.text[at:]]), self.starts, self.ends)

    def replace(self, start: int, end: int, words: str) -> Normal:
        """The same with ``text[start:end]`` corrected to `words`."""
        first, last = self.starts[start], self.ends[end - 1]
        return Normal(
            self.raw,
            self.text[:start] + words + self.text[end:],
            self.starts[:start] + (first,) * len(words) + self.starts[end:],
            self.ends[:start] + (last,) * len(words) + self.ends[end:],
        )

    def typed_text(self, start: int, end: int) -> str:
        """The same of a text, to which the emoji right behind its last word belong."""
        said = self.typed(start, end)
        while end > start and self.text[end - 1].isspace():
            end -= 1
        emoji = _EMOJI.match(self.raw, self.ends[end - 1]) if said else None
        return said + emoji[0] if emoji else said

    def typed(self, start: int, end: int) -> str:
        """What was typed for ``text[start:end]``, without the spaces around it."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return self.raw[self.starts[start] : self.ends[end - 1]].strip() if start < end else ""
