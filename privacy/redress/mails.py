"""Mails to who asked. They name the request and lead to its page; the page asks for the code."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse

from portal.kernel.doorbell import ring
from portal.notices.outbox import Gone, Outbox, written

from .models import RedressMail, RedressRequest

SAYS = {
    RedressMail.Kind.RECEIVED: "has your request. It is to answer by {day}.",
    RedressMail.Kind.EXTENDED: "needs more time for your request. It is to answer by {day}; the page says why.",
    RedressMail.Kind.ANSWERED: "has answered your request.",
    RedressMail.Kind.APPEALED: "has your appeal. Somebody else than who answered decides on it.",
    RedressMail.Kind.DECIDED: "has decided on your appeal.",
}


def owe(request: RedressRequest, kind: RedressMail.Kind) -> None:
    """Owe a mail in the transaction of what it tells; who gave no email is written to by the agency."""
    if request.email:
        RedressMail.objects.create(request=request, kind=kind)
        transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Ring the doorbell. The broker may be down; the sweep finds what is owed."""
    from .tasks import send_redress_mails  # noqa: PLC0415 (tasks load the whole of Celery)

    ring(send_redress_mails)


def letter(mail: RedressMail) -> EmailMultiAlternatives:
    """The mail as it goes out now. Raises Gone when who asked is forgotten."""
    request = mail.request
    if not request.email:
        raise Gone("forgotten")
    says = SAYS[RedressMail.Kind(mail.kind)].format(
        day=f"{request.due_on:%b} {request.due_on.day}, {request.due_on:%Y}"
    )
    link = settings.PORTAL_ADDRESS + reverse("ask:status")
    subject = f"{request.number}: {request.agency} {says.partition('.')[0]}"
    return written(
        mail,
        request.email,
        "redress",
        subject=subject,
        number=request.number,
        agency=request.agency,
        says=says,
        link=link,
    )


redress_mails = Outbox(RedressMail, letter, "request__agency")
