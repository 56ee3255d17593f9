"""History and what came of asking for links are written once; no resource is removed, only withdrawn."""

from django.db import migrations

from portal.kernel.roles import append_only, run


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]
    operations = [
        append_only("library_historicalresource", "library_linkcheck"),
        run("REVOKE DELETE ON library_resource FROM {runtime};"),
    ]
