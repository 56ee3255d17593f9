"""Writing to each other through the portal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.practitioners import commands, policy
from agencies.practitioners.forms import MessageForm, ReportForm
from agencies.practitioners.models import Message, Profile
from agencies.views.shared import columns, form_page, person_of, posted, pressed, refused, sent
from portal.kernel.access import members
from portal.kernel.parts import part
from portal.kernel.policy import allows

from .shared import tabs

MOST = 100
SENT = "It is sent. They are told that somebody wrote, and read it in the portal."


@members
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write to somebody of the directory."""
    found, person = get_object_or_404(Profile.objects.listed(), pk=pk), person_of(request)
    if refused(request, policy.may_write, person, found):
        return redirect("practitioners:profile", pk)
    form = MessageForm(posted(request))

    def command() -> Message:
        return commands.write(actor=person, profile_id=pk, text=form.cleaned_data["text"])

    if answer := sent(request, form, command, SENT, "practitioners:profile", pk):
        return answer
    return form_page(
        request,
        form,
        title=f"Write to {found}",
        lead="They read your name, your agency and what you write. Neither of you sees the address of the other.",
        submit="Send it",
        back=(reverse("practitioners:profile", args=[pk]), str(found)),
    )


@members
@require_GET
def message_list(request: HttpRequest) -> HttpResponse:
    """What this person got and wrote, the newest first."""
    person = person_of(request)
    seen = Message.objects.visible_to(person).select_related("sender_membership__agency")
    context = {
        "tabs": tabs(person, "messages"),
        "columns": columns("Message", "From", "To", "Sent"),
        "rows": [_row(each) for each in seen[:MOST]],
    }
    return render(request, "practitioners/message_list.html", context)


def _row(message: Message) -> list[Any]:
    start = message.text.splitlines()[0][:60]
    named = part("link", text=start, href=reverse("practitioners:message", args=[message.pk]))
    return [named, str(message.sender), str(message.recipient), message.sent_at]


@members
@require_http_methods(["GET", "POST"])
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One message; whom it was written to answers it here."""
    person = person_of(request)
    seen = Message.objects.visible_to(person).select_related("sender_membership__agency", "answers")
    found, form = get_object_or_404(seen, pk=pk), MessageForm(posted(request))

    def command() -> Message:
        return commands.answer(actor=person, message_id=pk, text=form.cleaned_data["text"])

    if answer := sent(request, form, command, SENT, "practitioners:messages"):
        return answer
    context = {
        "message": found,
        "form": form,
        "received": found.recipient_id == person.pk,
        "answers": allows(policy.may_answer, person, found),
        "deletes": allows(policy.may_delete, person, found),
        "reports": allows(policy.may_report_message, person, found),
    }
    return render(request, "practitioners/message.html", context)


@members
@require_POST
def delete_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = person_of(request)
    get_object_or_404(Message.objects.visible_to(person), pk=pk)
    command = lambda: commands.delete_message(actor=person, message_id=pk)  # noqa: E731
    return pressed(request, command, "The message is deleted.", "practitioners:messages")


@members
@require_http_methods(["GET", "POST"])
def report_message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let the moderators read a message."""
    person = person_of(request)
    found = get_object_or_404(Message.objects.visible_to(person), pk=pk)
    if refused(request, policy.may_report_message, person, found):
        return redirect("practitioners:message", pk)
    form = ReportForm(posted(request))

    def command() -> object:
        return commands.report_message(actor=person, message_id=pk, reason=form.cleaned_data["reason"])

    if answer := sent(request, form, command, "Thank you. A moderator reads it.", "practitioners:message", pk):
        return answer
    return form_page(
        request,
        form,
        title="Report this message",
        lead="The moderators then read it. Until now nobody but the two of you could.",
        submit="Report it",
        back=(reverse("practitioners:message", args=[pk]), "Message"),
        quoted=found.text,
    )
