"""Twenty leaks, each switched on alone: the walk must find every one, else it is blind and the run fails.

Each is what a careless change could do, at the place where it would be done, and reads the surfaces that it concerns.
"""

from __future__ import annotations

import json
import logging
import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from unittest.mock import patch

import redis
from django.core import mail, signing
from django.core.cache import cache
from django.db import connection, transaction
from django.http import Http404
from django.template import Context, Node
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode
from django.template.response import TemplateResponse
from django.test import override_settings
from django.urls import reverse

from benchmarks.canary import beneath, probing
from benchmarks.canary.walking import Walk, undone
from portal import celery
from portal.audit.models import Event
from portal.audit.record import record as record_event
from portal.records import looking, releases, shown
from portal.records.decision import Disclosure, decide
from portal.records.models import Participant
from portal.records.shown import CaseFile
from portal.records.views import record as record_view
from portal.records.views import search as search_view
from privacy.models import ParticipantRole
from privacy.redress import commands as redress
from privacy.redress.mails import redress_mails
from privacy.redress.models import RedressRequest
from sharing_agreements.boards.models import Remark
from sharing_agreements.models import Comment
from tests.records.scene import as_owner

READER = "clerk of recipient"
LAST = "canary"
"""Under this name the leaks put into broker and cache what they keep there."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Leak:
    """What is switched on, and what is read again meanwhile."""

    says: str
    switched_on: Callable[[Walk], AbstractContextManager[Any]]
    read: Callable[[Walk], None]


# --- What a careless change gets hold of ----------------------------------------------------------------------------


def victim(record_id: Any) -> str:
    """The name that a pseudonym stands for, as any query of the look could read it past the rulings."""
    return Participant.objects.filter(record=record_id, role=ParticipantRole.VICTIM).values_list("name", flat=True)[0]


class Told(Node):
    """Part of a template that says what it should not."""

    def __init__(self, says: Callable[[Context], str]) -> None:
        self.says = says

    def render(self, context: Context) -> str:
        return self.says(context)


@contextmanager
def template(name: str, says: Callable[[Any], str]) -> Iterator[None]:
    """The template with one thing more in its main block."""
    (page,) = (node for node in get_template(name).template.nodelist if isinstance(node, ExtendsNode))  # type: ignore[attr-defined]
    main = page.blocks["main"].nodelist
    main.append(Told(says))
    try:
        yield
    finally:
        main.pop()


def on_the_record(says: Callable[[str], str]) -> Callable[[Walk], AbstractContextManager[None]]:
    """The record page says something of its victim's name."""
    return lambda walk: template(
        "records/record_detail.html", lambda context: says(victim(context["case"].envelope.id))
    )


def when_shown(does: Callable[[Any, str], Any]) -> Callable[[Walk], AbstractContextManager[Any]]:
    """The view of a record does something with the request and its victim's name."""

    def switched_on(walk: Walk) -> AbstractContextManager[Any]:
        usual = looking.looked_at

        def told(request: Any, case: CaseFile, **more: Any) -> Any:
            does(request, victim(case.envelope.id))
            return usual(request, case, **more)

        return patch.object(record_view, "looked_at", told)

    return switched_on


def when_answered(does: Callable[[Any, str], Any]) -> Callable[[Walk], AbstractContextManager[Any]]:
    """The view of a record does something with its answer and its victim's name."""

    def answered(request: Any, name: str, context: dict[str, Any]) -> TemplateResponse:
        made = TemplateResponse(request, name, context)
        does(made, victim(context["case"].envelope.id))
        return made

    return lambda walk: patch.object(record_view, "TemplateResponse", answered)


# --- What is read again ---------------------------------------------------------------------------------------------


def _record(walk: Walk, kind: str = "victim") -> str:
    return reverse("records:detail", args=[walk.planted.records[kind].pk])


def page(walk: Walk) -> None:
    walk.ask(READER, "GET", _record(walk))


def server(walk: Walk) -> None:
    """The page, then what broker and cache hold more than before."""
    before = dict(beneath.in_redis())
    page(walk)
    for name, blob in beneath.in_redis():
        if before.get(name) != blob:
            walk.look("task payload, cache", READER, blob, name, nobody=True)
    cache.delete(LAST)
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as broker:
        broker.delete(LAST)


def in_session(walk: Walk) -> None:
    with undone():
        walk.send(READER, "GET", _record(walk))
        beneath.sessions(walk)


def exported(walk: Walk) -> None:
    with undone():
        found, _ = walk.send(READER, "POST", reverse("records:search"), {"since": "1990-01-01"})
        export = reverse("records:export") + "?" + found["Location"].partition("?")[2]
        key = "01a226b7-8d48-77a3-8bda-c1ceeca2e55c"
        answer, body = walk.send(READER, "POST", export, {"recipient": "D. Ames", "reason": "Charges", "key": key})
    walk.look_at(READER, f"POST {export}", answer, body)


def mailed(walk: Walk) -> None:
    mail.outbox.clear()
    with undone():
        redress.answer(
            actor=walk.planted.world.people["privacy officer"],
            request_id=RedressRequest.objects.get(extended_because__gt="").pk,
            outcome="refused",
            ground="others",
            answer="Not now.",
        )
        while redress_mails.deliver():
            pass
    beneath.mails(walk)
    mail.outbox.clear()


def events(walk: Walk) -> None:
    with undone():
        officer = walk.planted.world.people["privacy officer"]
        redress.take(actor=officer, request_id=RedressRequest.objects.filter(handler=None).latest("pk").pk)
        beneath.tables(walk, only=Event._meta.db_table)


def failing(walk: Walk) -> None:
    client = walk.clients[READER]
    client.raise_request_exception = False
    try:
        page(walk)
    finally:
        client.raise_request_exception = True


def address(role: str, name: str, thing: str = "") -> Callable[[Walk], None]:
    def read(walk: Walk) -> None:
        walk.ask(role, "GET", reverse(name, args=[walk.planted.id(thing)] if thing else []))

    return read


# --- The twenty -----------------------------------------------------------------------------------------------------


def _task(request: Any, name: str) -> None:
    celery.answer.apply_async(args=[name], queue=LAST)


def _cached(request: Any, name: str) -> None:
    cache.set(LAST, {"name": name}, timeout=60)


def _in_session(request: Any, name: str) -> None:
    request.session["last"] = name


def _cookie(answer: Any, name: str) -> None:
    answer.set_cookie("last", signing.dumps({"last": [name] * 9}, compress=True))


def _header(answer: Any, name: str) -> None:
    answer["X-Last"] = name.encode().hex()


def _names_in_a_column(walk: Walk) -> AbstractContextManager[Any]:
    def hits(decision: Any, ids: list[Any]) -> list[Any]:
        names = dict(Participant.objects.filter(record__in=ids, role="victim").values_list("record", "name"))
        return [replace(hit, category=names.get(hit.id, "")) for hit in shown.hits(decision, ids)]

    return patch.object(releases, "hits", hits)


def _pdf_fields(walk: Walk) -> AbstractContextManager[Any]:
    from pypdf import PdfReader, PdfWriter

    from portal.kernel import pdf

    usual = pdf.render

    def render(document: Any, **more: Any) -> bytes:
        writer, out = PdfWriter(clone_from=PdfReader(BytesIO(usual(document, **more)))), BytesIO()
        writer.add_metadata({"/Keywords": " ".join(Remark.objects.values_list("text", flat=True))})
        writer.write(out)
        return out.getvalue()

    return patch.object(pdf, "render", render)


def _subject(walk: Walk) -> AbstractContextManager[Any]:
    usual = redress_mails.letter

    def letter(owed: Any) -> Any:
        made = usual(owed)
        made.subject = f"{made.subject} (asked by {owed.request.name})"
        return made

    return patch.object(redress_mails, "letter", letter)


def _detail(walk: Walk) -> AbstractContextManager[Any]:
    def record(kind: str, subject: Any, **more: Any) -> Event:
        return record_event(kind, subject, **{**more, "who": subject.name})

    return patch.object(redress, "record", record)


def _all_roles(walk: Walk) -> AbstractContextManager[Any]:
    def groups(self: Disclosure, array: str, category: str) -> list[Any]:
        return [(list(ParticipantRole.values), array)]

    return patch.object(Disclosure, "groups", groups)


def _by_birth(walk: Walk) -> AbstractContextManager[Any]:
    def hits(decision: Any, ids: list[Any], *by: Any) -> list[Any]:
        born = Participant.objects.filter(record__in=ids).order_by("birth_date").values_list("record", flat=True)
        place = {pk: number for number, pk in enumerate(dict.fromkeys(born))}
        return sorted(shown.hits(decision, ids, *by), key=lambda hit: place[hit.id])

    return patch.object(search_view, "hits", hits)


@contextmanager
def _says_what_is_not_there(walk: Walk) -> Iterator[None]:
    number = walk.planted.records["unshared"].docket_number
    with ExitStack() as both:
        both.enter_context(patch.object(record_view, "case_file", side_effect=Http404(f"{number} is not yours")))
        both.enter_context(template("404.html", lambda context: str(context["exception"])))
        yield


TABLES = ("record", "participant", "charge", "docketentry")


@contextmanager
def _locks_open(walk: Walk) -> Iterator[None]:
    """Row-level security switched off, and everybody decided upon as the owner's clerk."""
    owner = walk.planted.world.people["clerk of owner"].memberships.get()
    anybody = patch.object(looking, "look_as", lambda viewer: decide(type(viewer)(owner.pk, viewer.action, "")))
    _row_level_security("DISABLE")
    try:
        with anybody:
            yield
    finally:
        _row_level_security("ENABLE")


def _row_level_security(state: str) -> None:
    with transaction.atomic(), as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in TABLES:
            cursor.execute(f"ALTER TABLE records_{name} {state} ROW LEVEL SECURITY")


def _tells_of_faults(walk: Walk) -> AbstractContextManager[Any]:
    """The page of a fault as developers have it, at a fault whose message quotes a name."""
    both = ExitStack()

    def content(case: Any, explanation: Any) -> Any:
        raise ValueError(f"no heading for {victim(case.envelope.id)}")

    both.enter_context(patch.object(record_view, "content", content))
    both.enter_context(override_settings(DEBUG=True))
    return both


def _said(says: Callable[[], str]) -> Callable[[Any], str]:
    return lambda context: says()


def _comments() -> str:
    return " ".join(Comment.objects.values_list("text", flat=True))


def _as_escapes() -> str:
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in _comments())
    return f'<script type="application/json">{{"said": "{escaped}"}}</script>'


TWENTY = (
    Leak("a view logs a name", when_shown(lambda request, name: log.info("shown %s", name)), page),
    Leak("a title attribute says a name", on_the_record(lambda name: f'<i title="{name.lower()}"></i>'), page),
    Leak(
        "a link carries a name, escaped",
        on_the_record(lambda name: '<a href="?of={}"></a>'.format("".join(f"%{b:02X}" for b in name.encode()))),
        page,
    ),
    Leak(
        "a data attribute carries a name in base64",
        on_the_record(lambda name: f'<i data-of="{b64encode(json.dumps([1, name]).encode()).decode()}"></i>'),
        page,
    ),
    Leak("a header carries a name in hex", when_answered(_header), page),
    Leak("a cookie keeps a name, compressed and signed", when_answered(_cookie), page),
    Leak("a session keeps a name", when_shown(_in_session), in_session),
    Leak("the cache keeps a name", when_shown(_cached), server),
    Leak("a task is given a name", when_shown(_task), server),
    Leak("a column of an export says names", _names_in_a_column, exported),
    Leak("a PDF's properties hold a remark", _pdf_fields, address("public", "public:decision_pdf", "decision")),
    Leak("a mail's subject says who asked", _subject, mailed),
    Leak("an event's detail says who asked", _detail, events),
    Leak(
        "a history page repeats comments",
        lambda walk: template("sharing_agreements/agreement_history.html", _said(_comments)),
        address(READER, "agreements:history", "agreement"),
    ),
    Leak(
        "an inbox carries comments as JSON",
        lambda walk: template("notices/notice_list.html", _said(_as_escapes)),
        address("clerk of third", "notices:list"),
    ),
    Leak("withheld names are searched", _all_roles, lambda walk: probing.counts(walk, (READER,))),
    Leak("a list is sorted by birth", _by_birth, lambda walk: probing.order(walk, (READER,))),
    Leak(
        "a 404 says what is not there",
        _says_what_is_not_there,
        lambda walk: walk.ask("clerk of third", "GET", _record(walk, "unshared")) and None,
    ),
    Leak(
        "both locks are open",
        _locks_open,
        lambda walk: walk.ask("clerk of third", "GET", _record(walk, "unshared")) and None,
    ),
    Leak("a page of faults says too much", _tells_of_faults, failing),
)


def found(leak: Leak, walk: Walk) -> bool:
    """Whether the walk finds it, once it is switched on."""
    again = Walk(walk.planted, walk.clients, walk.heard)
    with leak.switched_on(again):
        leak.read(again)
    return bool(again.leaks)
