"""An application from its draft to the funder's answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agencies.models import Agency, User
from portal.audit.models import Event
from portal.audit.record import record
from portal.kernel import files, history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.kernel.files import Stored
from sharing_agreements.funding import policy
from sharing_agreements.funding.lifecycle import S, move
from sharing_agreements.funding.models import FILES, Application, Award, Document, Program, Task


def note(kind: str, application: Application, *, actor: User | None, **detail: Any) -> Event:
    return record(f"application.{kind}", application, actor=actor, acting_agency_id=application.agency_id, **detail)


def locked(application_id: UUID) -> Application:
    """The application with its lock, and what decisions about it ask for."""
    application = Application.objects.for_update(application_id)
    application.program = Program.objects.get(pk=application.program_id)
    application.agency = Agency.objects.get(pk=application.agency_id)
    return application


@transaction.atomic(durable=True)
def apply(
    *,
    actor: User,
    agency_id: UUID,
    program_id: UUID,
    purpose: str,
    requested: Decimal,
    match_cash: Decimal = Decimal(0),
    match_in_kind: Decimal = Decimal(0),
) -> Application:
    """Begin an agency's application to a program, as a draft."""
    program = Program.objects.get(pk=program_id)
    policy.may_apply(actor, agency_id, program)
    application = Application(
        program=program,
        agency_id=agency_id,
        purpose=purpose.strip(),
        requested=requested,
        match_cash=match_cash,
        match_in_kind=match_in_kind,
    )
    application.full_clean()
    history.save(application, actor=actor, reason="Begun")
    note("begun", application, actor=actor)
    return application


@transaction.atomic(durable=True)
def change_application(
    *, actor: User, application_id: UUID, purpose: str, requested: Decimal, match_cash: Decimal, match_in_kind: Decimal
) -> Application:
    """Change a draft."""
    application = locked(application_id)
    policy.may_work(actor, application)
    application.purpose, application.requested = purpose.strip(), requested
    application.match_cash, application.match_in_kind = match_cash, match_in_kind
    application.full_clean()
    history.save(application, actor=actor, reason="Changed")
    note("changed", application, actor=actor)
    return application


@transaction.atomic(durable=True)
def submit(*, actor: User, application_id: UUID, supplants_nothing: bool = False) -> Application:
    """Record that the application went to the funder, with the declaration where the program asks for it."""
    application = locked(application_id)
    policy.may_submit(actor, application)
    if application.program.no_supplanting and not supplants_nothing:
        raise ValidationError({"supplants_nothing": "The program asks for this declaration."})
    application.declared_by = actor if supplants_nothing else None
    application.submitted_at = database_now()
    move(application, S.SUBMITTED)
    history.save(application, actor=actor, reason="Submitted")
    note("submitted", application, actor=actor, declared=supplants_nothing)
    return application


@transaction.atomic(durable=True)
def withdraw(*, actor: User, application_id: UUID, reason: str) -> Application:
    """Take an application back before it is answered."""
    application = locked(application_id)
    policy.may_withdraw(actor, application)
    if not reason.strip():
        raise ValidationError({"reason": "Say why it is withdrawn."})
    move(application, S.WITHDRAWN)
    history.save(application, actor=actor, reason=reason.strip())
    note("withdrawn", application, actor=actor, reason=reason.strip()[:300])
    return application


@transaction.atomic(durable=True)
def record_rejection(*, actor: User, application_id: UUID, reason: str) -> Application:
    """Record that the funder said no."""
    application = locked(application_id)
    policy.may_record_answer(actor, application)
    if not reason.strip():
        raise ValidationError({"reason": "Say what the funder answered."})
    move(application, S.REJECTED)
    history.save(application, actor=actor, reason=reason.strip())
    note("rejected", application, actor=actor, reason=reason.strip()[:300])
    return application


@transaction.atomic(durable=True)
def record_award(
    *, actor: User, application_id: UUID, number: str, amount: Decimal, first_on: date, last_on: date
) -> Award:
    """Record what the funder gave, and for which period."""
    application = locked(application_id)
    policy.may_record_answer(actor, application)
    award = Award(application=application, number=number.strip(), amount=amount, first_on=first_on, last_on=last_on)
    move(application, S.AWARDED)
    history.save(application, actor=actor, reason="Awarded")
    award.full_clean()
    history.save(award, actor=actor, reason="Awarded")
    note("awarded", application, actor=actor, award=str(award.pk))
    return award


# --- Tasks ----------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def add_task(*, actor: User, application_id: UUID, text: str, due_on: date) -> Task:
    """Note something to do before the application goes out."""
    application = locked(application_id)
    policy.may_work(actor, application)
    task = Task(application=application, text=" ".join(text.split()), due_on=due_on)
    task.full_clean()
    history.save(task, actor=actor, reason="Added")
    note("task_added", application, actor=actor, task=str(task.pk))
    return task


@transaction.atomic(durable=True)
def finish_task(*, actor: User, task_id: UUID) -> Task:
    """Mark a task as done."""
    application, task = _task(task_id)
    policy.may_work(actor, application)
    if task.done_on is not None:
        raise Refused("The task is done already.", code="done", repeated=True)
    task.done_on = timezone.localdate()
    history.save(task, actor=actor, reason="Done")
    note("task_done", application, actor=actor, task=str(task.pk))
    return task


@transaction.atomic(durable=True)
def remove_task(*, actor: User, task_id: UUID) -> None:
    """Drop a task that is not needed."""
    application, task = _task(task_id)
    policy.may_work(actor, application)
    history.delete(task, actor=actor, reason="Removed")
    note("task_removed", application, actor=actor, task=str(task_id))


def _task(task_id: UUID) -> tuple[Application, Task]:
    application = locked(Task.objects.get(pk=task_id).application_id)
    return application, Task.objects.get(pk=task_id)


# --- Documents ------------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def attach(*, actor: User, application_id: UUID, stored: Stored) -> Document:
    """Keep a file with the application, at any time of its life."""
    application = locked(application_id)
    policy.may_act(actor, application.agency_id)
    if application.documents.filter(sha256=stored.sha256, removed_at=None).exists():
        raise Refused("This very file is there already.", code="attached", repeated=True)
    document = Document(
        application=application,
        file=stored.id,
        file_name=stored.name,
        file_kind=stored.kind.code,
        size=stored.size,
        sha256=stored.sha256,
    )
    history.save(document, actor=actor, reason="Attached")
    note("document_attached", application, actor=actor, document=str(document.pk), sha256=stored.sha256)
    return document


@transaction.atomic(durable=True)
def remove_document(*, actor: User, document_id: UUID, reason: str) -> Document:
    """Take a file out of a draft. The file goes; that it was there stays."""
    application = locked(Document.objects.get(pk=document_id).application_id)
    document = Document.objects.for_update(document_id)
    policy.may_work(actor, application)
    if not reason.strip():
        raise ValidationError({"reason": "Say why the file goes."})
    if document.removed_at is not None:
        raise Refused("The file was removed already.", code="removed", repeated=True)
    document.removed_at = database_now()
    history.save(document, actor=actor, reason=reason.strip())
    note("document_removed", application, actor=actor, document=str(document.pk), reason=reason.strip()[:300])
    transaction.on_commit(partial(files.discard, FILES, document.file), robust=True)
    return document
