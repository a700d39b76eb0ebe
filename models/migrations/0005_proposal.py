from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0004_home')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Service',
            name='proposed',
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
