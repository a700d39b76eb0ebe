from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from models.bulletin import BulletinSection
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0002_presence')]

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
            options={'table': 'bulletin_subscription', 'app': 'models', 'unique_together': (('branch', 'section'),), 'pk_attr': 'id', 'table_description': 'What a branch decided of one section; without a row the setting holds.'},
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
            options={'table': 'lesson', 'app': 'models', 'indexes': [Index(fields=['published_at'])], 'pk_attr': 'id', 'table_description': '`branch` published it for itself and all below it, NULL for everybody. `section` is a label, a configured one too.'},
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
        ops.AddField(
            model_name='OutboxMessage',
            name='card',
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
    ]
