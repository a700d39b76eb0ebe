from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('models', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Presence',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('channel', fields.CharField(unique=True, max_length=40)),
                ('heard_until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'presence', 'app': 'models', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
