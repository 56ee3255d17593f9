"""Who is told of what happens to agencies, people and accounts, and in what words."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format

from portal.audit.models import Event
from portal.notices import kinds
from portal.notices.groups import Group, Way

from . import lockouts
from .models import Agency, Auditor, Membership, Role, User

People = QuerySet[User]
Words = Callable[[Event], str]


# --- What people choose about --------------------------------------------------------------------------------------


def _keeps(*roles: str) -> Callable[[User], bool]:
    """Portal administrators, and who holds one of the roles anywhere."""
    held = Membership.objects.current().with_role(*roles)
    return lambda person: person.is_portal_administrator or held.filter(person=person).exists()


SECURITY = Group(
    "security",
    "Security of my account",
    "When your password, your sign-in or who administers the portal changes.",
    fixed="Told at once and by email, so that you notice when it was somebody else.",
)
WORK = Group(
    "work",
    "My roles, seats and trainings",
    "When your roles, your membership, a seat of yours, your training or what you audit changes.",
    default=Way.NOW,
)
PEOPLE = Group(
    "people",
    "People of my agency",
    "When somebody joins, leaves or gets other roles, and when accounts are closed, opened or locked.",
    reads=_keeps(Role.ADMINISTRATOR),
)
REGISTER = Group(
    "register",
    "Agencies, record sets and readiness",
    "When an agency on the register changes, a record set is opened for yours, its readiness is reviewed or due, or an "
    "action of its plan is yours.",
    reads=_keeps(*(role for role in Role if role != Role.CLERK)),
)
PRACTICE = Group(
    "practice",
    "Resources, practitioners and working groups",
    "When your suggestion for the library is decided on, somebody writes to you through the directory, or a "
    "working group of yours has news.",
)


# --- Who ------------------------------------------------------------------------------------------------------------


def holding(agencies: Any, *roles: str) -> Q:
    """People who hold one of the roles at one of the agencies now."""
    return Q(memberships__in=Membership.objects.current().with_role(*roles).filter(agency__in=agencies))


def portal_administrators(event: Event) -> People:
    return _active(Q(is_portal_administrator=True))


def administrators(event: Event) -> People:
    """Administrators of the agency whose affair it is; without an agency, or without any, portal administrators."""
    return _or_portal(holding([event.detail.get("agency")], Role.ADMINISTRATOR) if event.detail.get("agency") else None)


def keepers(event: Event) -> People:
    """Administrators and records custodians of the agency."""
    return _active(holding([event.detail["agency"]], Role.ADMINISTRATOR, Role.CUSTODIAN))


def the_person(event: Event) -> People:
    return _active(Q(pk=event.subject_id))


def their_administrators(event: Event) -> People:
    """Whoever answers for a person: administrators where they work, else portal administrators."""
    places = Membership.objects.filter(person=event.subject_id, ended_at=None).values("agency")
    return _or_portal(holding(places, Role.ADMINISTRATOR) & ~Q(pk=event.subject_id))


def the_member(event: Event) -> People:
    return _active(Q(pk=_membership(event).person_id))


def other_administrators(event: Event) -> People:
    """Administrators of the agency besides the member; who changes their own roles alone is seen by the portal's."""
    member = _membership(event).person_id
    others = holding([event.detail["agency"]], Role.ADMINISTRATOR) & ~Q(pk=member)
    if event.actor_id != member:
        return _active(others)
    return _active(others | Q(is_portal_administrator=True))


def the_auditor(event: Event) -> People:
    return _active(Q(pk=UUID(str(event.detail["person"]))))


def former_people(event: Event) -> People:
    """Who worked at an agency when it ended."""
    return _active(Q(pk__in=event.detail["people"]))


def _active(which: Q) -> People:
    return User.objects.filter(which, is_active=True).distinct()


def _or_portal(which: Q | None) -> People:
    found = _active(which) if which is not None else User.objects.none()
    return found if found.exists() else _active(Q(is_portal_administrator=True))


# --- What -----------------------------------------------------------------------------------------------------------


def _agency(event: Event) -> Agency:
    return Agency.objects.get(pk=event.detail.get("agency") or event.subject_id)


def _membership(event: Event) -> Membership:
    return Membership.objects.select_related("person", "agency").get(pk=event.subject_id)


def _person(event: Event) -> User:
    return User.objects.get(pk=event.subject_id)


def _auditor(event: Event) -> Auditor:
    return Auditor.objects.select_related("person", "agency").get(pk=event.subject_id)


def _place(auditor: Auditor) -> str:
    return str(auditor.agency) if auditor.agency else "the whole portal"


def _kind(
    name: str,
    audience: Callable[[Event], People],
    words: tuple[Words, Words, Words],
    group: Group,
    *,
    asks: str = "",
    tells_actor: bool = False,
    still_due: Callable[[Event, User], bool] = kinds.always,
) -> None:
    """Register a kind; `words` are subject, body and link. The audience is asked anew before each sending."""
    subject, body, link = words
    kinds.register(
        kinds.Kind(
            name=name,
            subject=subject,
            body=body,
            link=link,
            audience=audience,
            concerns=lambda event, person: audience(event).filter(pk=person.pk).exists(),
            group=group,
            asks=asks,
            tells_actor=tells_actor,
            still_due=still_due,
        )
    )


def _to(name: str) -> Words:
    return lambda event: reverse(f"agencies:{name}", args=[_agency(event).pk])


def _own_page(event: Event) -> str:
    return reverse("agencies:profile")


def _of_agency(text: str) -> Words:
    return lambda event: text.format(a=_agency(event))


def _of_member(text: str) -> Words:
    return lambda event: text.format(m=_membership(event))


def _of_person(text: str) -> Words:
    return lambda event: text.format(p=_person(event), d=event.detail)


def _trained(event: Event) -> str:
    until = date_format(date.fromisoformat(event.detail["expires_on"]), "M j, Y")
    return f"Your training counts until {until}. Train again before that day to keep access."


def _of_auditor(text: str) -> Words:
    return lambda event: text.format(u=_auditor(event), place=_place(_auditor(event)))


def _person_page(event: Event) -> str:
    return reverse("agencies:person", args=[event.subject_id])


def register() -> None:
    """Called once when the app is ready."""
    _agencies()
    _members()
    _accounts()
    _auditors()


def _agencies() -> None:
    for name, word in (
        ("registered", "is on the register"),
        ("activated", "is active"),
        ("corrected", "was corrected"),
    ):
        text = f"{{a}} {word}"
        _kind(
            f"agency.{name}",
            portal_administrators,
            (_of_agency(text), _of_agency(f"{text}. Look at its page for details."), _to("detail")),
            REGISTER,
        )
    _kind(
        "agency.ended",
        former_people,
        (
            _of_agency("{a} has ended"),
            _of_agency("{a} no longer takes part. Your membership is closed, and so are its record sets."),
            _to("detail"),
        ),
        WORK,
    )
    _kind(
        "record_set.opened",
        keepers,
        (
            _of_agency("{a} has a new record set"),
            _of_agency("A record set was opened for {a}. Records can be imported into it."),
            _to("record_sets"),
        ),
        REGISTER,
    )


def _members() -> None:
    _kind(
        "membership.started",
        administrators,
        (
            _of_member("{m.person} joined {m.agency}"),
            _of_member("{m.person} accepted the invitation. Roles: {m.role_names}. Record a training to open records."),
            _to("people"),
        ),
        PEOPLE,
        asks="a new member whose training is to be recorded",
    )
    _kind(
        "membership.roles_changed",
        the_member,
        (
            _of_member("Your roles at {m.agency} changed"),
            _of_member("Your roles at {m.agency} are now: {m.role_names}."),
            _own_page,
        ),
        WORK,
    )
    _kind(
        "membership.roles_changed",
        other_administrators,
        (
            _of_member("Roles of {m.person} at {m.agency} changed"),
            _of_member("The roles of {m.person} at {m.agency} are now: {m.role_names}."),
            _to("people"),
        ),
        PEOPLE,
    )
    _kind(
        "membership.ended",
        the_member,
        (
            _of_member("You no longer work for {m.agency} here"),
            _of_member("Your membership at {m.agency} ended. Ask its administrators if this surprises you."),
            _own_page,
        ),
        WORK,
    )
    _kind(
        "membership.ended",
        administrators,
        (
            _of_member("{m.person} left {m.agency}"),
            _of_member("The membership of {m.person} at {m.agency} ended. It opens nothing any more."),
            _to("people"),
        ),
        PEOPLE,
    )
    _kind(
        "training.recorded",
        the_person,
        (
            _of_person("Your training was recorded"),
            _trained,
            _own_page,
        ),
        WORK,
    )


def _accounts() -> None:
    for name, subject, body in (
        ("deactivated", "The account of {p} was closed", "{p} can no longer sign in; every session was ended."),
        ("reactivated", "The account of {p} is open again", "{p} can sign in again."),
    ):
        _kind(f"person.{name}", their_administrators, (_of_person(subject), _of_person(body), _person_page), PEOPLE)
    _kind(
        "person.locked_out",
        their_administrators,
        (
            _of_person("The account of {p} is locked"),
            _of_person("Sign-in failed 5 times in a row. Open it when you know why."),
            _person_page,
        ),
        PEOPLE,
        asks="an account that is locked",
        still_due=lambda event, person: lockouts.is_locked(_person(event).email),
    )
    for name, subject, body in (
        ("reactivated", "Your account is open again", "You can sign in again."),
        (
            "lockout_released",
            "Your account is open again",
            "An administrator opened your account: you can sign in again.",
        ),
        (
            "locked_out",
            "Your account is locked",
            "Sign-in failed 5 times in a row. Ask an administrator to open it; if it was not you who tried, say so.",
        ),
    ):
        _kind(f"person.{name}", the_person, (_of_person(subject), _of_person(body), _own_page), SECURITY)
    _kind(
        "person.password_changed",
        the_person,
        (
            _of_person("Your password was changed"),
            _of_person("Every session was ended. If it was not you, tell an administrator at once."),
            _own_page,
        ),
        SECURITY,
        tells_actor=True,
    )
    _kind(
        "person.made_portal_administrator",
        portal_administrators,
        (
            _of_person("{p} is a portal administrator"),
            _of_person("{p} was made a portal administrator on the server."),
            _person_page,
        ),
        SECURITY,
    )


def _auditors() -> None:
    for name, theirs, others in (
        ("appointed", "You audit {place} now", "{u.person} audits {place} now"),
        ("ended", "You no longer audit {place}", "{u.person} no longer audits {place}"),
    ):
        _kind(
            f"auditor.{name}",
            the_auditor,
            (_of_auditor(theirs), _of_auditor(theirs + ". Appointments stand on your own page."), _own_page),
            WORK,
        )
        _kind(
            f"auditor.{name}",
            administrators,
            (_of_auditor(others), _of_auditor(others + "."), lambda event: reverse("agencies:list")),
            PEOPLE,
        )
