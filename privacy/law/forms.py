"""What a privacy officer enters about law."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import Q
from django.http import QueryDict

from agencies.models import Membership, User
from portal.kernel.days import agreed
from privacy.models import Provision

from .models import JURISDICTIONS, Harmed, LawChange, LawGap, LegalAuthority

G = LawGap.Status


class AuthorityForm(forms.Form):
    """One statute, rule or case."""

    citation = forms.CharField(max_length=160, help_text="As it is cited: 28 CFR 20.21, or Penal Code 13300")
    title = forms.CharField(max_length=250, help_text="What it is about, in a few words")
    kind = forms.ChoiceField(choices=LegalAuthority.Kind)
    jurisdiction = forms.ChoiceField(choices=JURISDICTIONS)
    link = forms.URLField(
        max_length=500, required=False, assume_scheme="https", help_text="Where its words can be read by anybody"
    )

    @classmethod
    def of(cls, authority: LegalAuthority, data: Any = None) -> AuthorityForm:
        return cls(data, initial={name: getattr(authority, name) for name in cls.base_fields})


class AuthoritySearch(forms.Form):
    """Which authorities to list."""

    q = forms.CharField(
        label="Citation or title", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    jurisdiction = forms.ChoiceField(required=False, choices=[("", "Any"), *JURISDICTIONS])

    def fits(self) -> Q:
        """What is looked for; everything while nothing, or nothing sensible, is asked."""
        asked = self.cleaned_data if self.is_valid() else {}
        words, where = asked.get("q", "").strip(), asked.get("jurisdiction")
        found = Q(citation__icontains=words) | Q(title__icontains=words)
        return found & Q(jurisdiction=where) if where else found


class CiteForm(forms.Form):
    """On which authorities a provision rests. `asked`: those that are ticked, and the words by which to narrow the list
    of others; who looks for another keeps what is ticked."""

    authorities = forms.ModelMultipleChoiceField(
        LegalAuthority.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, provision: Provision, data: Any = None, *, asked: QueryDict | None = None) -> None:
        now = [str(each.authority_id) for each in provision.citations.all()]
        found = LegalAuthority.objects.filter(Q(retired_at=None) | Q(pk__in=now))
        ticked = now
        if asked is not None:
            given = set(asked.getlist("authorities"))
            ticked = [str(key) for key in found.values_list("pk", flat=True) if str(key) in given]
        self.search = AuthoritySearch(asked)
        super().__init__(data, initial={"authorities": ticked})
        field = cast("forms.ModelMultipleChoiceField[LegalAuthority]", self.fields["authorities"])
        field.queryset = found if data is not None else found.filter(self.search.fits() | Q(pk__in=ticked))


class GapForm(forms.Form):
    """A gap in law."""

    title = forms.CharField(max_length=200)
    authority = forms.ModelChoiceField(
        LegalAuthority.objects.in_use(),
        required=False,
        empty_label="None: no law speaks of it",
        label="Law with the gap",
    )
    gap = forms.CharField(
        label="Gap or vulnerability",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What the law does not say, or says in a way that harms.",
    )
    harmed = forms.MultipleChoiceField(label="Who could be harmed", choices=Harmed, widget=forms.CheckboxSelectMultiple)
    safeguard = forms.CharField(
        label="Safeguard until then",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What the agency does so that nobody is harmed meanwhile.",
    )
    change = forms.ChoiceField(
        label="What would close it", required=False, choices=[("", "Not known yet"), *LawGap.Change.choices]
    )
    proposal = forms.CharField(
        label="The change, in words", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    owner = forms.ModelChoiceField(User.objects.none(), label="Who answers for it", empty_label="Choose a person")
    is_public = forms.BooleanField(
        label="Show it to everybody",
        required=False,
        help_text="It then stands beside the privacy policy, without the name of who answers for it.",
    )

    def __init__(self, agency_id: UUID, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        works = Membership.objects.current().filter(agency=agency_id)
        people = User.objects.filter(memberships__in=works).distinct().order_by("last_name", "email")
        cast("forms.ModelChoiceField[User]", self.fields["owner"]).queryset = people


class ChangeGapForm(GapForm):
    """The same, and where it stands."""

    status = forms.ChoiceField(label="Where it stands", choices=[each for each in G.choices if each[0] != G.CLOSED])

    @classmethod
    def of(cls, gap: LawGap, data: Any = None) -> ChangeGapForm:
        return cls(gap.agency_id, data, initial={name: getattr(gap, name) for name in cls.base_fields})


class CloseForm(forms.Form):
    """What closed a gap."""

    reason = forms.CharField(
        label="What closed it", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text="Kept with it."
    )


class GapFilter(forms.Form):
    """Which gaps to list."""

    q = forms.CharField(label="Words", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *G.choices])
    harmed = forms.ChoiceField(label="Who could be harmed", required=False, choices=[("", "Anybody"), *Harmed.choices])


class ChangeForm(forms.Form):
    """A change in law or practice."""

    title = forms.CharField(max_length=200)
    kind = forms.ChoiceField(label="What changes", choices=LawGap.Change)
    authority = forms.ModelChoiceField(
        LegalAuthority.objects.in_use(),
        required=False,
        empty_label="None: nothing speaks of it yet",
        label="Law or rule today",
    )
    today = forms.CharField(
        label="How it reads today", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    text = forms.CharField(
        label="Proposed text, or what it is to say", max_length=8000, widget=forms.Textarea(attrs={"rows": 6})
    )
    unblocks = forms.CharField(
        label="What becomes possible by it", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    sponsor = forms.CharField(
        max_length=200, required=False, help_text="Who brings it in: a legislator, a committee, a chief"
    )
    on = forms.DateField(label="An idea since", validators=[agreed], widget=forms.DateInput)
    gaps = forms.ModelMultipleChoiceField(
        LawGap.objects.none(), label="Gaps in law that it closes", required=False, widget=forms.CheckboxSelectMultiple
    )
    audience = forms.ChoiceField(label="Who reads it", choices=LawChange.Audience)
    on_agenda = forms.BooleanField(
        label="Put it on the agenda list for boards",
        required=False,
        help_text="Boards then find it among what waits for their word, until it is enacted or rejected.",
    )

    def __init__(self, agency_id: UUID, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        found = LawGap.objects.filter(agency=agency_id) | LawGap.objects.public()
        cast("forms.ModelMultipleChoiceField[LawGap]", self.fields["gaps"]).queryset = found.distinct()

    @classmethod
    def of(cls, change: LawChange, data: Any = None) -> ChangeForm:
        """To revise it: since when it stands where is in its moves."""
        now = {name: getattr(change, name) for name in cls.base_fields if name not in {"gaps", "on"}}
        form = cls(change.agency_id, data, initial={**now, "gaps": [each.gap_id for each in change.closes.all()]})
        del form.fields["on"]
        return form

    def values(self) -> dict[str, Any]:
        """What a command takes of it."""
        said = dict(self.cleaned_data)
        return {**said, "gap_ids": [each.pk for each in said.pop("gaps")]}


class MoveChangeForm(forms.Form):
    """How far a change is now."""

    on = forms.DateField(label="On which day", validators=[agreed], widget=forms.DateInput)
    bill = forms.CharField(label="Number of the bill or rulemaking", max_length=60, help_text="Such as AB 1331")
    effective_on = forms.DateField(label="In effect from", validators=[agreed], widget=forms.DateInput)
    note = forms.CharField(max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, to: str, today: date, data: Any = None) -> None:
        super().__init__(data, initial={"on": today})
        if to != LawChange.Status.INTRODUCED:
            del self.fields["bill"]
        if to != LawChange.Status.ENACTED:
            del self.fields["effective_on"]


class ChangeFilter(forms.Form):
    """Which changes to list."""

    q = forms.CharField(label="Words", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), *LawChange.Status.choices])
    kind = forms.ChoiceField(label="What changes", required=False, choices=[("", "Any"), *LawGap.Change.choices])
