"""Every model that refers to a member is declared: what is forgotten there would be in no copy and never deleted."""

from __future__ import annotations

import pytest
from tortoise.models import Model

import models
from bot.personal import KINDS
from bot.personal.kinds import OF_THE_MACHINE
from bot.personal.titles import INTERNAL, TITLES
from bot.settings import RetentionSettings
from models import Member

# What refers to no member, by a key or by an account.
NOBODYS = {
    "AuditAnchor",
    "AuditHead",
    "BindingKey",
    "Branch",
    "BulletinSubscription",
    "JobRun",
    "LessonPicture",
    "Presence",
    "Restriction",
    "Room",
    "SealedColumn",
    "ServicePicture",
}
# Numbers of members that are no foreign keys, and accounts.
LOOSE_REFERENCES = {
    "AuditEntry": {"member_id"},
    "DuesStandard": {"set_by_id"},
    "InboxMessage": {"sender"},
    "OpenMatter": {"contact"},
    "OutboxMessage": {"contact"},
    "BindingFailure": {"contact"},
}

# What tells that a row was taken back.
TAKEN_BACK = {"voided_at", "removed_at", "withdrawn_at", "cancelled_at", "left_at"}
TAKEN_BACK_STATES = {"VOID", "CANCELLED", "WITHDRAWN", "REMOVED", "DRAFT"}
# Of these a row is nobody's but who did it.
OF_WHO_ACTED = {"TalkSlot", "Activity", "Service", "Lesson", "Bulletin", "Disclosure", "PublishedNotice"}


def all_models() -> dict[str, type[Model]]:
    found = {name: getattr(models, name) for name in models.__all__}
    return {name: one for name, one in found.items() if isinstance(one, type) and issubclass(one, Model)}


@pytest.fixture(autouse=True)
async def known(database: str) -> None:
    """The relations are known once the database is open."""


def references(model: type[Model]) -> set[str]:
    """The columns of `model` that name a member."""
    fields = model._meta.fields_map
    relations = (*model._meta.fk_fields, *model._meta.o2o_fields)
    keys = {str(fields[name].source_field) for name in relations if fields[name].related_model is Member}  # type: ignore[attr-defined]
    return keys | LOOSE_REFERENCES.get(model.__name__, set())


async def test_every_model_is_declared() -> None:
    declared = {kind.model.__name__ for kind in KINDS}
    assert all_models().keys() - declared == NOBODYS
    assert len(declared) == len(KINDS) == len({kind.label for kind in KINDS})


async def test_every_reference_to_a_member_is_declared() -> None:
    for kind in KINDS:
        own = {lookup for lookup in (*kind.of, *kind.by, kind.contact) if lookup and "__" not in lookup}
        assert own - {"id"} == references(kind.model), kind.label
        assert set(kind.erased_of) <= set(kind.of), kind.label


async def test_what_stays_has_a_reason_and_what_goes_wholly_needs_none() -> None:
    for kind in KINDS:
        goes_wholly = kind.erased is not None and not kind.erased.children and not kind.erased.filters
        rest = not goes_wholly or bool(kind.erased_of)
        assert bool(kind.why) == (rest and kind.contact != "sender" and not kind.agreed), kind.label


async def test_what_hangs_on_a_row_is_seen_to_before_it_goes() -> None:
    """Foreign keys are RESTRICT: a row that something refers to could not be removed."""
    for kind in (*KINDS, *OF_THE_MACHINE):
        if kind.age is None and kind.erased is None:
            continue
        seen = {(part.model, part.field) for part in (*kind.parts, *kind.loose)}
        assert seen == {
            (model, str(model._meta.fields_map[name].source_field))
            for model in all_models().values()
            for name in (*model._meta.fk_fields, *model._meta.o2o_fields)
            if model._meta.fields_map[name].related_model is kind.model  # type: ignore[attr-defined]
        }, kind.label


async def test_what_goes_with_another_has_one_it_goes_with() -> None:
    parts = {part.model for kind in KINDS for part in kind.parts}
    assert {kind.model for kind in KINDS if kind.held} == parts & {kind.model for kind in KINDS if kind.age is None}


async def test_what_can_be_taken_back_says_which_rows_hold() -> None:
    """Whoever takes something back does not expect it in the copy of another member, or with another branch."""
    for kind in KINDS:
        fields = kind.model._meta.fields_map
        states = {state.name for state in getattr(fields.get("state"), "enum_type", ())}
        can_be = bool(TAKEN_BACK & fields.keys() or TAKEN_BACK_STATES & states)
        declared = bool(kind.standing.children or kind.standing.filters)
        if kind.model.__name__ in OF_WHO_ACTED:
            assert can_be and not declared and not kind.handed_over, kind.label
        else:
            assert declared or not can_be, kind.label
        assert not kind.author or kind.author in (*kind.of, "payment__payer_id"), kind.label
        assert kind.handed_over or not kind.kept_here, kind.label


async def test_every_column_has_a_title_or_is_the_machines() -> None:
    columns = {column for kind in KINDS for column in kind.model._meta.db_fields}
    assert columns - TITLES.keys() == INTERNAL & columns and not TITLES.keys() & INTERNAL
    assert (TITLES.keys() | INTERNAL) - columns == set()


async def test_every_limit_is_a_setting_and_every_setting_is_used() -> None:
    limits = {kind.age.limit for kind in (*KINDS, *OF_THE_MACHINE) if kind.age}
    assert limits | {"audit_months", "left_days", "roster_months"} == set(RetentionSettings.model_fields)


async def test_every_kind_has_an_age_or_a_reason_to_have_none() -> None:
    for kind in (*KINDS, *OF_THE_MACHINE):
        assert [kind.age is not None, kind.held, bool(kind.ageless)].count(True) == 1, kind.label
