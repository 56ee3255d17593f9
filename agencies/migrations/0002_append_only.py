from django.db import migrations

from portal.kernel.roles import append_only

HISTORIES = ("user", "agency", "membership", "training", "invitation", "auditor", "recordset")


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]
    operations = [append_only(*(f"agencies_historical{name}" for name in HISTORIES))]
