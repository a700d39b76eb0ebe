from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class AddColumn(ops.AddField):
    """As in 0008: taken back by dropping the column."""

    async def database_backward(self, app_label, old_state, new_state, state_editor=None):
        table = old_state.models[(app_label, self.model_name)].table
        await state_editor.client.execute_query(f'ALTER TABLE "{table}" DROP COLUMN "{self.name}"')


# The trail's end only goes on, and so does what retention has removed.
BACK = "NEW.line < OLD.line OR NEW.cut < OLD.cut"
SQLITE = (
    f"""CREATE TRIGGER audit_head_back BEFORE UPDATE ON audit_head WHEN {BACK}
       BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    """CREATE TRIGGER audit_head_removed BEFORE DELETE ON audit_head
       BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
)
POSTGRES = (
    f"""CREATE TRIGGER audit_head_back BEFORE UPDATE ON audit_head
       FOR EACH ROW WHEN ({BACK}) EXECUTE FUNCTION hongyan_append_only()""",
    """CREATE TRIGGER audit_head_removed BEFORE DELETE ON audit_head
       FOR EACH ROW EXECUTE FUNCTION hongyan_append_only()""",
)


async def protect(apps, editor):
    for statement in SQLITE if editor.DIALECT == 'sqlite' else POSTGRES:
        await editor.client.execute_query(statement)


async def unprotect(apps, editor):
    of_table = '' if editor.DIALECT == 'sqlite' else ' ON audit_head'
    for trigger in ('audit_head_back', 'audit_head_removed'):
        await editor.client.execute_query(f'DROP TRIGGER {trigger}{of_table}')


class Migration(migrations.Migration):
    dependencies = [('models', '0008_accountability')]

    initial = False

    operations = [
        AddColumn(
            model_name='AuditHead',
            name='cut_signature',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        ops.RunPython(protect, unprotect),
    ]
