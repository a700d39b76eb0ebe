from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from models.branch import Level
from models.bulletin import BulletinSection
from models.disclosure import DisclosureKind
from models.matter import MatterKind
from models.member import Post
from models.opinion import OpinionState
from models.service import ServiceKind
from models.wish import WishState
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Meaning(ops.AlterField):
    """What the values of a column mean is said anew: no table is built again for that, which would lose its indexes."""

    async def database_forward(self, *_: object, **__: object) -> None:
        pass

    async def database_backward(self, *_: object, **__: object) -> None:
        pass


class Migration(migrations.Migration):
    dependencies = [('models', '0003_restriction')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Bulletin',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('branch', fields.ForeignKeyField('models.Branch', source_field='branch_id', null=True, db_constraint=True, to_field='id', related_name='bulletins', on_delete=OnDelete.RESTRICT)),
                ('author', fields.ForeignKeyField('models.Member', source_field='author_id', null=True, db_constraint=True, to_field='id', related_name='bulletins', on_delete=OnDelete.RESTRICT)),
                ('section', fields.CharEnumField(description='PARTY: party\nCAMPUS: campus\nSTARTUP: startup', enum_type=BulletinSection, max_length=10)),
                ('text', fields.TextField(unique=False)),
                ('url', fields.CharField(default='', max_length=500)),
                ('origin', fields.CharField(null=True, unique=True, max_length=64)),
                ('published_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('withdrawn_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'bulletin', 'app': 'models', 'indexes': [Index(fields=['created_at'])], 'pk_attr': 'id', 'table_description': '`branch` published it for itself and all below it, NULL for everybody: what a feed brought.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='BulletinSubscription',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('branch', fields.ForeignKeyField('models.Branch', source_field='branch_id', db_constraint=True, to_field='id', related_name='bulletin_subscriptions', on_delete=OnDelete.RESTRICT)),
                ('section', fields.CharEnumField(description='PARTY: party\nCAMPUS: campus\nSTARTUP: startup', enum_type=BulletinSection, max_length=10)),
                ('wanted', fields.BooleanField()),
                ('changed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'bulletin_subscription', 'app': 'models', 'unique_together': (('branch', 'section'),), 'pk_attr': 'id', 'table_description': 'What a branch decided of one section, without a row the setting holds.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Disclosure',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('branch', fields.ForeignKeyField('models.Branch', source_field='branch_id', db_constraint=True, to_field='id', related_name='disclosures', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharEnumField(description='DECISION: decision\nPLAN: plan\nSUMMARY: summary\nPUBLICITY: publicity', enum_type=DisclosureKind, max_length=20)),
                ('text', fields.TextField(unique=False)),
                ('publisher', fields.ForeignKeyField('models.Member', source_field='publisher_id', db_constraint=True, to_field='id', related_name='disclosures', on_delete=OnDelete.RESTRICT)),
                ('published_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('withdrawn_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'disclosure', 'app': 'models', 'indexes': [Index(fields=['branch_id', 'published_at'])], 'pk_attr': 'id', 'table_description': 'What a branch, a college or the school published to those below it, its id is what members name it by.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='FullMembership',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='full_memberships', on_delete=OnDelete.RESTRICT)),
                ('claim', fields.IntField(null=True, unique=True)),
                ('decided_on', fields.DateField()),
                ('recorded_by', fields.ForeignKeyField('models.Member', source_field='recorded_by_id', db_constraint=True, to_field='id', related_name='full_memberships_recorded', on_delete=OnDelete.RESTRICT)),
                ('recorded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('voided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'full_membership', 'app': 'models', 'indexes': [Index(fields=['member_id'])], 'pk_attr': 'id', 'table_description': "`claim` is the member's id, NULL once it was taken back."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='HalfYearReview',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='half_year_reviews', on_delete=OnDelete.RESTRICT)),
                ('half', fields.CharField(max_length=7)),
                ('claim', fields.CharField(null=True, unique=True, max_length=20)),
                ('text', fields.TextField(default='', unique=False)),
                ('reviewer', fields.ForeignKeyField('models.Member', source_field='reviewer_id', db_constraint=True, to_field='id', related_name='half_year_reviews_given', on_delete=OnDelete.RESTRICT)),
                ('reviewed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('voided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'half_year_review', 'app': 'models', 'indexes': [Index(fields=['member_id'])], 'pk_attr': 'id', 'table_description': "`half` is 2026-H1 or 2026-H2, `claim` is the member's id and the half, NULL once taken back."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Handover',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='handovers', on_delete=OnDelete.RESTRICT)),
                ('claim', fields.IntField(null=True, unique=True)),
                ('left_on', fields.DateField()),
                ('note', fields.TextField(default='', unique=False)),
                ('recorded_by', fields.ForeignKeyField('models.Member', source_field='recorded_by_id', db_constraint=True, to_field='id', related_name='handovers_recorded', on_delete=OnDelete.RESTRICT)),
                ('recorded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('returned_on', fields.DateField(null=True)),
                ('return_note', fields.TextField(default='', unique=False)),
                ('dues_from', fields.CharField(max_length=7)),
                ('voided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'handover', 'app': 'models', 'indexes': [Index(fields=['member_id'])], 'pk_attr': 'id', 'table_description': "`claim` is the member's id while they are away, NULL once they are back or it was taken back."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Lesson',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('branch', fields.ForeignKeyField('models.Branch', source_field='branch_id', null=True, db_constraint=True, to_field='id', related_name='lessons', on_delete=OnDelete.RESTRICT)),
                ('author', fields.ForeignKeyField('models.Member', source_field='author_id', null=True, db_constraint=True, to_field='id', related_name='lessons', on_delete=OnDelete.RESTRICT)),
                ('section', fields.CharField(max_length=20)),
                ('title', fields.CharField(max_length=100)),
                ('summary', fields.TextField(default='', unique=False)),
                ('text', fields.TextField(default='', unique=False)),
                ('url', fields.CharField(default='', max_length=500)),
                ('source', fields.CharField(null=True, unique=True, max_length=200)),
                ('published_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('withdrawn_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'lesson', 'app': 'models', 'indexes': [Index(fields=['published_at'])], 'pk_attr': 'id', 'table_description': '`branch` published it for itself and all below it, NULL for all. `section` is a label, configured or not.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LessonPicture',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('lesson', fields.ForeignKeyField('models.Lesson', source_field='lesson_id', db_constraint=True, to_field='id', related_name='pictures', on_delete=OnDelete.RESTRICT)),
                ('position', fields.IntField()),
                ('name', fields.CharField(max_length=200)),
                ('media_type', fields.CharField(max_length=100)),
                ('data', fields.BinaryField()),
            ],
            options={'table': 'lesson_picture', 'app': 'models', 'unique_together': (('lesson', 'position'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='LessonReading',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('lesson', fields.ForeignKeyField('models.Lesson', source_field='lesson_id', db_constraint=True, to_field='id', related_name='readings', on_delete=OnDelete.RESTRICT)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='lesson_readings', on_delete=OnDelete.RESTRICT)),
                ('read_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'lesson_reading', 'app': 'models', 'unique_together': (('member', 'lesson'),), 'pk_attr': 'id', 'table_description': "That a member has read a lesson: for that member's own list, counted and shown nowhere else."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Opinion',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('branch', fields.ForeignKeyField('models.Branch', source_field='branch_id', db_constraint=True, to_field='id', related_name='opinions', on_delete=OnDelete.RESTRICT)),
                ('text', fields.TextField(unique=False)),
                ('author', fields.ForeignKeyField('models.Member', source_field='author_id', null=True, db_constraint=True, to_field='id', related_name='opinions', on_delete=OnDelete.RESTRICT)),
                ('seal', fields.CharField(null=True, max_length=100)),
                ('state', fields.CharEnumField(default=OpinionState.WAITING, description='WAITING: waiting\nANSWERED: answered\nWITHDRAWN: withdrawn', enum_type=OpinionState, max_length=10)),
                ('given_on', fields.DateField()),
                ('answer', fields.TextField(default='', unique=False)),
                ('answerer', fields.ForeignKeyField('models.Member', source_field='answerer_id', null=True, db_constraint=True, to_field='id', related_name='opinions_answered', on_delete=OnDelete.RESTRICT)),
                ('answered_on', fields.DateField(null=True)),
                ('published_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'opinion', 'app': 'models', 'indexes': [Index(fields=['branch_id', 'state']), Index(fields=['author_id'])], 'pk_attr': 'id', 'table_description': '`branch` is who it was given to: a branch, or a college or school. An anonymous one has a `seal` and no `author`.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Phone',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.OneToOneField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='phone', on_delete=OnDelete.RESTRICT)),
                ('number', fields.TextField(unique=False)),
            ],
            options={'table': 'phone', 'app': 'models', 'pk_attr': 'id', 'table_description': 'Private: no list, page or export shows it, and no query looks for a number.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Placement',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='placements', on_delete=OnDelete.RESTRICT)),
                ('claim', fields.IntField(null=True, unique=True)),
                ('at_school', fields.BooleanField(default=False)),
                ('city', fields.CharField(default='', max_length=30)),
                ('company', fields.TextField(default='', unique=False)),
                ('since', fields.CharField(max_length=7)),
                ('until', fields.CharField(null=True, max_length=7)),
                ('ended_on', fields.DateField(null=True)),
                ('registered_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('confirmed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('replaces', fields.ForeignKeyField('models.Placement', source_field='replaces_id', null=True, db_constraint=True, to_field='id', related_name='replaced_by', on_delete=OnDelete.RESTRICT)),
                ('voided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'placement', 'app': 'models', 'indexes': [Index(fields=['member_id']), Index(fields=['until'])], 'pk_attr': 'id', 'table_description': "`claim` is the member's id while this is what holds, NULL once it was replaced or taken back: one at a time."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PublishedNotice',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('branch', fields.ForeignKeyField('models.Branch', source_field='branch_id', db_constraint=True, to_field='id', related_name='notices', on_delete=OnDelete.RESTRICT)),
                ('author', fields.ForeignKeyField('models.Member', source_field='author_id', db_constraint=True, to_field='id', related_name='notices', on_delete=OnDelete.RESTRICT)),
                ('text', fields.TextField(unique=False)),
                ('published_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('withdrawn_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'published_notice', 'app': 'models', 'indexes': [Index(fields=['branch_id', 'published_at'])], 'pk_attr': 'id', 'table_description': 'What `branch` told its own group and those of all below it.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Service',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('branch', fields.ForeignKeyField('models.Branch', source_field='branch_id', db_constraint=True, to_field='id', related_name='services', on_delete=OnDelete.RESTRICT)),
                ('number', fields.IntField()),
                ('kind', fields.CharEnumField(description='SERVICE: service\nCARE: care', enum_type=ServiceKind, max_length=10)),
                ('start', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('topic', fields.CharField(max_length=200)),
                ('places', fields.IntField(null=True)),
                ('organiser', fields.ForeignKeyField('models.Member', source_field='organiser_id', db_constraint=True, to_field='id', related_name='services_organised', on_delete=OnDelete.RESTRICT)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('cancelled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('result', fields.TextField(default='', unique=False)),
                ('result_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'service', 'app': 'models', 'unique_together': (('branch', 'number'),), 'indexes': [Index(fields=['branch_id', 'start']), Index(fields=['start'])], 'pk_attr': 'id', 'table_description': '`places` is how many can take part, None for any number.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ServicePart',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('service', fields.ForeignKeyField('models.Service', source_field='service_id', db_constraint=True, to_field='id', related_name='parts', on_delete=OnDelete.RESTRICT)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='service_parts', on_delete=OnDelete.RESTRICT)),
                ('seat', fields.IntField(null=True)),
                ('joined_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('left_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('minutes', fields.IntField(null=True)),
            ],
            options={'table': 'service_part', 'app': 'models', 'unique_together': (('service', 'member'), ('service', 'seat')), 'indexes': [Index(fields=['member_id'])], 'pk_attr': 'id', 'table_description': "One member's part. `seat` counts from 1, who joined and has none is on the waiting list, in order of `joined_at`."},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ServicePicture',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('service', fields.ForeignKeyField('models.Service', source_field='service_id', db_constraint=True, to_field='id', related_name='pictures', on_delete=OnDelete.RESTRICT)),
                ('position', fields.IntField()),
                ('name', fields.CharField(max_length=200)),
                ('media_type', fields.CharField(max_length=100)),
                ('data', fields.BinaryField()),
            ],
            options={'table': 'service_picture', 'app': 'models', 'unique_together': (('service', 'position'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Wish',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('branch', fields.ForeignKeyField('models.Branch', source_field='branch_id', db_constraint=True, to_field='id', related_name='wishes', on_delete=OnDelete.RESTRICT)),
                ('number', fields.IntField()),
                ('text', fields.TextField(unique=False)),
                ('author', fields.ForeignKeyField('models.Member', source_field='author_id', null=True, db_constraint=True, to_field='id', related_name='wishes', on_delete=OnDelete.RESTRICT)),
                ('seal', fields.CharField(null=True, max_length=100)),
                ('state', fields.CharEnumField(default=WishState.OPEN, description='OPEN: open\nCLAIMED: claimed\nDONE: done\nREMOVED: removed', enum_type=WishState, max_length=10)),
                ('posted_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('brought_up_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('holder', fields.ForeignKeyField('models.Member', source_field='holder_id', null=True, db_constraint=True, to_field='id', related_name='wishes_claimed', on_delete=OnDelete.RESTRICT)),
                ('claimed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('done_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('removed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('remover', fields.ForeignKeyField('models.Member', source_field='remover_id', null=True, db_constraint=True, to_field='id', related_name='wishes_removed', on_delete=OnDelete.RESTRICT)),
                ('reason', fields.TextField(default='', unique=False)),
            ],
            options={'table': 'wish', 'app': 'models', 'unique_together': (('branch', 'number'),), 'indexes': [Index(fields=['branch_id', 'state'])], 'pk_attr': 'id', 'table_description': '`text` is meant for the whole branch. Who posted it is `author`, or of an anonymous one nobody but `seal` knows.'},
            bases=['Model'],
        ),
        ops.AddIndex(
            model_name='AuditEntry',
            index=Index(fields=['member_id', 'at']),
        ),
        ops.AddField(
            model_name='Member',
            name='full_since',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='Member',
            name='handed_over_on',
            field=fields.DateField(null=True),
        ),
        Meaning(
            model_name='OpenMatter',
            name='kind',
            field=fields.CharEnumField(description='MEETING: meeting\nDUES_REMINDER: dues_reminder\nCONFIRMATION: confirmation\nREPORT_DRAFT: report_draft\nPLACEMENT_END: placement_end\nSERVICE_RESULT: service_result', enum_type=MatterKind, max_length=20),
        ),
        ops.AddField(
            model_name='OutboxMessage',
            name='card',
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddField(
            model_name='OutboxMessage',
            name='fleeting',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        Meaning(
            model_name='Branch',
            name='level',
            field=fields.CharEnumField(default=Level.BRANCH, description='SCHOOL: school\nCOLLEGE: college\nGENERAL_BRANCH: general\nBRANCH: branch', enum_type=Level, max_length=10),
        ),
        Meaning(
            model_name='Member',
            name='post',
            field=fields.CharEnumField(default=Post.NONE, description='NONE: none\nSECRETARY: secretary\nDEPUTY: deputy\nORGANISATION: organisation\nPUBLICITY: publicity\nDISCIPLINE: discipline\nCOLLEGE: college\nGENERAL_BRANCH: general_branch\nSCHOOL: school', enum_type=Post, max_length=20),
        ),
    ]
