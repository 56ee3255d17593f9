"""Files that belong to a text: listed, attached to a draft and taken off it, downloaded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.models import User
from agencies.views.shared import membership_of, person_of, pressed, say, tried
from portal.kernel import files
from portal.kernel.access import members
from portal.kernel.errors import Refused
from portal.kernel.policy import allows
from sharing_agreements import attachments as attaching
from sharing_agreements import commands, policy
from sharing_agreements.draft_forms import AttachForm
from sharing_agreements.models import Agreement, Attachment
from sharing_agreements.models.attachments import FILES

from .shared import current, find, head, version_asked


@members
@require_http_methods(["GET", "POST"])
def attachments(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The files of a version. A drafter attaches more here, as long as it is a draft."""
    agreement, person = find(request, pk), person_of(request)
    if request.method == "GET":
        return _page(request, agreement, AttachForm())
    try:
        policy.may_edit(person, agreement)
        form = AttachForm(request.POST, request.FILES)
        made = tried(form, lambda: _attached(person, agreement, **form.cleaned_data)) if form.is_valid() else None
        if made is not None:
            messages.success(request, "The file is attached and part of the text.")
            return redirect("agreements:attachments", pk)
    except Refused as no:
        say(request, no)
        return redirect("agreements:attachments", pk)
    return _page(request, agreement, form)


def _page(request: HttpRequest, agreement: Agreement, form: AttachForm) -> HttpResponse:
    shown = version_asked(request, agreement)
    can_edit = shown.pk == current(agreement).pk and allows(policy.may_edit, person_of(request), agreement)
    context = {
        **head(request, agreement, tab="attachments"),
        "shown": shown,
        "attached": shown.attachments.select_related("attached_by"),
        "can_edit": can_edit,
        "form": form,
    }
    return render(request, "sharing_agreements/attachment_list.html", context)


def _attached(person: User, agreement: Agreement, *, title: str, file: Any) -> Attachment:
    stored = files.keep(file, folder=FILES, kinds=attaching.TAKEN, most=attaching.MOST)
    with files.discarded_unless_taken(FILES, stored):
        return commands.attach(actor=person, agreement_id=agreement.pk, title=title, stored=stored)


def _find(request: HttpRequest, pk: UUID, attachment: UUID) -> Attachment:
    seen = Attachment.objects.visible_to(person_of(request), membership_of(request))
    return get_object_or_404(seen, pk=attachment, version__agreement=pk)


@members
@require_GET
def attachment(request: HttpRequest, pk: UUID, attachment: UUID) -> HttpResponseBase:
    """A file to keep, which no browser opens as a page. That it was downloaded is written down first."""
    found, membership = _find(request, pk, attachment), membership_of(request)
    commands.note_download(
        actor=person_of(request),
        agreement_id=pk,
        attachment_id=found.pk,
        acting_agency_id=membership.agency_id if membership else None,
    )
    return files.answer(FILES, found.file, kind=files.KINDS[found.file_kind], name=found.file_name)


@members
@require_POST
def attachment_remove(request: HttpRequest, pk: UUID, attachment: UUID) -> HttpResponse:
    """Take a file off a draft."""
    gone, agreement = _find(request, pk, attachment), find(request, pk)
    policy.may_draft(person_of(request), agreement.lead_agency_id)
    return pressed(
        request,
        lambda: commands.detach(actor=person_of(request), agreement_id=pk, attachment_id=gone.pk),
        f"“{gone.title}” is no longer attached.",
        "agreements:attachments",
        pk,
    )
