"""The executed agreement as a file: text, terms, decision, signatures, fingerprint of what was signed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from shutil import which

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Role
from portal.audit.models import Event
from portal.kernel import pdf
from sharing_agreements.executed import document
from sharing_agreements.models import Agreement
from tests import make

from .conftest import Pair

pytestmark = pytest.mark.django_db


def words(agreement: Agreement) -> str:
    """All that the document says."""
    assert agreement.current_version is not None
    events = list(Event.objects.filter(subject_id=agreement.pk).order_by("sequence"))
    made = document(agreement, agreement.current_version, events)
    parts = [made.title, made.eyebrow, made.footer]
    for each in made.sections:
        parts += [each.title, each.text, *each.lines, *map(" ".join, each.pairs), *map(" ".join, each.rows)]
    return "\n".join(parts)


def test_it_holds_text_terms_decision_signatures_and_fingerprint(pair: Pair) -> None:
    agreement = make.agreement_in_force(pair.court, pair.police, pair.cases)
    version = agreement.current_version
    assert version is not None
    said = words(agreement)
    for clause in version.clauses.all():
        assert clause.text in said
    assert "Cedar Police may search, view, print and export" in said
    assert re.search(r"Motion \S+ carried .* 2 of 2 votes cast approve", said)
    for signature in version.signatures.all():
        assert f"{signature.party.name} {signature.signatory}, {signature.title}" in said
    assert said.count(version.sha256) >= 4, "in the footer, by itself, and with each signature"


def test_a_joinder_names_who_is_bound_without_a_new_signature(pair: Pair) -> None:
    old = make.agreement_in_force(pair.court, pair.police, pair.cases)
    sheriff = make.agency("Cedar Sheriff")
    drafted = make.change(old, "joinder", joins_id=sheriff.pk)
    make.add_term(drafted, pair.cases, sheriff)
    assert "Bound as before Cedar Police" in words(make.through(drafted))


def test_the_file_is_a_pdf_of_those_words_for_who_reads_the_agreement(pair: Pair, tmp_path: Path) -> None:
    agreement = make.agreement_in_force(pair.court, pair.police, pair.cases)
    address = reverse("agreements:executed", args=[agreement.pk])
    client = Client()
    client.force_login(make.person(pair.police, roles=(Role.CLERK,)).person)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{agreement.number}.pdf"'
    assert answer.content.startswith(b"%PDF-")
    outsider = Client()
    outsider.force_login(make.person(make.agency()).person)
    assert outsider.get(address).status_code == 404
    if which("pdftotext"):
        file = tmp_path / "executed.pdf"
        file.write_bytes(answer.content)
        text = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
        assert "Hit confirmation" in text


def test_the_same_agreement_is_the_same_file(pair: Pair) -> None:
    agreement = make.agreement_in_force(pair.court, pair.police, pair.cases)
    version = agreement.current_version
    assert version is not None
    made = document(agreement, version, list(Event.objects.filter(subject_id=agreement.pk).order_by("sequence")))
    assert pdf.render(made, portal="Portal") == pdf.render(made, portal="Portal")


def test_a_draft_is_no_document_yet(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    client = Client()
    client.force_login(made.author)
    assert client.get(reverse("agreements:executed", args=[made.pk])).status_code == 404
