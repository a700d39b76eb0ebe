from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import SqliteSchemaEditor

from models.sealed import SealedBinaryField, SealedJSONField, SealedTextField


class Seal(ops.TortoiseOperation):
    """These columns hold tokens from now on. Their rows are sealed by `bot.encryption.completion`, in batches.

    SQLite keeps text in a column of any type, and would build the table again for another one.
    """

    def __init__(self, columns):
        self.columns = columns

    def describe(self):
        return "Seal columns"

    def state_forward(self, app_label, state):
        for (model, name), field in self.columns.items():
            self.get_model_state(state, app_label, model).fields[name] = field
        state.reload_models({(app_label, model) for model, _ in self.columns})

    async def database_forward(self, app_label, old_state, new_state, state_editor=None):
        if state_editor is None or isinstance(state_editor, SqliteSchemaEditor):
            return
        for (name, column), field in self.columns.items():
            table = new_state.apps.get_model(f"{app_label}.{name}")._meta.db_table
            kind = field.get_for_dialect("postgres", "SQL_TYPE")
            await state_editor._run_sql(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind}')

    async def database_backward(self, *_, **__):
        raise NotImplementedError("what was sealed is not made plain again")


class Migration(migrations.Migration):
    dependencies = [('models', '0004_home')]

    initial = False

    operations = [
        ops.CreateModel(
            name='SealedColumn',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('name', fields.CharField(unique=True, max_length=100)),
                ('proof', SealedTextField()),
            ],
            options={'table': 'sealed_column', 'app': 'models', 'pk_attr': 'id', 'table_description': 'A column (`name`: table.column) whose every row has been sealed. `proof` is its name, sealed.'},
            bases=['Model'],
        ),
        Seal({
            ('ActivityNote', 'text'): SealedTextField(),
            ('Attendance', 'leave_reason'): SealedTextField(default=''),
            ('HalfYearReview', 'text'): SealedTextField(default=''),
            ('Handover', 'note'): SealedTextField(default=''),
            ('Handover', 'return_note'): SealedTextField(default=''),
            ('OpenMatter', 'content'): SealedJSONField(default=dict),
            ('Opinion', 'answer'): SealedTextField(default=''),
            ('Opinion', 'seal'): SealedTextField(null=True),
            ('Opinion', 'text'): SealedTextField(),
            ('OutboxMessage', 'card'): SealedJSONField(null=True),
            ('OutboxMessage', 'file_data'): SealedBinaryField(null=True),
            ('OutboxMessage', 'file_name'): SealedTextField(null=True),
            ('OutboxMessage', 'text'): SealedTextField(default=''),
            ('Phone', 'number'): SealedTextField(),
            ('Placement', 'company'): SealedTextField(default=''),
            ('Report', 'comment'): SealedTextField(default=''),
            ('Report', 'text'): SealedTextField(default=''),
            ('ReportFile', 'data'): SealedBinaryField(),
            ('ReportFile', 'name'): SealedTextField(),
            ('ServicePicture', 'data'): SealedBinaryField(),
            ('ServicePicture', 'name'): SealedTextField(),
            ('Talk', 'topic'): SealedTextField(default=''),
            ('TalkRecord', 'text'): SealedTextField(),
            ('Wish', 'reason'): SealedTextField(default=''),
            ('Wish', 'seal'): SealedTextField(null=True),
            ('Wish', 'text'): SealedTextField(),
        }),
    ]
