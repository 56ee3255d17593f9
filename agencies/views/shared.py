"""What the views of agencies and people have in common: one command, and an answer."""

from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from agencies import lockouts, policy
from agencies.models import Agency, Membership, User
from agencies.register import Page, administered_by
from portal.kernel.errors import Refused
from portal.kernel.parts import Part, part
from portal.kernel.policy import allows

T = TypeVar("T")

STATUS_PARTS = {
    Agency.Status.LISTED: part("chip", tone="plain", icon="none", text="Listed"),
    Agency.Status.ACTIVE: part("state", status="active"),
    Agency.Status.ENDED: part("state", status="ended"),
}


def columns(*labels: str, head: int = 0) -> list[dict[str, object]]:
    """Columns of a table; the one at `head` names the row."""
    return [{"label": label, "head": number == head} for number, label in enumerate(labels)]


def person_of(request: HttpRequest) -> User:
    """Who is signed in; the view's audience has seen to it that somebody is."""
    return cast(User, request.user)


def membership_of(request: HttpRequest) -> Membership | None:
    """The membership that the session acts under."""
    return cast("Membership | None", getattr(request, "membership", None))


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None on reading. A form in which nothing was filled in was sent all the same."""
    return request.POST if request.method == "POST" else None


def say(request: HttpRequest, no: Refused) -> None:
    """Tell a refusal on the next page: as an error, or for a request that was repeated how it stands."""
    (messages.info if no.repeated else messages.error)(request, str(no))


def tried(form: Form, command: Callable[[], T]) -> T | None:
    """What a command returns, or None with what it refused on the form. A repeated request is the view's to answer."""
    try:
        return command()
    except Refused as no:
        if no.repeated:
            raise
        form.add_error(None, str(no))
    except ValidationError as wrong:
        put_on(form, wrong)
    return None


def put_on(form: Form, wrong: ValidationError) -> None:
    """What a command found wrong goes to its fields; what is said of a field that the form does not have, on top."""
    if not hasattr(wrong, "error_dict"):
        form.add_error(None, wrong)
        return
    for name, found in wrong.message_dict.items():
        for message in found:
            form.add_error(name if name in form.fields else None, message)


def pressed(request: HttpRequest, command: Callable[[], object], done: str, to: str, *args: Any) -> HttpResponse:
    """The answer to a button: do it, say so or say why not, and go to the named page."""
    try:
        command()
    except Refused as no:
        say(request, no)
    except ValidationError as wrong:
        messages.error(request, " ".join(wrong.messages))
    else:
        messages.success(request, done)
    return redirect(to, *args)


def sent(
    request: HttpRequest, form: Form, command: Callable[[], object], done: str, to: str, *args: Any
) -> HttpResponse | None:
    """The answer to a valid form: do it, say so or say that somebody was quicker, and go to the named page. None while
    the form is to be shown: not sent yet, or with what is wrong."""
    if not form.is_valid():
        return None
    try:
        answer = tried(form, command)
    except Refused as no:
        say(request, no)
        return redirect(to, *args)
    if answer is None:
        return None
    messages.success(request, done)
    return redirect(to, *args)


def refused(request: HttpRequest, check: Callable[..., object], *args: Any) -> bool:
    """Whether a check says not now, which the person is then told; who may never gets the 403 page."""
    try:
        check(*args)
    except Refused as no:
        say(request, no)
        return True
    return False


def is_the_person(request: HttpRequest, form: Form) -> bool:
    """Whether the password is right. A wrong one counts like a failed sign-in; the last one ends the session."""
    person = person_of(request)
    if lockouts.is_locked(person.email):
        form.add_error(None, "Your account is locked. An administrator releases it; then you can go on.")
        return False
    if person.check_password(form.cleaned_data["password"]):
        lockouts.release(person)
        return True
    user_login_failed.send(__name__, credentials={"email": person.email}, request=request)
    if lockouts.is_locked(person.email):
        logout(request)
    form.add_error("password", "This is not your password. After 5 wrong ones your account is locked.")
    return False


def form_page(
    request: HttpRequest, form: Form, *, title: str, submit: str, back: tuple[str, str], **more: Any
) -> HttpResponse:
    """A page that is one form. back: address and name of where it came from; stop: the button ends something."""
    context = {"form": form, "title": title, "submit": submit, "back": {"href": back[0], "label": back[1]}, **more}
    return render(request, "agencies/form.html", context)


def agency_page(agency: Agency) -> tuple[str, str]:
    """Address and name of an agency's page."""
    return reverse("agencies:detail", args=[agency.pk]), str(agency)


def tabs(person: User, agency: Agency, current: str) -> list[dict[str, object]]:
    """The pages of one agency that this person may open."""
    shown = [("Facts", "detail"), ("Record sets", "record_sets")]
    if allows(policy.may_see_people, person, agency):
        shown.append(("People", "people"))
    if keeps_people(person, agency):
        shown.append(("Invitations", "invitations"))
    return [
        {"label": label, "href": reverse(f"agencies:{name}", args=[agency.pk]), "current": name == current}
        for label, name in shown
    ]


def register_tabs(person: User, current: str) -> list[dict[str, object]]:
    """What is beside the register, for those who answer for accounts."""
    shown = [("Agencies", "list")]
    if policy.keeps_portal(person):
        shown += [("People", "people_list"), ("Auditors", "auditors"), ("Locked accounts", "locked")]
    elif administered_by(person).exists():
        shown.append(("Locked accounts", "locked"))
    return [{"label": label, "href": reverse(f"agencies:{name}"), "current": name == current} for label, name in shown]


def keeps_people(person: User, agency: Agency) -> bool:
    """Who sees invitations and accounts of an agency: its administrators and the portal's."""
    return policy.administers(person, agency.pk) or policy.keeps_portal(person)


def head(agency: Agency) -> dict[str, Any]:
    """Eyebrow and facts under the title of an agency's pages."""
    facts: list[str | Part] = [STATUS_PARTS[Agency.Status(agency.status)]]
    if agency.county or agency.state:
        facts.append(", ".join(filter(None, [agency.county, agency.state])))
    if agency.ori or agency.court_id:
        facts.append(f"ORI {agency.ori}" if agency.ori else f"Court id {agency.court_id}")
    crumbs = [{"label": "Agencies", "href": reverse("agencies:list")}, {"label": agency.name}]
    return {"eyebrow": agency.get_kind_display(), "facts": facts, "crumbs": crumbs}


def action(label: str, name: str, *args: object, icon: str = "", main: bool = False) -> dict[str, object]:
    """A link of the page's head."""
    return {"label": label, "href": reverse(f"agencies:{name}", args=args), "icon": icon, "main": main}


def page_links(request: HttpRequest, page: Page[Any]) -> dict[str, str | None]:
    """Addresses of the pages before and after, with the filter that was asked for."""
    asked = {key: value for key, value in request.GET.items() if key not in {"before", "after"} and value}

    def link(key: str, pk: UUID | None) -> str | None:
        return f"?{urlencode({**asked, key: pk})}" if pk else None

    return {"previous": link("before", page.before), "next": link("after", page.after)}


def csv_link(request: HttpRequest) -> str:
    """The address of the same list as CSV."""
    asked = {key: value for key, value in request.GET.items() if key not in {"before", "after"} and value}
    return f"?{urlencode({**asked, 'format': 'csv'})}"
