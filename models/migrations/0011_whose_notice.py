from importlib import import_module

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

AddColumn = import_module('models.migrations.0008_accountability').AddColumn


async def name_whose_they_are(apps, editor):
    """What waits as a private notice is that of the member whose account it was written to."""
    await editor.client.execute_query(
        "UPDATE outbox_message SET member_id = (SELECT member_id FROM account"
        " WHERE account.channel = outbox_message.channel AND account.contact = outbox_message.contact)"
        " WHERE state = 'pending' AND urgency = 'notice' AND room IS NULL"
    )


class Migration(migrations.Migration):
    dependencies = [('models', '0010_nothing_readable')]

    initial = False

    operations = [
        AddColumn(
            model_name='OutboxMessage',
            name='member_id',
            field=fields.IntField(null=True),
        ),
        ops.RunPython(name_whose_they_are, ops.RunPython.noop),
    ]
