from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0002_presence')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Restriction',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('channel', fields.CharField(unique=True, max_length=40)),
                ('paused_until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('times', fields.IntField()),
            ],
            options={'table': 'restriction', 'app': 'models', 'pk_attr': 'id', 'table_description': 'The last 操作过于频繁 on a channel. `times`: the how-manieth in a row, since each lasts longer.'},
            bases=['Model'],
        ),
    ]
