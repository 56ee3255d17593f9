"""Reading: the register of agencies, searched and paged by key, and the people and invitations that somebody keeps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Prefetch, Q, QuerySet

from . import policy
from .models import Agency, Auditor, Invitation, Membership, Role, User

PAGE = 50
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page of a list, with the ids from which the pages before and after it go on; None where there is none."""

    rows: list[M]
    before: UUID | None
    after: UUID | None


def page(found: QuerySet[M], order: str, *, before: UUID | None = None, after: UUID | None = None) -> Page[M]:
    """A page in the order of one field and the id, next to the row with the given id.

    A key rather than a number: the page costs the same at the end of the list as at its start, and a row that appears
    meanwhile shifts nothing. An id that is gone gives the first page.
    """
    back = before is not None
    known = found.model._default_manager.filter(pk=before or after).first() if before or after else None
    rows = found.order_by(f"-{order}", "-pk") if back and known else found.order_by(order, "pk")
    if known:
        rows = rows.filter(beside(order, getattr(known, order), known.pk, "lt" if back else "gt"))
    some = list(rows[: PAGE + 1])
    more, some = len(some) > PAGE, some[:PAGE]
    if back and known:
        some.reverse()
    if not some:
        return Page([], None, None)
    earlier = more if back and known else known is not None
    later = known is not None if back else more
    return Page(some, some[0].pk if earlier else None, some[-1].pk if later else None)


def beside(order: str, value: object, pk: object, than: str) -> Q:
    """Rows after (gt) or before (lt) one, in a form that an index on (order, id) answers."""
    return Q(**{f"{order}__{than}e": value}) & (Q(**{f"{order}__{than}": value}) | Q(**{f"pk__{than}": pk}))


def agencies(*, words: str = "", kind: str = "", state: str = "", status: str = "") -> QuerySet[Agency]:
    """Agencies in which every word is part of the name or county, or begins the ORI or court id, or is the state."""
    found: QuerySet[Agency] = Agency.objects.all()
    for word in words.split()[:8]:
        identity = Q(ori__istartswith=word) | Q(court_id__istartswith=word) | Q(state__iexact=word)
        found = found.filter(Q(name__icontains=word) | Q(county__icontains=word) | identity)
    for field, value in (("kind", kind), ("state", state), ("status", status)):
        if value:
            found = found.filter(**{field: value})
    return found


def people(*, words: str = "", status: str = "", role: str = "") -> QuerySet[User]:
    """Accounts in which every word is part of the name or the address; role: portal or auditor. With their roles."""
    works = Prefetch("memberships", Membership.objects.current().select_related("agency").order_by("started_at"))
    audits = Prefetch("audits", Auditor.objects.current().select_related("agency").order_by("started_at"))
    found: QuerySet[User] = User.objects.prefetch_related(works).prefetch_related(audits)
    for word in words.split()[:8]:
        named = Q(first_name__icontains=word) | Q(last_name__icontains=word)
        found = found.filter(named | Q(email__icontains=word))
    if role == "portal":
        found = found.filter(is_portal_administrator=True)
    elif role == "auditor":
        found = found.filter(pk__in=Auditor.objects.current().values("person"))
    return found.filter(is_active=status == "active") if status else found


def roles_of(person: User) -> list[str]:
    """What somebody found by `people` may do, and where: `Clerk, Cedar County Superior Court`."""
    portal = ["Portal administrator"] if person.is_portal_administrator else []
    places = [f"{each.role_names or 'No role'}, {each.agency}" for each in person.memberships.all()]
    audits = [f"Auditor, {each.agency or 'the whole portal'}" for each in person.audits.all()]
    return [*portal, *places, *audits]


def administered_by(person: User) -> QuerySet[Membership]:
    """The memberships by which the person administers agencies now."""
    return Membership.objects.acted_under(person).with_role(Role.ADMINISTRATOR)


def memberships_kept_by(person: User) -> QuerySet[Membership]:
    """Memberships that the person answers for: those of their agencies, for a portal administrator all."""
    found = Membership.objects.select_related("person", "agency")
    return found if policy.keeps_portal(person) else found.filter(agency__in=administered_by(person).values("agency"))


def people_kept_by(person: User) -> QuerySet[User]:
    """Accounts that the person answers for: of who works at their agencies, for a portal administrator all."""
    if policy.keeps_portal(person):
        return User.objects.all()
    here = Membership.objects.filter(ended_at=None, agency__in=administered_by(person).values("agency"))
    return User.objects.filter(pk__in=here.values("person"))


def invitations_kept_by(person: User) -> QuerySet[Invitation]:
    """Invitations that the person answers for, as with memberships."""
    found = Invitation.objects.select_related("agency", "invited_by")
    return found if policy.keeps_portal(person) else found.filter(agency__in=administered_by(person).values("agency"))


def agency_rows(found: QuerySet[Agency]) -> Iterator[tuple[str, ...]]:
    """The lines of the register as a table that leaves."""
    for agency in found.order_by("name", "pk").iterator(chunk_size=1000):
        yield (
            agency.name,
            agency.get_kind_display(),
            agency.get_level_display(),
            agency.state,
            agency.county,
            agency.ori or "",
            agency.court_id or "",
            agency.get_status_display(),
        )


AGENCY_COLUMNS = ("Name", "Kind", "Level", "State", "County", "ORI", "Court id", "Status")
