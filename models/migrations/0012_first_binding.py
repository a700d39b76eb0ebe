from importlib import import_module

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

AddColumn = import_module('models.migrations.0008_accountability').AddColumn


async def say_when(apps, editor):
    """Of whoever is bound now: no account that is theirs today has to wait."""
    await editor.client.execute_query(
        "UPDATE member SET first_bound_at = (SELECT MAX(bound_at) FROM account WHERE account.member_id = member.id)"
    )


class Migration(migrations.Migration):
    dependencies = [('models', '0011_whose_notice')]

    initial = False

    operations = [
        AddColumn(
            model_name='Member',
            name='first_bound_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunPython(say_when, ops.RunPython.noop),
    ]
