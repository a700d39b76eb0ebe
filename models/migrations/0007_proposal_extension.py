from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0006_web_session')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Service',
            name='proposed',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='Member',
            name='probation_until',
            field=fields.DateField(null=True),
        ),
        ops.CreateModel(
            name='ProbationExtension',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='probation_extensions', on_delete=OnDelete.RESTRICT)),
                ('claim', fields.IntField(null=True, unique=True)),
                ('until', fields.DateField()),
                ('recorded_by', fields.ForeignKeyField('models.Member', source_field='recorded_by_id', db_constraint=True, to_field='id', related_name='probation_extensions_recorded', on_delete=OnDelete.RESTRICT)),
                ('recorded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('voided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'probation_extension', 'app': 'models', 'indexes': [Index(fields=['member_id'])], 'pk_attr': 'id', 'table_description': "`claim` is the member's id, NULL once it was taken back or another day was recorded, `until` is the new end."},
            bases=['Model'],
        ),
    ]
