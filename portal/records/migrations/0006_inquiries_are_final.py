"""Of an inquiry only its end is written later: what was stated, when, and for how long stays as it was."""

from django.db import migrations

from portal.kernel.roles import run

ONLY_ITS_END = """
REVOKE UPDATE, DELETE ON records_inquiry FROM {runtime};
GRANT UPDATE (ended_at) ON records_inquiry TO {runtime};
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0005_refusals_have_owners")]
    operations = [
        run(ONLY_ITS_END),
    ]
