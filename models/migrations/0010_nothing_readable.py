from importlib import import_module

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import SqliteSchemaEditor

from models.binding_key import THE_ONE, digest_of, new_secret
from models.sealed import SealedTextField

AddColumn = import_module('models.migrations.0008_accountability').AddColumn


class Widen(ops.AlterField):
    """SQLite does not look at how long a text is, and would build the table again without its indexes."""

    async def database_forward(self, app_label, old_state, new_state, state_editor=None):
        if not isinstance(state_editor, SqliteSchemaEditor):
            await super().database_forward(app_label, old_state, new_state, state_editor)

    async def database_backward(self, *_, **__):
        pass  # a digest is never a code again


async def keep_no_code(apps, editor):
    """Codes that are out stay good: each is replaced by its digest.

    The key is written plain and sealed with what else is plain, before the database is opened for any work.
    """
    codes = await editor.client.execute_query_dict('SELECT id, code FROM binding_code')
    if not codes:
        return
    secret = new_secret()
    await editor.client.execute_query(f"INSERT INTO binding_key (id, secret) VALUES ({THE_ONE}, '{secret}')")
    for row in codes:
        digest = digest_of(secret, row['code'])
        await editor.client.execute_query(f"UPDATE binding_code SET code = '{digest}' WHERE id = {row['id']}")


class Migration(migrations.Migration):
    dependencies = [('models', '0009_signed_cut')]

    initial = False

    operations = [
        ops.CreateModel(
            name='BindingKey',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('secret', SealedTextField()),
            ],
            options={'table': 'binding_key', 'app': 'models', 'pk_attr': 'id', 'table_description': 'There is one row. It is sealed as records are: who reads the database or a backup alone can try nothing, and'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PrivacyNotice',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('version', fields.CharField(unique=True, max_length=40)),
                ('text', fields.TextField(unique=False)),
                ('in_force_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'privacy_notice', 'app': 'models', 'pk_attr': 'id', 'table_description': '`text` never changes: another text is another version.'},
            bases=['Model'],
        ),
        Widen(
            model_name='BindingCode',
            name='code',
            field=fields.CharField(unique=True, max_length=64),
        ),
        ops.RunPython(keep_no_code, ops.RunPython.noop),
        ops.RenameField(model_name='BindingCode', old_name='code', new_name='digest'),
        AddColumn(
            model_name='BindingFailure',
            name='by_code',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddIndex(model_name='BindingFailure', index=Index(fields=['by_code', 'at'])),
    ]
