"""Who sees what by a policy version: the rules of one agency, resolved as an access decision resolves them."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from agencies.models import Agency
from portal.kernel.access import members
from portal.kernel.parts import Part, part
from portal.records.decision.matrix import OF_PEOPLE, for_recipient, of_records
from portal.records.decision.rules import Ruling, rules_of
from privacy.models import OWN_AGENCY, DataCategory, ParticipantRole, PolicyVersion, Purpose, Treatment
from privacy.rules import recipients


class Question(forms.Form):
    """Who would look, and for what."""

    recipient = forms.ChoiceField(
        label="Recipient",
        required=False,
        choices=[*Agency.Kind.choices, (OWN_AGENCY, recipients(OWN_AGENCY))],
    )
    purpose = forms.ChoiceField(label="Purpose", required=False, choices=Purpose.choices)

    def asked(self) -> tuple[str, str]:
        """The recipient and purpose chosen; police and criminal justice where nothing is."""
        chosen = self.cleaned_data if self.is_valid() else {}
        return (
            chosen.get("recipient") or Agency.Kind.LAW_ENFORCEMENT,
            chosen.get("purpose") or Purpose.CRIMINAL_JUSTICE,
        )


@members
@require_GET
def who_sees_what(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What one kind of recipient sees of each part that a person plays; drafts for their privacy officer alone."""
    readable = PolicyVersion.objects.readable_by(request.membership)  # type: ignore[attr-defined]
    version = get_object_or_404(readable.select_related("policy__agency"), pk=pk)
    recipient, purpose = Question(request.GET).asked()
    rules = rules_of(version)
    context = {
        "version": version,
        "policy": version.policy,
        "keeps": PolicyVersion.objects.kept_by(request.membership).filter(pk=pk).exists(),  # type: ignore[attr-defined]
        "form": Question(initial={"recipient": recipient, "purpose": purpose}),
        "recipients": recipients(recipient),
        "purpose": Purpose(purpose).label,
        "columns": [{"label": "Part in the case", "head": True}, *({"label": c.label} for c in OF_PEOPLE)],
        "rows": [
            [role.label, *(shown(role, category, ruling) for category, ruling in found.items())]
            for role, found in for_recipient(rules, recipient, purpose)
        ],
        "of_records": [(category.label, ruling) for category, ruling in of_records(rules, recipient, purpose)],
    }
    return render(request, "workbench/who_sees_what.html", context)


def shown(role: ParticipantRole, category: DataCategory, ruling: Ruling) -> Part | str:
    """A ruling as a cell: what stands on a record, and the rule that says so."""
    if ruling.treatment == Treatment.WITHHELD:
        return part("withheld", reason=ruling.reason, rule=ruling.rule)
    if ruling.treatment == Treatment.PSEUDONYM:
        value: Part | str = part("alias", label=f"{role.label} A")
    elif ruling.treatment == Treatment.MASKED:
        value = "Initials only" if category == DataCategory.NAME else "Year only"
    else:
        value = "Shown"
    under = f"{ruling.rule}, under conditions" if ruling.obligations else ruling.rule
    return part("lines", text=value, under=under or ruling.reason)
