"""History is written once; no group and no place in one is removed, only closed and ended."""

from django.db import migrations

from portal.kernel.roles import append_only, run


class Migration(migrations.Migration):
    dependencies = [("practitioners", "0001_initial")]
    operations = [
        append_only(
            "practitioners_historicalprofile",
            "practitioners_historicalworkinggroup",
            "practitioners_historicalgroupmember",
            "practitioners_historicalannouncement",
            "practitioners_historicalgroupdocument",
        ),
        run(
            "REVOKE DELETE ON practitioners_workinggroup, practitioners_groupmember, practitioners_announcement"
            " FROM {runtime};"
            "REVOKE UPDATE ON practitioners_message FROM {runtime};"
            "GRANT UPDATE (answers_id) ON practitioners_message TO {runtime};"
        ),
    ]
