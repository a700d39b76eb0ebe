from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from importlib import import_module
from models.matter import MatterKind
from tortoise.indexes import Index

Meaning = import_module('models.migrations.0004_home').Meaning


class Migration(migrations.Migration):
    dependencies = [('models', '0006_web_session')]

    initial = False

    operations = [
        Meaning(
            model_name='OpenMatter',
            name='kind',
            field=fields.CharEnumField(description='MEETING: meeting\nDUES_REMINDER: dues_reminder\nCONFIRMATION: confirmation\nREPORT_DRAFT: report_draft\nPLACEMENT_END: placement_end\nSERVICE_RESULT: service_result\nLESSON_PICTURES: lesson_pictures', enum_type=MatterKind, max_length=20),
        ),
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
