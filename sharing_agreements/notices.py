"""Who is told of what happens to an agreement, and in what words."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from django.db.models import Q
from django.urls import reverse

from agencies.models import Membership, MembershipQuerySet, Role, User
from portal.audit.models import Event
from portal.notices import kinds

from .models import Agreement

S = Agreement.Status
KEEPERS = (Role.DRAFTER, Role.SIGNATORY, Role.CUSTODIAN, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)


def _agreement(event: Event) -> Agreement:
    return Agreement.objects.select_related("current_version", "lead_agency").get(pk=event.subject_id)


def _concerned(agreement: Agreement) -> Q:
    """The lead agency, and the parties of the newest text that was submitted: of a draft nobody else knows."""
    told = agreement.versions.filter(frozen_at__isnull=False).order_by("-number").first()
    lead = Q(agency=agreement.lead_agency_id)
    return lead | Q(agency__in=told.parties.values("agency")) if told else lead


def _members(event: Event, roles: Iterable[str]) -> MembershipQuerySet:
    return Membership.objects.current().with_role(*roles).filter(_concerned(_agreement(event)))


def _link(event: Event) -> str:
    """The agreement, or the list where a party no longer sees it, since it is a draft again."""
    version = _agreement(event).current_version
    if version is None or version.frozen_at is None:
        return reverse("agreements:list")
    return reverse("agreements:detail", args=[event.subject_id])


def _kind(name: str, subject: str, body: str, roles: Iterable[str] = KEEPERS) -> kinds.Kind:
    wanted = tuple(roles)

    def fill(text: str) -> Callable[[Event], str]:
        return lambda event: text.format(a=_agreement(event), d=event.detail)

    return kinds.Kind(
        name=name,
        subject=fill(subject),
        body=fill(body),
        link=_link,
        audience=lambda event: User.objects.filter(memberships__in=_members(event, wanted)).distinct(),
        concerns=lambda event, person: _members(event, wanted).filter(person=person).exists(),
    )


def _awaits_signature(event: Event, person: User) -> bool:
    """Whether the person's agency has still to answer this very text; who has answered needs no reminder."""
    version = _agreement(event).current_version
    if version is None or version.number != event.detail["version"] or _agreement(event).status != S.SIGNING:
        return False
    open_parties = version.parties.filter(signature=None).values("agency")
    signatories = Membership.objects.current().with_role(Role.SIGNATORY)
    return signatories.filter(person=person, agency__in=open_parties).exists()


def _sent_back() -> kinds.Kind:
    """Who drafts is told that there are conditions; to other parties it is a draft again, which they do not see."""

    def drafters(event: Event) -> MembershipQuerySet:
        lead = Membership.objects.current().with_role(Role.DRAFTER)
        return lead.filter(agency=_agreement(event).lead_agency_id)

    return replace(
        _kind(
            "agreement.sent_back",
            "The board sent {a.number} back",
            "Its conditions stand on the agreement's page, and the next version is begun.",
        ),
        link=lambda event: reverse("agreements:detail", args=[event.subject_id]),
        audience=lambda event: User.objects.filter(memberships__in=drafters(event)).distinct(),
        concerns=lambda event, person: drafters(event).filter(person=person).exists(),
    )


def register() -> None:
    """Called once when the app is ready."""
    everybody = (*KEEPERS, Role.CLERK)
    for kind in (
        _kind("agreement.submitted", "{a.number} is in review", "{a.title} was submitted to the board."),
        _kind("agreement.taken_back", "{a.number} is a draft again", "{a.lead_agency} took {a.title} back to draft."),
        _kind("agreement.withdrawn", "{a.number} was withdrawn", "{a.lead_agency} withdrew {a.title}."),
        _kind("agreement.approved", "{a.number} was approved", "The board approved {a.title}."),
        _sent_back(),
        _kind("agreement.sent_back", "{a.number} is a draft again", "The board sent {a.title} back for changes."),
        _kind("agreement.rejected", "{a.number} was rejected", "{a.title} will not come into force."),
        replace(
            _kind(
                "agreement.signing_opened",
                "Your signature is asked for: {a.number}",
                "Read {a.title}, then sign or decline it for your agency.",
                (Role.SIGNATORY,),
            ),
            still_due=_awaits_signature,
        ),
        _kind("agreement.signed", "{a.number}: {d[party]} signed", "{d[party]} signed {a.title}."),
        _kind("agreement.declined", "{a.number}: {d[party]} declined", "{d[party]} declined to sign {a.title}."),
        _kind(
            "agreement.in_force", "{a.number} is in force", "{a.title} is in force from its first day on.", everybody
        ),
        _kind("agreement.suspended", "{a.number} is suspended", "What {a.title} opened is closed.", everybody),
        _kind(
            "agreement.terminated", "{a.number} was terminated", "What {a.title} opened is closed for good.", everybody
        ),
        _kind("agreement.resumed", "{a.number} is in force again", "What {a.title} opened is open again.", everybody),
    ):
        kinds.register(kind)
