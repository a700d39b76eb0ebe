"""思想汇报怎么交：the ways to hand one in, until when, and how long it has to be."""

from __future__ import annotations

import re

from bot.commands import Reply, Request, command
from bot.periods import due, label
from bot.wording import Public, in_group

HOW = (
    "{period}思想汇报请在{until}前交，正文至少 {least} 字。怎么交都行，请私聊我：\n"
    "· 直接发正文：交思想汇报 正文，分几条发也行，最后回复“发完了”\n"
    "· 发 Word、PDF 文件：直接发给我\n"
    "· 手写的拍照：先发“交思想汇报”，再发照片，最后回复“发完了”\n"
    "· 纸质的交给书记，由书记登记"
)

HOW_LONG = re.compile("多少个?字|几百?个?字|字数|多长")
LENGTH = "正文至少 {least} 字就能交，写多长没有别的规定；支部另有要求的，听书记的。{period}的请在{until}前交。"


@command(
    "report.how",
    "@[我][这边][的] [思想]汇报 <写好>[了][之后|以后] [要|该|应该](怎么|如何|咋|怎样)(交|发|给|弄|提交|上交|传)"
    "[给][你|您|书记|鸿雁]",
    "@[我][已经|都] (写好|写完|写出来)[了] <怎么发> [给][你|您|书记|鸿雁]",
    "@[我][这边][的] [思想]汇报 <写好>[了] (发|交)[到|给|去](<哪里>|谁)",
    "@[思想]汇报 (发|交|传|提交)[到|给|去](<哪里>|谁)",
    "@[思想]汇报 [是|用|要|得](手写|打印|拍照|拍照片|照片|文件|word|pdf|文档|纸质|图片|语音)[的|版] [拍照|拍照片|交|发]"
    "<可以吗>",
    "@[思想]汇报 <能不能>[直接|用|发|交](手写|打印|拍照|拍照片|照片|文件|word|pdf|文档|纸质|图片|语音)[的|版]",
    "@[思想]汇报 [是|一定|必须|非|非得|只能](要|得|用)[是]"
    "(手写|打印|拍照|文件|word|pdf|文档|纸质|电子版|电子)[的|版|稿]<吗>",
    "@[那|那我|我](拍照|拍照片|拍个照|拍张照|手写|打印|发照片|发文件|发word|发pdf)[了|后|完][再]"
    "[发|交|传][过来|给你|给您|上来|上去]<可以吗>",
    "@[有没有|有啥|有什么|有|有无]格式[要求]<吗>",
    "@(汇报|思想汇报) [有没有|有]字数[要求|规定|限制]<吗>",
    "@[思想]汇报[要|得]写多少字[有|有没有][规定|要求]<吗>",
    "@[思想]汇报(下周|月底|明天|周末|过几天|下个月|晚点)[再]交[还](来得及|行|可以|晚|赶得上)[不|吗|么]",
    "@[思想]汇报 [最少|至少|最多|大概|一般][要|得][写](多少|几|几百)[个]字",
    "@[最少|至少|最多|大概|一般][要|得][写](多少|几|几百)[个]字[啊|呀|合适|才行|够]",
    "@[我][的][思想]汇报 <写好>[了] [是|就](直接发给|直接发|发给)(你|您)(就行|就可以|行|可以)<吗>",
    "@[我][的][思想]汇报 <写好>[了] [是|就](直接发给|直接发|发给)(你|您)(就行|就可以|行)",
    "@[我][的][那个|这个][思想]汇报[我](月底|下周|周末|这周|过几天|明天|下个月)[前|之前|以前][再](写|交)[也|还](来得及|行|可以|不晚|赶得上)[吧|吗|不]",
    "@(多少|几百|几)字[才|算|就](够|行|可以|合格)",
    "@[思想]汇报 [是|到](截止|截至|到期|最晚|最迟)[是|到|交|时间|日期]<何时>",
    "@[思想]汇报 <何时>[是](截止|截至|要交|到期|交齐|交)[来着]",
    "@[思想]汇报 [还](没写|没开始写) (怎么|如何|咋|怎样)(交|写|发|提交)",
    "@[思想]汇报 (截止|截至)(时间|日期)",
    listed=False,
    changes=False,
    help="思想汇报写好了怎么交 — 有哪几种交法、什么时候截止、最少写多少字",
)
async def how(request: Request) -> Reply:
    """The same for everybody but for the period, which is the sender's own; nothing of it is a secret.

    Who asks only how long it has to be is told only that.
    """
    reports = request.settings.reports
    own = await due(request.me, reports, request.now)
    said = LENGTH if HOW_LONG.search(request.text) else HOW
    return Reply(in_group(said, period=label(own.period), until=own.until, least=Public(str(reports.min_length))))
