"""What the public may read of agreements: those that open records now, and their words; that a board ended one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from agencies.models import Agency
from privacy.models import DataCategory, ParticipantRole, Purpose
from sharing_agreements.boards.models import AgendaItem, Decision, MotionKind
from sharing_agreements.models import SHAREABLE_ROLES, Action, Agreement, AgreementVersion, Grant, Term
from sharing_agreements.wording import asked_in_words


def agreements_in_force() -> QuerySet[Agreement]:
    """Agreements under which records are shared at this moment; nothing else of an agreement is public."""
    return (
        Agreement.objects.sharing()
        .select_related("current_version", "lead_agency")
        .prefetch_related(
            "current_version__parties__agency",
            "current_version__terms__record_set__owner",
            "current_version__terms__recipient",
            "current_version__terms__clause",
        )
    )


def terminated() -> QuerySet[Agreement]:
    """Agreements that a board ended by a motion that carried, and under which records had been shared before.

    With `ended_at`, and `ended_on_ground`: the code of the ground, where the board meets in public and decided in open
    session, else empty. Of what they shared, and of the reasons, nothing more is said.
    """
    carried = Decision.objects.filter(
        ballot__motion__agreement=OuterRef("pk"),
        ballot__motion__kind=MotionKind.TERMINATE,
        outcome=Decision.Outcome.CARRIED,
    )
    closed = AgendaItem.objects.filter(motion=OuterRef("ballot__motion"), meeting=OuterRef("ballot__meeting")).exclude(
        closed_ground=""
    )
    said = carried.filter(~Exists(closed), ballot__motion__board__meets_in_public=True)
    opened = Grant.objects.filter(version=OuterRef("current_version"), not_before__lt=OuterRef("ended_at"))
    return (
        Agreement.objects.filter(status=Agreement.Status.TERMINATED)
        .annotate(
            ended_at=Subquery(carried.order_by("-at").values("at")[:1]),
            ended_on_ground=Coalesce(Subquery(said.order_by("-at").values("ballot__motion__ground")[:1]), Value("")),
        )
        .filter(Exists(opened), ended_at__isnull=False)
        .select_related("current_version", "lead_agency")
        .order_by("-ended_at", "number")
    )


def found(
    agreements: QuerySet[Agreement], *, words: str = "", purpose: str = "", agency_id: UUID | None = None
) -> QuerySet[Agreement]:
    """Agreements whose number, title or parties hold all the words, that serve a purpose, that bind an agency."""
    for word in words.split():
        party = Agreement.objects.filter(
            pk=OuterRef("pk"), current_version__parties__agency__name__icontains=word
        ).values("pk")
        agreements = agreements.filter(Q(number__icontains=word) | Q(title__icontains=word) | Exists(party))
    if purpose:
        terms = Term.objects.filter(version=OuterRef("current_version"), purposes__contains=[purpose])
        agreements = agreements.filter(Exists(terms))
    if agency_id:
        agreements = agreements.filter(current_version__parties__agency=agency_id)
    return agreements


def suspended_agreements() -> int:
    """How many agreements would share, were they not suspended; which ones is not said here."""
    unended = Q(not_after=None) | Q(not_after__gt=Now())
    grants = Grant.objects.filter(unended, suspended_at__isnull=False, revoked_at=None)
    return grants.values("version__agreement").distinct().count()


def owned_by(agreements: QuerySet[Agreement], agency_id: UUID) -> QuerySet[Agreement]:
    """Agreements that share record sets of this agency."""
    terms = Term.objects.filter(version=OuterRef("current_version"), record_set__owner=agency_id)
    return agreements.filter(Exists(terms))


def version_of(agreement: Agreement) -> AgreementVersion:
    """The version in force, which every public agreement has."""
    version = agreement.current_version
    if version is None:
        raise ValueError(f"{agreement.number} is in force without a version.")
    return version


def terms_of(agreement: Agreement, owner: Agency) -> list[Term]:
    """The terms by which an agreement shares one agency's record sets."""
    return [term for term in version_of(agreement).terms.all() if term.record_set.owner_id == owner.pk]


def since(agreement: Agreement) -> date:
    """The first day on which records were shared under the agreement."""
    first = version_of(agreement).effective_on
    zone = ZoneInfo(agreement.lead_agency.time_zone)
    return max(first, timezone.localdate(agreement.in_force_at, zone)) if agreement.in_force_at else first


def until(agreement: Agreement) -> date | None:
    """The last day on which records are shared, or None where no end is set."""
    return version_of(agreement).last_day


def listed(labels: Iterable[str]) -> str:
    """`Search, view and print`, with one capital."""
    words = [str(label) for label in labels]
    text = " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    return text[:1].upper() + text[1:]


def actions(term: Term) -> str:
    return listed(Action(action).label.lower() for action in term.actions)


def purposes(term: Term) -> str:
    return "; ".join(str(Purpose(purpose).label) for purpose in term.purposes)


def data(term: Term) -> str:
    if len(term.data_categories) == len(DataCategory):
        return "All kinds of data"
    return listed(DataCategory(category).label.lower() for category in term.data_categories)


def people(term: Term) -> str:
    """Whose data a term covers; long lists are told by what is missing."""
    missing = [role for role in SHAREABLE_ROLES if role not in term.participant_roles]
    if not missing:
        return "Everybody on the record"
    if len(missing) < len(term.participant_roles) / 2:
        return f"Everybody but {listed(role.label.lower() for role in missing).lower()}"
    return listed(ParticipantRole(role).label.lower() for role in term.participant_roles)


CSV_COLUMNS = (
    "Number", "Title", "Parties", "Since", "Until", "Clause", "Term", "Record set", "Owner", "Recipient", "Actions",
    "Purposes", "Data", "People", "Juvenile cases", "Criminal intelligence",
    "Conditions",
)  # fmt: skip


def csv_rows(agreements: Iterable[Agreement]) -> Iterable[list[Any]]:
    """One row for each term in force."""
    for agreement in agreements:
        version = version_of(agreement)
        parties = "; ".join(party.name for party in version.parties.all())
        for term in version.terms.all():
            yield [
                agreement.number,
                agreement.title,
                parties,
                since(agreement),
                until(agreement),
                term.clause.number,
                term.code,
                term.record_set_name,
                term.record_set.owner.name,
                term.recipient.name,
                actions(term),
                purposes(term),
                data(term),
                people(term),
                "yes" if term.includes_juvenile else "no",
                "yes" if term.includes_intelligence else "no",
                " ".join(asked_in_words(term)),
            ]
