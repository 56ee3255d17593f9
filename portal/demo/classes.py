"""Records of each class beside the cases: what the court, the police, the sheriff and probation hold, one set a class;
warrants and orders shared by the court, criminal intelligence by the police with the prosecutor alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.utils.timezone import localdate

from agencies import commands as agencies
from agencies.models import Agency, RecordSet, Training, User, is_certified
from portal.records.importing import commands as imports
from portal.records.models import Import

SAMPLE = Path(__file__).parent / "sample" / "classes"
C = RecordSet.RecordClass
WARRANTS, ORDERS, INTELLIGENCE = "Warrants", "Protection orders", "Criminal intelligence"
HELD = (
    ("cedarsuperct", "a.okafor@court.example", WARRANTS, C.WARRANT, "warrants.jsonl"),
    ("cedarsuperct", "a.okafor@court.example", ORDERS, C.PROTECTION_ORDER, "protection-orders.jsonl"),
    ("CA0990000", "d.vance@sheriff.example", "Bookings", C.CUSTODY, "bookings.jsonl"),
    ("CA0990100", "e.sato@police.example", "Arrests", C.ARREST, "arrests.jsonl"),
    ("CA0990100", "e.sato@police.example", "Incidents", C.INCIDENT, "incidents.jsonl"),
    ("CA0990100", "e.sato@police.example", INTELLIGENCE, C.INTELLIGENCE, "intelligence.jsonl"),
    ("CA099015G", "v.nakamura@probation.example", "Supervision", C.SUPERVISION, "supervision.jsonl"),
)
CERTIFIED = (("e.sato@police.example", "j.moreau@police.example"), ("o.tran@da.example", "t.bauer@da.example"))
"""Who may read criminal intelligence, beside their other trainings, and who recorded it."""


def certify(person: Callable[[str], User]) -> None:
    for email, by in CERTIFIED:
        if not is_certified(person(email), localdate()):
            agencies.record_training(
                actor=person(by),
                person_id=person(email).pk,
                completed_on=localdate() - timedelta(days=40),
                title="Criminal intelligence systems, 28 CFR part 23",
                kind=Training.Kind.INTELLIGENCE,
            )


def load(person: Callable[[str], User]) -> None:
    """What is there already is left alone."""
    for identity, email, name, record_class, file in HELD:
        owner = Agency.objects.get(**{"court_id" if identity.islower() else "ori": identity})
        keeper = person(email)
        held = RecordSet.objects.filter(owner=owner, name=name).first() or agencies.open_record_set(
            actor=keeper, agency_id=owner.pk, name=name, record_class=record_class
        )
        if Import.objects.filter(record_set=held, status=Import.Status.COMMITTED).exists():
            continue
        batch = imports.start_import(actor=keeper, record_set_id=held.pk, path=SAMPLE / file)
        imports.read(batch.pk)
        imports.ask_commit(actor=keeper, batch_id=batch.pk)
        imports.commit(batch.pk)
