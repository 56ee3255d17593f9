"""A person is found by their other names too, wherever their name is searched: they stand behind the name in its key,
which the search function and its index read. And a docket number is found without the letters of its court before the
year, which people leave out."""

from django.db import migrations, models

from portal.kernel import migrating
from portal.records.reading import names_key


def read_aliases(apps, schema_editor):
    people = apps.get_model("records", "Participant").objects
    for person in people.exclude(aliases="").only("pk", "name", "aliases", "name_key").iterator(chunk_size=2000):
        key = names_key(person.name, person.aliases)
        if key != person.name_key:
            people.filter(pk=person.pk).update(name_key=key)


class Migration(migrating.Migration):
    dependencies = [("records", "0008_open_sets_by_index")]
    operations = [
        migrations.AlterField(
            "participant",
            "name_key",
            models.TextField(blank=True, help_text="The name as searches compare it, other names behind"),
        ),
        migrations.AlterField(
            "historicalparticipant",
            "name_key",
            models.TextField(blank=True, help_text="The name as searches compare it, other names behind"),
        ),
        migrations.RunPython(read_aliases, migrations.RunPython.noop),
        migrations.AddField(
            "record",
            "docket_tail",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    models.F("docket_key"),
                    models.Value("^[a-z]+-(?=[0-9]{2}-[a-z]+-[0-9]+$)"),
                    models.Value(""),
                    function="regexp_replace",
                ),
                help_text="The key without the court before the year, which people leave out",
                output_field=models.CharField(max_length=64),
            ),
        ),
    ]
