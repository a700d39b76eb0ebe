from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from models.audit import AuditEntry
from models.matter import MatterKind
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Meaning(ops.AlterField):
    """As in 0004: no table is built again for what the values of a column mean."""

    async def database_forward(self, *_, **__):
        pass

    async def database_backward(self, *_, **__):
        pass


class AddColumn(ops.AddField):
    """Taken back by dropping the column: Tortoise would build the table again on SQLite, without its indexes."""

    async def database_backward(self, app_label, old_state, new_state, state_editor=None):
        table = old_state.models[(app_label, self.model_name)].table
        await state_editor.client.execute_query(f'ALTER TABLE "{table}" DROP COLUMN "{self.name}"')


async def put_on_the_chain(apps, editor):
    """Number the lines of an older trail from 1 and chain them, in the order in which they were written."""
    entries = apps.get_model('models.AuditEntry')
    number, digest, last = 0, '', 0
    while lines := await entries.filter(id__gt=last).order_by('id').limit(1000):
        for line in lines:
            last, number = line.id, number + 1
            line.id = number
            digest = AuditEntry.digest_after(line, digest)
            # Tortoise changes no key.
            statement = f"UPDATE audit_entry SET id = {number}, digest = '{digest}' WHERE id = {last}"
            await editor.client.execute_query(statement)
    if number:
        await apps.get_model('models.AuditHead').create(id=1, line=number, digest=digest, cut=0)


# What may be done to a line, by table: nothing, but for what retention has set `cut` behind.
SQLITE = (
    """CREATE TRIGGER audit_entry_written BEFORE INSERT ON audit_entry WHEN NEW.digest = ''
       BEGIN SELECT RAISE(ABORT, 'the trail is written by AuditEntry.append only'); END""",
    """CREATE TRIGGER audit_entry_changed BEFORE UPDATE ON audit_entry
       BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    """CREATE TRIGGER audit_entry_removed BEFORE DELETE ON audit_entry
       WHEN NOT EXISTS (SELECT 1 FROM audit_head WHERE OLD.id <= cut)
       BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    """CREATE TRIGGER audit_anchor_changed BEFORE UPDATE ON audit_anchor
       BEGIN SELECT RAISE(ABORT, 'anchors are append-only'); END""",
    """CREATE TRIGGER audit_anchor_removed BEFORE DELETE ON audit_anchor
       BEGIN SELECT RAISE(ABORT, 'anchors are append-only'); END""",
)
POSTGRES = (
    """CREATE FUNCTION hongyan_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE removable boolean := false;
       BEGIN
           IF TG_OP = 'INSERT' THEN
               RAISE EXCEPTION 'the trail is written by AuditEntry.append only';
           ELSIF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'audit_entry' THEN
               EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.audit_head WHERE $1 <= cut)', TG_TABLE_SCHEMA)
                   INTO removable USING OLD.id;
           END IF;
           IF NOT removable THEN
               RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
           END IF;
           RETURN OLD;
       END $$""",
    """CREATE TRIGGER audit_entry_written BEFORE INSERT ON audit_entry
       FOR EACH ROW WHEN (NEW.digest = '') EXECUTE FUNCTION hongyan_append_only()""",
    """CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE ON audit_entry
       FOR EACH ROW EXECUTE FUNCTION hongyan_append_only()""",
    """CREATE TRIGGER audit_anchor_kept BEFORE UPDATE OR DELETE ON audit_anchor
       FOR EACH ROW EXECUTE FUNCTION hongyan_append_only()""",
)


async def protect(apps, editor):
    """Let the database itself refuse to change the trail."""
    for statement in SQLITE if editor.DIALECT == 'sqlite' else POSTGRES:
        await editor.client.execute_query(statement)


async def unprotect(apps, editor):
    if editor.DIALECT == 'sqlite':
        for trigger in ('entry_written', 'entry_changed', 'entry_removed', 'anchor_changed', 'anchor_removed'):
            await editor.client.execute_query(f'DROP TRIGGER audit_{trigger}')
    else:
        await editor.client.execute_query('DROP FUNCTION hongyan_append_only() CASCADE')


class Migration(migrations.Migration):
    dependencies = [('models', '0007_proposal_extension')]

    initial = False

    operations = [
        ops.CreateModel(
            name='AuditHead',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('line', fields.BigIntField()),
                ('digest', fields.CharField(max_length=64)),
                ('cut', fields.BigIntField()),
            ],
            options={'table': 'audit_head', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Where the trail ends, kept apart from it, so that lines missing at the end are missed. There is one row.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='AuditAnchor',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('line', fields.BigIntField(unique=True)),
                ('digest', fields.CharField(max_length=64)),
                ('signed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('signature', fields.CharField(max_length=64)),
            ],
            options={'table': 'audit_anchor', 'app': 'models', 'pk_attr': 'id', 'table_description': 'That the trail ended so on a day, signed with a key that is not in the database.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Erasure',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='erasures', on_delete=OnDelete.RESTRICT)),
                ('branch', fields.ForeignKeyField('models.Branch', source_field='branch_id', db_constraint=True, to_field='id', related_name='erasures', on_delete=OnDelete.RESTRICT)),
                ('claim', fields.IntField(null=True, unique=True)),
                ('deleted', fields.JSONField(default=dict, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('kept', fields.JSONField(default=dict, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('erased_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'erasure', 'app': 'models', 'indexes': [Index(fields=['branch_id', 'erased_at']), Index(fields=['member_id'])], 'pk_attr': 'id', 'table_description': '`deleted` and `kept` are counts, `claim` is the id of a member who left, NULL once they are back.'},
            bases=['Model'],
        ),
        ops.AlterModelOptions(
            name='AuditEntry',
            options={'table': 'audit_entry', 'app': 'models', 'indexes': [Index(fields=['member_id', 'at'])], 'pk_attr': 'id', 'table_description': 'One line, its id is its number, one more than that of the line before.'},
        ),
        Meaning(
            model_name='OpenMatter',
            name='kind',
            field=fields.CharEnumField(description='MEETING: meeting\nDUES_REMINDER: dues_reminder\nCONFIRMATION: confirmation\nREPORT_DRAFT: report_draft\nPLACEMENT_END: placement_end\nSERVICE_RESULT: service_result\nLESSON_PICTURES: lesson_pictures\nCONSENT: consent', enum_type=MatterKind, max_length=20),
        ),
        AddColumn(
            model_name='AuditEntry',
            name='digest',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        AddColumn(
            model_name='OutboxMessage',
            name='emptied_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        AddColumn(
            model_name='Member',
            name='consent_version',
            field=fields.CharField(null=True, max_length=40),
        ),
        AddColumn(
            model_name='Member',
            name='consented_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.RunPython(put_on_the_chain, ops.RunPython.noop),
        ops.RunPython(protect, unprotect),
    ]
