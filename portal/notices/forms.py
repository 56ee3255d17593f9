"""What people enter about notices."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.dateformat import time_format

from . import kinds
from .groups import Group, Way
from .models import preferences_of

if TYPE_CHECKING:
    from agencies.models import User


class PreferencesForm(forms.Form):
    """A way of being told for each group that has anything for the person, and the hour of the digest."""

    digest_hour = forms.TypedChoiceField(
        label="Hour of the daily digest",
        choices=[(hour, time_format(time(hour), "g:i a")) for hour in range(24)],
        coerce=int,
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        chosen = preferences_of(person)
        super().__init__(data, initial={"digest_hour": chosen.digest_hour})
        self.groups = [group for group in kinds.groups() if group.reads(person)]
        self.fields[
            "digest_hour"
        ].help_text = f"On your own clock ({person.time_zone}). One mail a day, and none when there is nothing to tell."
        for group in self.open_groups():
            self.fields[group.key] = forms.ChoiceField(
                label=group.name,
                choices=Way,
                widget=forms.RadioSelect,
                initial=chosen.ways.get(group.key, group.default),
                help_text=group.tells,
            )

    def open_groups(self) -> list[Group]:
        return [group for group in self.groups if not group.fixed]

    def fixed_groups(self) -> list[Group]:
        """What nobody can change, with the reason."""
        return [group for group in self.groups if group.fixed]

    def values(self) -> dict[str, Any]:
        """What the command takes."""
        ways = dict(self.cleaned_data)
        return {"digest_hour": ways.pop("digest_hour"), "ways": ways}


def asked(groups: list[Group]) -> list[str]:
    """What messages of these groups ask of their reader: those come at once, whatever is chosen."""
    keys = {group.key for group in groups}
    found = [kind.asks for kind in kinds.every() if kind.asks and kind.group.key in keys]
    return list(dict.fromkeys(found))
