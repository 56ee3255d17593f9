"""What people enter about motions and ballots."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from agencies.models import Agency
from portal.kernel.days import agreed
from privacy.models import PolicyVersion
from sharing_agreements.models import Agreement

from . import grounds
from .forms import PICK
from .models import Ballot, Motion, MotionKind, PolicyReferral, Sanction, Vote
from .rule import Rule
from .wording import FOLLOWS

K = MotionKind


class MotionForm(forms.Form):
    """Why something that was chosen before is moved. What it decides is said by the portal."""

    grounds = forms.CharField(
        label="Your reasons",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="They stand below the motion. Every member reads them.",
    )

    def __init__(self, data: Any = None, *, subject: Motion | None = None) -> None:
        super().__init__(data)
        self.subject = subject

    def values(self) -> dict[str, Any]:
        """What the command takes besides the subject."""
        return dict(self.cleaned_data)


class ConditionsForm(MotionForm):
    """Sent back: what is to change."""

    conditions = forms.CharField(
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What is to change before the board sees it again; the parties read it.",
    )


class PolicyForm(MotionForm):
    """A policy that the board adopts: for an agency that gave it a draft, or as its own measure."""

    policy_version = forms.ModelChoiceField(
        PolicyVersion.objects.none(),
        label="Policy",
        empty_label="Choose",
        help_text="Policies that are published now, and drafts that an agency gave this board to adopt",
    )
    field_order = ("policy_version", "grounds")

    def __init__(self, data: Any = None, *, subject: Motion | None = None) -> None:
        super().__init__(data, subject=subject)
        before = PolicyReferral.objects.standing().filter(board=subject.board_id if subject else None).values("version")
        given = PolicyVersion.objects.filter(status=PolicyVersion.Status.DRAFT, pk__in=before)
        found = PolicyVersion.objects.published() | given
        _choose_from(self, "policy_version", found.select_related("policy").order_by("policy__title", "number"))

    def values(self) -> dict[str, Any]:
        given = super().values()
        version = given.pop("policy_version")
        return {**given, "policy_version_id": version.pk}


class SanctionForm(MotionForm):
    """What is imposed on an agency, and from when on."""

    agency = forms.ModelChoiceField(Agency.objects.none(), empty_label="Choose")
    measure = forms.ChoiceField(choices=Motion.Measure, widget=forms.RadioSelect)
    effective_on = forms.DateField(
        label="Takes effect on",
        required=False,
        widget=forms.DateInput,
        help_text="Leave it empty to have it take effect when the board decides.",
    )
    field_order = ("agency", "measure", "grounds", "effective_on")

    def __init__(self, data: Any = None, *, subject: Motion | None = None) -> None:
        super().__init__(data, subject=subject)
        _choose_from(self, "agency", Agency.objects.filter(status=Agency.Status.ACTIVE).order_by("name"))
        self.fields["measure"].descriptions = {  # type: ignore[attr-defined]
            "reprimand": "A finding on record; access stays as it is.",
            "plan": "The agency mends what the motion names.",
            "suspension": "What agreements open to the agency closes until the board lifts it.",
        }
        self.fields["grounds"].required = True
        self.fields["grounds"].help_text = "What the agency did, and what it is to mend. The agency reads it."

    def values(self) -> dict[str, Any]:
        given = super().values()
        agency = given.pop("agency")
        return {**given, "agency_id": agency.pk}


class TerminateForm(MotionForm):
    """On which ground an agreement is to end, with what belongs to it."""

    ground = forms.ChoiceField(label="Ground", choices=grounds.CHOICES, widget=forms.RadioSelect)
    breach = forms.CharField(
        label="For cause: what was breached",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Which clause, and how. The parties read it. Name nobody whom a record is about.",
    )
    after_sanction = forms.ModelChoiceField(
        Sanction.objects.none(),
        label="On a sanction: which one",
        required=False,
        empty_label="Choose",
        help_text="Sanctions of this board that stand on a party.",
    )
    noticed_on = forms.DateField(
        label="For convenience: notice was given on", required=False, widget=forms.DateInput, validators=[agreed]
    )
    field_order = ("ground", "noticed_on", "breach", "after_sanction", "grounds")

    def __init__(self, data: Any = None, *, subject: Motion | None = None) -> None:
        super().__init__(data, subject=subject)
        assert subject is not None  # noqa: S101  (it is chosen before)
        days, sanctions = grounds.notice_days(subject), grounds.sanctions_on(subject.board, subject.agreement)
        descriptions = {
            "convenience": "Nobody is at fault; the agreement is no longer wanted.",
            "cause": "A party breached the agreement.",
            "sanction": "It follows what this board imposed on a party.",
        }
        if days:
            self.fields["noticed_on"].help_text = f"The agreement asks for {days} days of notice; they have run out."
        else:
            del self.fields["noticed_on"]
        if sanctions.exists():
            _choose_from(self, "after_sanction", sanctions)
            named = cast("forms.ModelChoiceField[Any]", self.fields["after_sanction"])
            named.label_from_instance = lambda sanction: f"{sanction}, motion {sanction.motion.number}"  # type: ignore[assignment]
        else:
            del self.fields["after_sanction"]
            descriptions["sanction"] = "It follows what this board imposed on a party. No such sanction stands now."
        self.fields["ground"].descriptions = descriptions  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        given = super().values()
        sanction = given.pop("after_sanction", None)
        return {**given, "after_sanction_id": sanction.pk if sanction else None}


def _choose_from(form: forms.Form, name: str, choices: QuerySet[Any]) -> None:
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = choices


FORMS: dict[MotionKind, type[MotionForm]] = {
    K.SEND_BACK: ConditionsForm,
    K.POLICY: PolicyForm,
    K.SANCTION: SanctionForm,
    K.TERMINATE: TerminateForm,
}
"""Kinds that ask for more than words."""


class RemarkForm(forms.Form):
    """What a member says on a motion."""

    text = forms.CharField(
        label="Your remark",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Every member reads it, and it stays in the file.",
    )


class ReasonForm(forms.Form):
    """Why a motion is withdrawn, or a ballot cancelled."""

    reason = forms.CharField(
        max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), help_text="Every member reads it."
    )


class OpenForm(forms.Form):
    """When a ballot closes."""

    closes_at = forms.DateTimeField(
        label="Closes",
        widget=forms.DateTimeInput(format=PICK),
        input_formats=[PICK],
        help_text="In your own time zone. It closes earlier once the missing votes cannot change the result.",
    )

    def __init__(self, data: Any = None, *, closes_at: datetime) -> None:
        super().__init__(data, initial={"closes_at": closes_at.replace(second=0, microsecond=0)})


class VoteForm(forms.Form):
    """A position on a motion. Nothing is chosen beforehand; what each does is said as the frozen rule has it."""

    ballot = forms.UUIDField(widget=forms.HiddenInput, required=False)
    position = forms.ChoiceField(choices=Vote.Position, widget=forms.RadioSelect)
    statement = forms.CharField(
        label="Comment or reason",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Members and auditors of the board read it; it stands in no public document.",
    )

    def __init__(self, data: Any = None, *, ballot: Ballot) -> None:
        super().__init__(data, initial={"ballot": ballot.pk})
        rule, (carried, _) = Rule.of(ballot.rule), FOLLOWS[MotionKind(ballot.motion.kind)]
        self.fields["position"].descriptions = {  # type: ignore[attr-defined]
            "yes": f"For the motion as it stands: {carried}.",
            "no": "Against the motion. Give a reason; it is recorded as dissent.",
            "abstain": {
                "leaves": "Counts toward the quorum, not as a vote cast.",
                "against": "Counts toward the quorum, and weighs like a vote against.",
                "absent": "Counts as if you were absent.",
            }[rule.abstention],
            "recused": "You have a conflict that the portal does not know of. "
            + {
                "neither": "Counts toward neither quorum nor votes.",
                "quorum": "Counts toward the quorum only.",
                "reduces": "Your seat is left out, for the quorum too.",
            }[rule.recusal],
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("position") == Vote.Position.NO and not given.get("statement", "").strip():
            self.add_error("statement", "Give a reason; it is recorded as dissent.")
        return given


class SuspendForm(forms.Form):
    """The chair closes access at once."""

    agreement = forms.ModelChoiceField(Agreement.objects.none(), empty_label="Choose")
    reason = forms.CharField(
        max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), help_text="The board decides on it."
    )

    def __init__(self, data: Any = None, *, agreements: QuerySet[Agreement], initial: str = "") -> None:
        """Offers the agreements in force; one sent a second time is still known, and answered by its state."""
        super().__init__(data, initial={"agreement": initial})
        field = cast("forms.ModelChoiceField[Agreement]", self.fields["agreement"])
        field.queryset = agreements
        in_force = agreements.filter(status=Agreement.Status.IN_FORCE).order_by("number")
        field.choices = [("", "Choose"), *((each.pk, str(each)) for each in in_force)]
