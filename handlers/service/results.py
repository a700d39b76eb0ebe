"""公益结果：一句话告诉群里，照片存下来。"""

from __future__ import annotations

from bot.by_words import ByWords
from bot.commands import Instead, Refusal, Reply, Request, Role, ToGroup, command, undo
from bot.messages import File
from bot.photos import expect_photos, photo_of
from bot.understanding.values import Number, Text
from bot.wording import GroupText, Public, in_group
from handlers.service.past import just_held
from handlers.service.wording import numbered, published, title
from models import MatterKind, Service, ServicePart, ServicePicture

LONGEST = 300  # characters

TOLD = "【{kind}结果】{title}：{count} 人参加。{text}"
DONE = "已登记{title}的结果，已在群里告诉大家。有照片请在 {hours} 小时内私聊发给我，最多 {most} 张。发送“撤销”可收回。"
NOT_BEGUN = "{title}还没有开始，结束后再发结果。"
WHICH = in_group("请写上编号和一句结果，例如：公益结果 2 清理了三个小区")
TAKEN_BACK = "已收回{title}的结果和照片。"
PICTURE = "第 {position} 张照片已收到，归到{title}。"
NO_PICTURE = "这个文件没有收下：公益结果只收照片（jpg、png、heic、webp）。"
TOO_MANY = "这张没有收下：一次公益最多 {most} 张照片。"


@command(
    "service.result",
    "(公益|公益活动|志愿服务|志愿活动|爱心传递|爱心活动)(结果|总结|小结)",
    role=Role.COMMITTEE,
    takes_file_while=MatterKind.SERVICE_RESULT,
    help="公益结果 2 清理了三个小区 — 登记结果，告诉群里；照片随后私聊发来",
)
async def result(request: Request, number: Number | None = None, text: Text | None = None) -> Reply | Instead:
    """Tell the group what came of it; pictures that follow privately are kept with it."""
    if request.file is not None:
        return await _picture(request, request.file)
    if number is None and text is not None and (past := await just_held(request)) is not None:
        return Instead("service.result", {"number": ByWords(past.number), "text": text})
    if number is None or text is None:
        raise Refusal(WHICH)
    service = await numbered(request, number)
    if service.start > request.now:
        raise Refusal(in_group(NOT_BEGUN, title=title(service)))
    service.result, service.result_at = published(text, LONGEST), request.now
    await service.save(update_fields=["result", "result_at"])
    hours, most = request.settings.services.picture_hours, request.settings.services.max_pictures
    await expect_photos(request, MatterKind.SERVICE_RESULT, hours, {"service": service.id})
    done = in_group(DONE, title=title(service), hours=hours, most=most)
    said = await _told(service)
    if request.in_private:
        return Reply(done, notices=[ToGroup(service.branch_id, said)], record=service.id)
    return Reply(said, done if request.sender.friend else None, record=service.id)


async def _told(service: Service) -> GroupText:
    count = await ServicePart.filter(service_id=service.id, seat__isnull=False).count()
    text = Public(service.result)
    return in_group(TOLD, kind=service.kind, title=title(service), count=count, text=text)


async def _picture(request: Request, file: File) -> Reply:
    if request.matter is None:
        raise Refusal(WHICH)
    service = await Service.select_for_update(no_key=True).get(id=request.matter.content["service"])
    picture = photo_of(file)
    if picture is None:
        raise Refusal(NO_PICTURE)
    position = await ServicePicture.filter(service_id=service.id).count() + 1
    most = request.settings.services.max_pictures
    if position > most:
        raise Refusal(TOO_MANY.format(most=most))
    await ServicePicture.create(
        service=service,
        position=position,
        name=picture.name,
        media_type=picture.media_type,
        data=picture.data,
    )
    return Reply(private=PICTURE.format(position=position, title=title(service)))


@undo(result)
async def result_back(request: Request, record: int) -> Reply:
    """Without a result and pictures again; the group has read the sentence."""
    service = await Service.get(id=record)
    service.result, service.result_at = "", None
    await service.save(update_fields=["result", "result_at"])
    await ServicePicture.filter(service_id=service.id).delete()
    return Reply(in_group(TAKEN_BACK, title=title(service)))
