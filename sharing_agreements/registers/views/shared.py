"""What the pages of one register have in common: finding it, its head, how an entry stands."""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership
from agencies.views.shared import person_of
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows
from sharing_agreements.registers import policy
from sharing_agreements.registers.models import Attachment, Entry, Issue, Register, Snapshot


def seen(request: HttpRequest) -> QuerySet[Register]:
    """The registers that this person reads."""
    membership = cast("Membership | None", getattr(request, "membership", None))
    return Register.objects.visible_to(person_of(request), membership).select_related("owner")


def find(request: HttpRequest, pk: UUID) -> Register:
    """The register, or the 404 of one that never existed."""
    return get_object_or_404(seen(request), pk=pk)


def find_snapshot(request: HttpRequest, pk: UUID) -> Snapshot:
    found = Snapshot.objects.filter(register__in=seen(request)).exclude(status=Snapshot.Status.CANCELLED)
    return get_object_or_404(found.select_related("register__owner", "received_by"), pk=pk)


def find_issue(request: HttpRequest, pk: UUID) -> Issue:
    found = Issue.objects.filter(register__in=seen(request))
    return get_object_or_404(found.select_related("register__owner", "agency", "answered_by"), pk=pk)


def find_entry(request: HttpRequest, pk: UUID) -> Entry:
    found = Entry.objects.filter(register__in=seen(request))
    return get_object_or_404(found.select_related("register__owner", "agency", "first_in", "ended_in"), pk=pk)


def find_attachment(request: HttpRequest, pk: UUID) -> Attachment:
    found = Attachment.objects.filter(entry__register__in=seen(request), removed_at=None)
    return get_object_or_404(found.select_related("entry__register").defer("text"), pk=pk)


def keeps(request: HttpRequest, register: Register) -> bool:
    return allows(policy.may_keep, person_of(request), register)


def owner_id_of(request: HttpRequest) -> UUID | None:
    """For whom this person would open a register: the agency they act for, or as an administrator the portal."""
    membership = getattr(request, "membership", None)
    return membership.agency_id if membership is not None else None


def crumbs(register: Register, *more: dict[str, str]) -> list[dict[str, str]]:
    first = {"label": "Registers", "href": reverse("registers:list")}
    here = {"label": register.name, "href": reverse("registers:detail", args=[register.pk])}
    return [first, here, *more]


def head(request: HttpRequest, register: Register, tab: str) -> dict[str, Any]:
    """What every page of a register shows above its content."""
    open_issues = register.issues.filter(status=Issue.Status.OPEN).count()
    pages = [
        ("detail", "Entries"),
        ("snapshots", "Snapshots"),
        ("differences", "Differences"),
        ("issues", f"Issues ({open_issues} open)" if open_issues else "Issues"),
    ]
    return {
        "register": register,
        "keeps": keeps(request, register),
        "open_issues": open_issues,
        "crumbs": [*crumbs(register)[:1], {"label": register.name}],
        "facts": [f"Kept by {register.owner or 'the portal'}", *([register.source] if register.source else [])],
        "tabs": [
            {"label": label, "href": reverse(f"registers:{name}", args=[register.pk]), "current": name == tab}
            for name, label in pages
        ],
    }


def standing(entry: Entry) -> Part:
    """How an entry stands: by the newest snapshot first, then by its last day."""
    if entry.ended_in_id is not None:
        return part("chip", tone="gone", icon="none", text="No longer listed")
    if entry.ends_on is not None and entry.ends_on < timezone.localdate():
        return part("chip", tone="warn", icon="clock", text="Listed, past its last day")
    return part("chip", tone="good", icon="check", text="Listed")


def day_or_text(on: date | None, text: str) -> object:
    """A day that is clear or was settled, else what is written there as an open question."""
    if on is not None or not text:
        return on
    return part("lines", text="In doubt", under=f"written: {text}")


def agency_or_text(entry: Entry) -> Part:
    """The agency as the list writes it, and as which one the portal knows it."""
    if entry.agency is None:
        under = "not known in the portal"
    elif entry.agency.name == entry.agency_name:
        under = ", ".join(filter(None, [entry.county, entry.state]))
    else:
        under = f"in the portal: {entry.agency.name}"
    link = part("link", text=entry.agency_name, href=reverse("registers:entry", args=[entry.pk]), more=entry.kind)
    return part("lines", text=link, under=under)
