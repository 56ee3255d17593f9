"""A person's inbox and preferences, the messages that failed, and the mailbox of a demonstration."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.kernel.access import members, public
from portal.kernel.errors import Refused
from portal.kernel.policy import allows

from . import commands, inbox, mailbox, policy
from .failures import in_words, overview
from .forms import PreferencesForm, asked
from .models import Notice

if TYPE_CHECKING:
    from agencies.models import User

PAGE = 50


def person_of(request: HttpRequest) -> "User":
    """The signed-in person; the middleware lets nobody else this far."""
    return cast("User", request.user)


# --- Inbox ----------------------------------------------------------------------------------------------------------


@members
@require_GET
def inbox_page(request: HttpRequest) -> HttpResponse:
    """What this person was told, unread first."""
    place = _place(request.GET)
    page = inbox.page(person_of(request), **place)
    unread = Notice.objects.inbox_of(person_of(request).pk).unread()
    context = {
        "lines": page.lines,
        "previous": _address(before=page.previous),
        "next": _address(after=page.next),
        "place": {name: str(value) for name, value in place.items()},
        "unread": unread.count(),
        "newest": unread.aggregate(at=Max("settled_at"))["at"],
        "tabs": _tabs(request, "notices:list"),
    }
    return render(request, "notices/notice_list.html", context)


@members
@require_POST
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Marks one notice read."""
    notice = get_object_or_404(Notice.objects.inbox_of(person_of(request).pk), pk=pk)
    commands.mark_read(actor=person_of(request), notice_id=notice.pk)
    return HttpResponseRedirect(_address(**_place(request.POST)) or reverse("notices:list"))


@members
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Marks everything read that the page knew of."""
    try:
        up_to = datetime.fromisoformat(request.POST.get("up_to", "")).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    count = commands.mark_all_read(actor=person_of(request), up_to=up_to)
    messages.success(request, f"{_counted(count, 'notice')} marked read.")
    return HttpResponseRedirect(reverse("notices:list"))


def _place(given: Any) -> dict[str, inbox.Place]:
    """Where in the inbox an address or a form stands: `after` or `before`; nowhere if it makes no sense."""
    for name in ("before", "after"):
        place = inbox.Place.parse(given.get(name, ""))
        if place is not None:
            return {name: place}
    return {}


def _address(**place: inbox.Place | None) -> str:
    """The inbox at a place; empty for no place."""
    found = {name: str(value) for name, value in place.items() if value is not None}
    return f"{reverse('notices:list')}?{urlencode(found)}" if found else ""


def _tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    """The pages beside the inbox that this person may see."""
    found = [("Inbox", "notices:list"), ("Preferences", "notices:preferences")]
    if allows(policy.may_tend_failed, request.user):
        found.append(("Failed messages", "notices:failed"))
    if mailbox.is_shown():
        found.append(("Mail of the demonstration", "notices:mailbox"))
    return [{"label": label, "href": reverse(name), "current": name == current} for label, name in found]


@members
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How this person is told of what: at once, once a day, in the portal only, or not at all."""
    person = person_of(request)
    form = PreferencesForm(request.POST or None, person=person)
    if form.is_valid():
        try:
            commands.choose(actor=person, **form.values())
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, "Your preferences are saved.")
            return HttpResponseRedirect(reverse("notices:preferences"))
    context = {
        "form": form,
        "choices": [form[group.key] for group in form.open_groups()],
        "fixed": form.fixed_groups(),
        "asked": asked(form.groups),
        "tabs": _tabs(request, "notices:preferences"),
    }
    return render(request, "notices/preferences.html", context)


# --- Failed messages ------------------------------------------------------------------------------------------------


@members
@require_GET
def failed(request: HttpRequest) -> HttpResponse:
    """What could not be sent, for the portal administrator: to whom, how and why, never what it says."""
    policy.may_tend_failed(request.user)
    found = Notice.objects.failed().select_related("recipient", "event").order_by("-pk")
    try:
        after = UUID(request.GET["after"]) if "after" in request.GET else None
    except ValueError as error:
        raise Http404 from error
    page = list((found.filter(pk__lt=after) if after else found)[: PAGE + 1])
    more = len(page) > PAGE
    context = {
        "lines": [{"notice": notice, "why": in_words(notice.why)} for notice in page[:PAGE]],
        "next": f"{reverse('notices:failed')}?{urlencode({'after': page[PAGE - 1].pk})}" if more else "",
        "previous": reverse("notices:failed") if after else "",
        "causes": overview(),
        "owed": Notice.objects.owed().count(),
        "digests": Notice.objects.filter(status=Notice.Status.OWED, channel=Notice.Channel.DIGEST).count(),
        "tabs": _tabs(request, "notices:failed"),
    }
    return render(request, "notices/failed_list.html", context)


@members
@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Owes one failed message again."""
    policy.may_tend_failed(request.user)
    notice = get_object_or_404(Notice, pk=pk)
    try:
        commands.retry_notice(actor=person_of(request), notice_id=notice.pk)
    except Refused as why:
        messages.error(request, str(why))
    else:
        messages.success(request, "The message will be tried again now.")
    return HttpResponseRedirect(reverse("notices:failed"))


@members
@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    """Owes every failed message again."""
    count = commands.retry_all_notices(actor=person_of(request))
    messages.success(request, f"{_counted(count, 'message')} will be tried again now.")
    return HttpResponseRedirect(reverse("notices:failed"))


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


# --- The mailbox of a demonstration ---------------------------------------------------------------------------------


@public
@require_GET
@never_cache
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """All mail of a demonstration, newest first; anywhere else there is no such page."""
    if not mailbox.is_shown():
        raise Http404
    try:
        before = UUID(request.GET["before"]) if "before" in request.GET else None
    except ValueError as error:
        raise Http404 from error
    mails = mailbox.newest(PAGE + 1, before=before)
    more = len(mails) > PAGE
    context = {
        "mails": mails[:PAGE],
        "previous": reverse("notices:mailbox") if before else "",
        "next": f"{reverse('notices:mailbox')}?{urlencode({'before': mails[PAGE - 1].id})}" if more else "",
    }
    return render(request, "notices/mail_list.html", context)


@public
@require_GET
@never_cache
def mailbox_mail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One mail of a demonstration, as text."""
    if not mailbox.is_shown():
        raise Http404
    try:
        mail = mailbox.mail(pk)
    except FileNotFoundError as error:
        raise Http404 from error
    context = {
        "mail": mail,
        "crumbs": [
            {"label": "Mail of the demonstration", "href": reverse("notices:mailbox")},
            {"label": mail.subject or "Mail"},
        ],
        "facts": [("From", mail.sender), ("To", mail.to), ("Sent", mail.at), ("Message-ID", mail.message_id)],
    }
    return render(request, "notices/mail_view.html", context)
