"""公益服务 and 爱心传递: what a branch calls for or offers, who takes part, what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tortoise import fields
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.branch import Branch
from models.member import Member
from models.sealed import SealedBinaryField, SealedModel, SealedTextField
from models.terms import Term


class ServiceKind(Term):
    SERVICE = "service", "公益", "公益活动", "公益服务", "志愿服务", "志愿活动"
    CARE = "care", "爱心传递", "爱心活动", "爱心"


class Service(Model):
    """`places` is how many can take part, None for any number.

    One that a member has `proposed` is nothing yet to join or to speak of: the committee announces it, or declines,
    which cancels it.
    """

    id = fields.IntField(primary_key=True)
    branch: fields.ForeignKeyRelation[Branch] = fields.ForeignKeyField(
        "models.Branch", related_name="services", on_delete=fields.RESTRICT
    )
    branch_id: int
    number = fields.IntField()  # the branch's own
    kind = fields.CharEnumField(ServiceKind, max_length=10)
    start = fields.DatetimeField()
    topic = fields.CharField(max_length=200)
    places = fields.IntField(null=True)
    organiser: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="services_organised", on_delete=fields.RESTRICT
    )
    organiser_id: int
    created_at = fields.DatetimeField()  # when it was announced, or before that proposed
    proposed = fields.BooleanField(default=False, db_default=False)
    cancelled_at = fields.DatetimeField(null=True)
    result = fields.TextField(default="")
    result_at = fields.DatetimeField(null=True)

    parts: fields.ReverseRelation[ServicePart]
    pictures: fields.ReverseRelation[ServicePicture]

    class Meta:
        table = "service"
        unique_together = (("branch", "number"),)
        indexes = (("branch_id", "start"), ("start",))

    @classmethod
    def announced(cls) -> QuerySet[Service]:
        """What has been announced and not cancelled."""
        return cls.filter(proposed=False, cancelled_at=None)


class ServicePart(Model):
    """One member's part. `seat` counts from 1, who joined and has none is on the waiting list, in order of `joined_at`.

    The unique key of the seat is the limit: however many join at once, each seat is taken by one.
    """

    id = fields.IntField(primary_key=True)
    service: fields.ForeignKeyRelation[Service] = fields.ForeignKeyField(
        "models.Service", related_name="parts", on_delete=fields.RESTRICT
    )
    service_id: int
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="service_parts", on_delete=fields.RESTRICT
    )
    member_id: int
    seat = fields.IntField(null=True)
    joined_at = fields.DatetimeField()
    left_at = fields.DatetimeField(null=True)
    minutes = fields.IntField(null=True)  # of service, as the committee counted them

    class Meta:
        table = "service_part"
        unique_together = (("service", "member"), ("service", "seat"))
        indexes = (("member_id",),)


class ServicePicture(SealedModel):
    id = fields.IntField(primary_key=True)
    service: fields.ForeignKeyRelation[Service] = fields.ForeignKeyField(
        "models.Service", related_name="pictures", on_delete=fields.RESTRICT
    )
    service_id: int
    position = fields.IntField()
    name = SealedTextField()
    media_type = fields.CharField(max_length=100)
    data = SealedBinaryField()

    class Meta:
        table = "service_picture"
        unique_together = (("service", "position"),)


async def takers(services: Iterable[Service]) -> dict[int, list[ServicePart]]:
    """Who takes part, by the service's id: those with a seat in the order of their seats, then the waiting list."""
    listed = {service.id: list[ServicePart]() for service in services}
    parts = ServicePart.filter(service_id__in=list(listed), left_at=None).select_related("member")
    for part in await parts.order_by("joined_at", "id"):
        listed[part.service_id].append(part)
    return {id_: sorted(parts, key=lambda part: part.seat or len(parts) + 1_000_000) for id_, parts in listed.items()}


async def services_between(branch_id: int, first: datetime, last: datetime) -> list[Service]:
    """The branch's announced services that begin from `first` to before `last`, in order of time."""
    services = Service.announced().filter(branch_id=branch_id, start__gte=first, start__lt=last)
    return await services.order_by("start", "id")
