from django.db import migrations

from portal.kernel.roles import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("kernel", "0001_roles")]
    operations = [append_only("audit_event")]
