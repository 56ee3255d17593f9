"""A clause has at most so many letters, in a draft and in the library."""

from django.core.validators import MaxLengthValidator
from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from portal.kernel import migrating

LONGEST = 20_000


def _text(model: str) -> migrations.AlterField:
    return migrations.AlterField(
        model_name=model, name="text", field=models.TextField(validators=[MaxLengthValidator(LONGEST)])
    )


def _at_most(model: str, name: str) -> migrations.AddConstraint:
    condition = LessThanOrEqual(Length("text"), models.Value(LONGEST))
    return migrations.AddConstraint(model_name=model, constraint=models.CheckConstraint(condition=condition, name=name))


class Migration(migrating.Migration):
    dependencies = [("sharing_agreements", "0011_saved_filters_of_reviews")]

    operations = [
        _text("clause"),
        _text("historicalclause"),
        _text("libraryversion"),
        _at_most("clause", "clause_text_length"),
        _at_most("libraryversion", "library_text_length"),
    ]
