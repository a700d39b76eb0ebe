"""That a job has been done for one period; the unique key is what makes it once."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class JobRun(Model):
    id = fields.IntField(primary_key=True)
    job = fields.CharField(max_length=60)
    branch_id = fields.IntField()
    period = fields.CharField(max_length=40)
    done_at = fields.DatetimeField()

    class Meta:
        table = "job_run"
        unique_together = (("job", "branch_id", "period"),)
