from importlib import import_module

from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

from models.matter import MatterKind

Meaning = import_module('models.migrations.0008_accountability').Meaning


class Migration(migrations.Migration):
    dependencies = [('models', '0012_first_binding')]

    initial = False

    operations = [
        ops.AlterModelOptions(
            name='BindingCode',
            options={'table': 'binding_code', 'app': 'models', 'indexes': [Index(fields=['member_id'])], 'pk_attr': 'id', 'table_description': 'A one-time code that binds whoever sends it to `member`: shown when it is made, kept as a keyed digest only.'},
        ),
        Meaning(
            model_name='OpenMatter',
            name='kind',
            field=fields.CharEnumField(description='MEETING: meeting\nDUES_REMINDER: dues_reminder\nCONFIRMATION: confirmation\nREPORT_DRAFT: report_draft\nPLACEMENT_END: placement_end\nSERVICE_RESULT: service_result\nLESSON_PICTURES: lesson_pictures\nCONSENT: consent\nDONE: done', enum_type=MatterKind, max_length=20),
        ),
        ops.AlterModelOptions(
            name='Opinion',
            options={'table': 'opinion', 'app': 'models', 'indexes': [Index(fields=['branch_id', 'state']), Index(fields=['author_id'])], 'pk_attr': 'id', 'table_description': '`branch` is who it was given to: a branch, or a college or school. An anonymous one has a `seal` and no `author`,'},
        ),
        ops.AlterModelOptions(
            name='Wish',
            options={'table': 'wish', 'app': 'models', 'unique_together': (('branch', 'number'),), 'indexes': [Index(fields=['branch_id', 'state'])], 'pk_attr': 'id', 'table_description': '`text` is meant for the whole branch. Who posted it is `author`, or of an anonymous one nobody but `seal` knows,'},
        ),
    ]
