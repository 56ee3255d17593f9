"""Who is told of what happens to an agreement, and in what words."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery
from django.urls import reverse

from agencies.models import Membership, MembershipQuerySet, Role, User
from portal.audit.models import Event
from portal.notices import kinds
from portal.notices.groups import Group, Way

from . import reminding
from .models import Agreement, AgreementVersion, Party

S = Agreement.Status
KEEPERS = (Role.DRAFTER, Role.SIGNATORY, Role.CUSTODIAN, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)

ALL = (*KEEPERS, Role.CLERK)


def _works(*roles: str) -> Callable[[User], bool]:
    held = Membership.objects.current().with_role(*roles)
    return lambda person: held.filter(person=person).exists()


DRAWN_UP = Group(
    "agreements",
    "Agreements of my agency, until they are in force",
    "When one is commented on, submitted, approved, sent back, signed or declined.",
    reads=_works(*KEEPERS),
)
ACCESS = Group(
    "access",
    "Agreements of my agency that open and close records",
    "When one comes into force, is suspended, resumed, terminated or followed by another, comes near its end, and when "
    "a party leaves.",
    default=Way.NOW,
    reads=_works(*ALL),
)
"""At once by default: what somebody works with today opens or closes."""


def _agreements() -> QuerySet[Agreement]:
    return Agreement.objects.select_related("current_version", "lead_agency")


def _agreement(event: Event) -> Agreement:
    found: Agreement = kinds.subject(event)
    return found


def _concerned(event: Event) -> Q:
    """The lead agency, and the parties of the newest text that was submitted: of a draft nobody else knows."""
    submitted = AgreementVersion.objects.filter(agreement=event.subject_id, frozen_at__isnull=False)
    told = Party.objects.filter(version=Subquery(submitted.order_by("-number").values("pk")[:1]))
    return Q(agency=_agreement(event).lead_agency_id) | Q(agency__in=told.values("agency"))


def _members(event: Event, roles: Iterable[str]) -> MembershipQuerySet:
    return Membership.objects.current().with_role(*roles).filter(_concerned(event))


def drafters(event: Event) -> MembershipQuerySet:
    """Who draws it up, for its lead agency."""
    return Membership.objects.current().with_role(Role.DRAFTER).filter(agency=_agreement(event).lead_agency_id)


def _link(event: Event) -> str:
    """The agreement, or the list where a party no longer sees it, since it is a draft again."""
    version = _agreement(event).current_version
    if version is None or version.frozen_at is None:
        return reverse("agreements:list")
    return reverse("agreements:detail", args=[event.subject_id])


def _kind(
    name: str, subject: str, body: str, roles: Iterable[str] = KEEPERS, *, group: Group = DRAWN_UP, asks: str = ""
) -> kinds.Kind:
    wanted = tuple(roles)

    def fill(text: str) -> Callable[[Event], str]:
        return lambda event: text.format(a=_agreement(event), d=event.detail)

    return kinds.Kind(
        name=name,
        subject=fill(subject),
        body=fill(body),
        link=_link,
        audience=lambda event: User.objects.filter(memberships__in=_members(event, wanted)).distinct(),
        concerns=lambda event, person: _is_member(event, person, wanted),
        group=group,
        asks=asks,
    )


def _is_member(event: Event, person: User, roles: tuple[str, ...]) -> bool:
    """Whether the event still concerns the person; asked once for all notices of a page that share their agreement."""
    asked: dict[object, bool] = vars(_agreement(event)).setdefault("asked", {})
    if (person.pk, roles) not in asked:
        asked[person.pk, roles] = _members(event, roles).filter(person=person).exists()
    return asked[person.pk, roles]


def _awaits_signature(event: Event, person: User) -> bool:
    """Whether the person's agency has still to answer this very text; who has answered needs no reminder."""
    agreement = _agreements().get(pk=event.subject_id)  # as it is now
    version = agreement.current_version
    if version is None or version.number != event.detail["version"] or agreement.status != S.SIGNING:
        return False
    open_parties = version.parties.whose_turn().values("agency")
    signatories = Membership.objects.current().with_role(Role.SIGNATORY)
    return signatories.filter(person=person, agency__in=open_parties).exists()


def _asked_to_sign(event: Event) -> QuerySet[User]:
    """Signatories of the parties that can answer now; the others are asked when it is their turn."""
    asked = Party.objects.whose_turn().filter(version=_agreement(event).current_version).values("agency")
    members = Membership.objects.current().with_role(Role.SIGNATORY).filter(agency__in=asked)
    return User.objects.filter(memberships__in=members).distinct()


def _party(event: Event) -> QuerySet[Party]:
    """The party whose answer is missing, as long as it is."""
    return reminding.waiting().filter(pk=event.detail["party_id"])


def _no_answer_yet(event: Event, person: User) -> bool:
    return _party(event).exists()


def _reminders() -> Iterable[kinds.Kind]:
    """To the signatories of a party that does not answer; after three weeks to those who can see to it."""

    def told(name: str, subject: str, body: str, role: Role, agency: Callable[[Event], UUID], asks: str) -> kinds.Kind:
        def members(event: Event) -> MembershipQuerySet:
            return Membership.objects.current().with_role(role).filter(agency=agency(event))

        return replace(
            _kind(f"agreement.signature_{name}", subject, body, asks=asks),
            audience=lambda event: User.objects.filter(memberships__in=members(event)).distinct(),
            concerns=lambda event, person: members(event).filter(person=person).exists(),
            still_due=_no_answer_yet,
        )

    def of_party(event: Event) -> UUID:
        return Party.objects.get(pk=event.detail["party_id"]).agency_id

    yield told(
        "reminded",
        "Your signature is missing: {a.number}",
        "{d[party]} was asked more than a week ago. Read {a.title}, then sign or decline it.",
        Role.SIGNATORY,
        of_party,
        "your signature",
    )
    yield told(
        "escalated",
        "Your agency has not answered: {a.number}",
        "{d[party]} was asked three weeks ago to sign or decline {a.title}. See that a signatory reads it.",
        Role.ADMINISTRATOR,
        of_party,
        "a signature of your agency that is three weeks late, if you administer it",
    )
    yield told(
        "escalated",
        "No answer from {d[party]}: {a.number}",
        "{d[party]} was asked three weeks ago to sign or decline {a.title}. Ask it what stands in the way.",
        Role.DRAFTER,
        lambda event: _agreement(event).lead_agency_id,
        "a party that has not answered your draft for three weeks",
    )


def _sent_back() -> kinds.Kind:
    """Who drafts is told that there are conditions; to other parties it is a draft again, which they do not see."""
    return replace(
        _kind(
            "agreement.sent_back",
            "The board sent {a.number} back",
            "Its conditions stand on the agreement's page, and the next version is begun.",
            asks="conditions of a board on your draft",
        ),
        link=lambda event: reverse("agreements:detail", args=[event.subject_id]),
        audience=lambda event: User.objects.filter(memberships__in=drafters(event)).distinct(),
        concerns=lambda event, person: drafters(event).filter(person=person).exists(),
    )


def register() -> None:
    """Called once when the app is ready."""
    kinds.register_subject(Agreement._meta.label, _agreements)
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
                asks="your signature",
            ),
            audience=_asked_to_sign,
            still_due=_awaits_signature,
        ),
        replace(
            _kind(
                "agreement.turn_to_sign",
                "Your signature is asked for: {a.number}",
                "It is your agency's turn. Read {a.title}, then sign or decline it.",
                (Role.SIGNATORY,),
                asks="your signature",
            ),
            audience=_asked_to_sign,
            still_due=_awaits_signature,
        ),
        _kind("agreement.signed", "{a.number}: {d[party]} signed", "{d[party]} signed {a.title}."),
        _kind("agreement.declined", "{a.number}: {d[party]} declined", "{d[party]} declined to sign {a.title}."),
        *_reminders(),
        *_while_in_force(),
    ):
        kinds.register(kind)


def how_it_begins(event: Event) -> str:
    begins = event.detail.get("begins")
    return f"begins on {begins}" if begins else "is in force"


def _while_in_force() -> Iterable[kinds.Kind]:
    """What opens and closes records is told to everybody who works with them."""
    for name, subject, body in (
        (
            "party_ended",
            "{a.number}: {d[party]} has ended",
            "{d[party]} no longer takes part. What {a.title} opened to it or from it is closed.",
        ),
        ("suspended", "{a.number} is suspended", "What {a.title} opened is closed."),
        ("terminated", "{a.number} was terminated", "What {a.title} opened is closed for good."),
        ("resumed", "{a.number} is in force again", "What {a.title} opened is open again."),
        (
            "superseded",
            "{d[successor]} follows {a.number}",
            "What {a.title} opens is from its first day on what {d[successor]} says.",
        ),
        (
            "notice_given",
            "{a.number}: {d[party]} gave notice",
            "{d[party]} leaves {a.title}. The agreement's page says when, and what closes then.",
        ),
        (
            "notice_taken_back",
            "{a.number}: {d[party]} stays",
            "{d[party]} took its notice back. {a.title} goes on as before.",
        ),
    ):
        yield _kind(f"agreement.{name}", subject, body, ALL, group=ACCESS)
    yield replace(
        _kind("agreement.in_force", "", "", ALL, group=ACCESS),
        subject=lambda event: f"{_agreement(event).number} {how_it_begins(event)}",
        body=lambda event: f"Every party signed {_agreement(event).title}. It {how_it_begins(event)}.",
    )
    yield _kind(
        "agreement.certified",
        "{a.number}: {d[party]} certified",
        "{d[party]} certified the return or destruction of what it received under {a.title}.",
        (Role.CUSTODIAN, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR),
        group=ACCESS,
    )
