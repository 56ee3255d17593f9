"""Programs, applications and awards, reached by the commands that lead to them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from agencies.models import Agency, Role, User
from portal.kernel import files
from sharing_agreements.funding import commands
from sharing_agreements.funding.models import FILES, Application, Award, Document, Program

from .people import someone

_n = count(1)


def funder(agency: Agency) -> User:
    """Who sees to the agency's money."""
    return someone(agency, Role.ADMINISTRATOR)


def program(agency: Agency, **terms: Any) -> Program:
    """A state grant without a match, to which applications are taken for a month."""
    given = {
        "name": f"Justice technology grant {next(_n)}",
        "funder": "State Office of Justice",
        "kind": "state",
        "eligibility": "Courts and law enforcement.",
        "deadline_on": localdate() + timedelta(days=30),
        **terms,
    }
    return commands.save_program(actor=funder(agency), agency_id=agency.pk, **given)


def application(agency: Agency, to: Program | None = None, **asked: Any) -> Application:
    """A draft that asks for 12,000."""
    given = {"purpose": "An exchange point.", "requested": Decimal("12000.00"), **asked}
    to = to or program(agency)
    return commands.apply(actor=funder(agency), agency_id=agency.pk, program_id=to.pk, **given)


def sent(draft: Application, *, declared: bool = True) -> Application:
    return commands.submit(actor=funder(draft.agency), application_id=draft.pk, supplants_nothing=declared)


def award(agency: Agency, *, first_on: date = date(2026, 7, 1), last_on: date = date(2028, 6, 30)) -> Award:
    """12,000 for two years."""
    asked = sent(application(agency))
    return commands.record_award(
        actor=funder(agency), application_id=asked.pk, number="G-1", amount=Decimal("12000.00"), first_on=first_on,
        last_on=last_on,
    )  # fmt: skip


def document(to: Application, content: bytes = b"Letter of support", name: str = "letter.txt") -> Document:
    stored = files.keep(SimpleUploadedFile(name, content), folder=FILES, kinds=(files.TEXT,), most=files.MEBIBYTE)
    return commands.attach(actor=funder(to.agency), application_id=to.pk, stored=stored)
