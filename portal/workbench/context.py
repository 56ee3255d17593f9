"""What every page shows around its content: navigation, who acts, what waits, under which inquiry."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from agencies.models import RECORD_ROLES, Auditor, Membership, Role, User
from portal.kernel.prepared import Compiled
from portal.notices.models import Notice
from portal.records.looking import current_inquiry, mark_of
from privacy.models import READERS
from sharing_agreements.boards.models import Board, Seat, may_sit
from sharing_agreements.funding.policy import KEEPERS
from sharing_agreements.reviews.models import REVIEWED_BY

ABOUT = Compiled(
    "SELECT EXISTS ({audits}) AS audits, EXISTS ({sits}) AS sits,"
    " (SELECT count(*) FROM ({unread}) AS each_unread) AS unread",
    audits=lambda person: Auditor.objects.current().filter(person=person).values("pk"),
    sits=lambda person: Seat.objects.sat_on_by(person).values("pk"),
    unread=lambda person: Notice.objects.inbox_of(person).unread().order_by().values("pk"),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html; a public page gets the name of the portal only."""
    person = getattr(request, "user", None)
    if not isinstance(person, User):
        return {"portal_name": settings.PORTAL_NAME}
    membership = getattr(request, "membership", None)
    about, inquiry = ABOUT.row(person.pk), current_inquiry(request)
    return {
        "portal_name": settings.PORTAL_NAME,
        "membership": membership,
        "memberships": getattr(request, "memberships", []),
        "audits": about["audits"],
        "notice_count": about["unread"],
        "searches": looks_at_records(membership),
        "inquiry": inquiry,
        "under": mark_of(request),
        "inquiry_change_url": reverse("records:inquiry_change"),
        "inquiry_end_url": reverse("records:inquiry_end"),
        "nav": _navigation(request.path, places(person, membership, audits=about["audits"], sits=about["sits"])),
    }


def _navigation(here: str, found: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The places with the one marked that this address lies under: the imports lie under the search, too."""
    current = max((url for _, url in found if here.startswith(url)), key=len, default="")
    return [{"label": label, "url": url, "current": url == current} for label, url in found]


def looks_at_records(membership: Membership | None) -> bool:
    return membership is not None and membership.has(*RECORD_ROLES)


def keeps_registers(person: User, membership: Membership | None) -> bool:
    """Whether registers of existing agreements are this person's work; others find them beside the agreements."""
    works = membership is not None and membership.has(Role.DRAFTER, Role.ADMINISTRATOR)
    return works or person.is_portal_administrator


def places(person: User, membership: Membership | None, *, audits: bool, sits: bool) -> list[tuple[str, str]]:
    """Where this person can go, in the order of the navigation. `sits`: there is a seat in term with their name."""
    seated = sits and may_sit(person)
    found = [("Today", reverse("workbench:home"))]
    if looks_at_records(membership):
        found.append(("Search", reverse("records:search")))
    if membership is not None or seated or audits:
        found.append(("Agreements", reverse("agreements:list")))
    if keeps_registers(person, membership):
        found.append(("Registers", reverse("registers:list")))
    if seated:
        found.append(("Board docket", reverse("boards:docket")))
    elif person.is_portal_administrator or (audits and Board.objects.visible_to(person).exists()):
        found.append(("Boards", reverse("boards:list")))
    found += _planning(membership, seated=seated, audits=audits)
    found += _desks(membership)
    if audits:
        found += [("History", reverse("workbench:history")), ("Access log", reverse("workbench:access_log"))]
    if person.is_portal_administrator:
        found += [("Clause library", reverse("agreements:library")), ("Agencies", reverse("agencies:list"))]
        found.append(("Library", reverse("library:desk")))
    elif membership is not None and membership.has("agency_administrator"):
        found.append(("Your agency", reverse("agencies:detail", args=[membership.agency_id])))
    found.append(("Practitioners", reverse("practitioners:directory")))
    return [*found, ("Policies", reverse("public:policies")), ("Resources", reverse("library:list"))]


def _planning(membership: Membership | None, *, seated: bool, audits: bool) -> list[tuple[str, str]]:
    """What several agencies plan together."""

    def concerned(roles: tuple[str, ...]) -> bool:
        return audits or (membership is not None and membership.has(*roles))

    found = [("Readiness", reverse("readiness:partners"))] if audits or membership is not None else []
    if seated or concerned(KEEPERS):
        found += [("Initiatives", reverse("initiatives:list")), ("Budgets", reverse("budgets:list"))]
    return found


def _desks(membership: Membership | None) -> list[tuple[str, str]]:
    """What the roles at an agency alone lead to."""
    desks: list[tuple[str, str, tuple[str, ...]]] = [
        ("Imports", "records:imports", (Role.CUSTODIAN,)),
        ("Docket text", "records:clearing", (Role.CUSTODIAN,)),
        ("Privacy policy", "privacy:list", READERS),
        ("Requests", "redress:list", (Role.PRIVACY_OFFICER, Role.ADMINISTRATOR)),
        ("Approvals", "records:approvals", (Role.SUPERVISOR,)),
        ("Reviews", "reviews:list", tuple(REVIEWED_BY.values())),
    ]
    if membership is None:
        return []
    return [(label, reverse(name)) for label, name, roles in desks if membership.has(*roles)]
