"""What the pages of funding have in common."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from agencies.views.shared import membership_of, person_of
from portal.kernel.policy import allows
from sharing_agreements.funding import policy
from sharing_agreements.funding.models import Application, ApplicationQuerySet, Award, Document, Report, Task


def dollars(amount: Decimal) -> str:
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"


def agency_id_of(request: HttpRequest) -> UUID | None:
    """For which agency the person acts."""
    membership = membership_of(request)
    return membership.agency_id if membership is not None else None


def acts(request: HttpRequest) -> bool:
    """Whether the person sees to the money of the agency that they act for."""
    return allows(policy.may_act, person_of(request), agency_id_of(request))


def seen(request: HttpRequest) -> ApplicationQuerySet:
    return Application.objects.visible_to(person_of(request), membership_of(request))


def find(request: HttpRequest, pk: UUID) -> Application:
    """The application, or the 404 of one that never existed."""
    found = seen(request).select_related("program", "agency", "declared_by", "award")
    return get_object_or_404(found, pk=pk)


def find_task(request: HttpRequest, pk: UUID) -> Task:
    return get_object_or_404(Task.objects.filter(application__in=seen(request)).select_related("application"), pk=pk)


def find_document(request: HttpRequest, pk: UUID) -> Document:
    found = Document.objects.filter(application__in=seen(request), removed_at=None)
    return get_object_or_404(found.select_related("application"), pk=pk)


def find_award(request: HttpRequest, pk: UUID) -> Award:
    found = Award.objects.filter(application__in=seen(request))
    return get_object_or_404(found.select_related("application__program"), pk=pk)


def find_report(request: HttpRequest, pk: UUID) -> Report:
    found = Report.objects.filter(award__application__in=seen(request))
    return get_object_or_404(found.select_related("award__application"), pk=pk)


def page_of(application: Application) -> tuple[str, str]:
    """Address and name of an application's page."""
    return reverse("funding:application", args=[application.pk]), str(application)


def crumbs(*more: dict[str, str]) -> list[dict[str, str]]:
    return [{"label": "Funding programs", "href": reverse("funding:list")}, *more]


def tabs(current: str) -> list[dict[str, object]]:
    """The pages about money; budgets stand a floor above."""
    pages = (
        ("budgets:list", "Budgets"),
        ("funding:list", "Funding programs"),
        ("funding:applications", "Applications and awards"),
    )
    return [{"label": label, "href": reverse(name), "current": name == current} for name, label in pages]
