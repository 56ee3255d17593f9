"""Any change of the text changes its SHA-256; the same text has the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.models import RecordSet
from portal.kernel.ids import uuid7
from privacy.models import DataCategory, ParticipantRole, Purpose
from sharing_agreements import fingerprint
from sharing_agreements.models import (
    Action,
    Agreement,
    AgreementVersion,
    Attachment,
    Clause,
    ClauseAuthority,
    Obligation,
    Party,
    SigningOrder,
    Term,
    Topic,
)
from tests import make

from .conftest import Pair

AGENCIES = [uuid7() for _ in range(3)]
SETS = [uuid7() for _ in range(2)]
WORDS = st.text(min_size=1, max_size=12)
DAYS = st.integers(0, 2000).map(lambda n: date(2026, 1, 1) + timedelta(days=n))


@dataclass(frozen=True)
class Text:
    """All that a text says, as plain values."""

    title: str
    purpose: str
    effective_on: date
    last_day: date | None
    parties: tuple[tuple[UUID, str], ...]
    clauses: tuple[tuple[str, str, str, str], ...]
    terms: tuple[tuple[Any, ...], ...]
    withdrawal_days: int
    return_days: int
    signing_order: str
    attachments: tuple[tuple[str, str], ...] = ()
    obligations: tuple[tuple[Any, ...], ...] = ()
    law: tuple[tuple[Any, ...], ...] = ()


def some(choices: Any) -> st.SearchStrategy[tuple[str, ...]]:
    return st.sets(st.sampled_from(choices.values), min_size=1).map(lambda found: tuple(sorted(found)))


TERMS = st.tuples(
    st.integers(0, 1),
    st.sampled_from(SETS),
    WORDS,
    st.sampled_from(AGENCIES),
    some(Action),
    some(Purpose),
    some(DataCategory),
    some(ParticipantRole),
    st.booleans(),
)
OBLIGATIONS = st.tuples(
    st.sampled_from([uuid7() for _ in range(2)]),
    st.integers(0, 1),
    WORDS,
    st.sampled_from(Obligation.Owes.values),
    st.none() | st.sampled_from(AGENCIES),
    st.none() | st.integers(1, 24),
    st.none() | DAYS,
    st.integers(0, 60),
)
LAW = st.tuples(st.integers(0, 1), st.sampled_from([uuid7() for _ in range(2)]), WORDS, WORDS)
TEXTS = st.builds(
    Text,
    title=WORDS,
    purpose=WORDS,
    effective_on=DAYS,
    last_day=st.none() | DAYS,
    parties=st.lists(st.tuples(st.sampled_from(AGENCIES), WORDS), max_size=3).map(tuple),
    clauses=st.lists(st.tuples(WORDS, st.sampled_from(Topic.values), WORDS, WORDS), min_size=2, max_size=4).map(tuple),
    terms=st.lists(TERMS, max_size=2).map(tuple),
    withdrawal_days=st.integers(0, 400),
    return_days=st.integers(0, 400),
    signing_order=st.sampled_from(SigningOrder.values),
    attachments=st.dictionaries(WORDS, st.sampled_from(["a" * 64, "b" * 64]), max_size=2).map(
        lambda found: tuple(sorted(found.items()))
    ),
    obligations=st.lists(OBLIGATIONS, max_size=2).map(tuple),
    law=st.sets(LAW, max_size=2).map(lambda found: tuple(sorted(found))),
)


class Rows(list[Any]):
    """Unsaved rows that answer as the related manager of saved ones does."""

    def all(self) -> Rows:
        return self

    def select_related(self, *names: str) -> Rows:
        return self


def version_of(text: Text, *, shuffled: bool = False) -> Any:
    """The text as an unsaved version; shuffled: the lists of its terms in another order, which says the same."""
    clauses = [Clause(number=n, topic=t, heading=h, text=x) for n, t, h, x in text.clauses]

    def listed(codes: tuple[str, ...]) -> list[str]:
        return list(reversed(codes)) if shuffled else list(codes)

    class Version:
        agreement = Agreement(number="MOU-2026-001", title=text.title, kind="mou")
        number = 1
        purpose, effective_on, last_day = text.purpose, text.effective_on, text.last_day
        withdrawal_days, return_days, signing_order = text.withdrawal_days, text.return_days, text.signing_order
        parties = Rows(Party(agency_id=key, name=name) for key, name in text.parties)
        terms = Rows(
            Term(
                code=f"T{n}",
                clause=clauses[place],
                record_set_id=key,
                record_set_name=name,
                recipient_id=recipient,
                actions=listed(actions),
                purposes=listed(purposes),
                data_categories=listed(categories),
                participant_roles=listed(roles),
                includes_juvenile=juvenile,
            )
            for n, term in enumerate(text.terms)
            for place, key, name, recipient, actions, purposes, categories, roles, juvenile in [term]
        )

    files = [Attachment(title=title, sha256=sha256) for title, sha256 in text.attachments]
    Version.attachments = Rows(reversed(files) if shuffled else files)  # type: ignore[attr-defined]
    Version.obligations = Rows(_obligations(text, clauses))  # type: ignore[attr-defined]
    cited = [
        ClauseAuthority(clause=clauses[place], authority_id=key, citation=citation, title=title)
        for place, key, citation, title in text.law
    ]
    Version.citations = Rows(reversed(cited) if shuffled else cited)  # type: ignore[attr-defined]
    Version.clauses = Rows(clauses)  # type: ignore[attr-defined]
    return Version


def _obligations(text: Text, clauses: list[Clause]) -> list[Obligation]:
    names = ("what", "owes", "agency_id", "every_months", "first_on", "remind_days")
    return [
        Obligation(code=f"O{n}", key=key, clause=clauses[place], **dict(zip(names, rest, strict=True)))
        for n, (key, place, *rest) in enumerate(text.obligations)
    ]


@settings(max_examples=200)
@given(one=TEXTS, other=TEXTS)
def test_two_texts_have_the_same_fingerprint_exactly_when_they_say_the_same(one: Text, other: Text) -> None:
    assert fingerprint.sha256(version_of(one)) == fingerprint.sha256(version_of(one, shuffled=True))
    same = fingerprint.sha256(version_of(one)) == fingerprint.sha256(version_of(other))
    assert same == (one == other)


@settings(max_examples=200)
@given(text=TEXTS, data=st.data())
def test_changing_one_thing_changes_the_fingerprint(text: Text, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(Text.__dataclass_fields__)))
    changed = replace(text, **{name: getattr(data.draw(TEXTS), name)})
    same = fingerprint.sha256(version_of(text)) == fingerprint.sha256(version_of(changed))
    assert same == (text == changed)


PLAIN = Text(
    title="Case exchange",
    purpose="To share cases.",
    effective_on=date(2026, 7, 1),
    last_day=None,
    parties=((UUID(int=1), "Cedar Court"),),
    clauses=(("1", "purpose", "Purpose", "Why."), ("2", "security", "Security", "How.")),
    terms=(),
    withdrawal_days=30,
    return_days=30,
    signing_order="any",
)


def test_a_text_without_attachments_obligations_and_law_keeps_the_fingerprint_that_it_had_before_there_were_any() -> (
    None
):
    for added in ("attachments", "obligations", "law"):
        assert f'"{added}"' not in fingerprint.exact_text(version_of(PLAIN))
    assert fingerprint.sha256(version_of(PLAIN)) == "94f8d8fa20c93a6f2597f214f6677b0491323507185385845695c860b1e3e348"


@pytest.mark.django_db
def test_the_fingerprint_is_the_sha256_of_the_exact_text(pair: Pair) -> None:
    version = make.submitted(pair.court, pair.police, pair.cases).current_version
    assert version is not None
    stored = AgreementVersion.objects.get(pk=version.pk)
    assert stored.sha256 == hashlib.sha256(fingerprint.exact_text(stored).encode()).hexdigest()
    assert len(stored.sha256) == 64


@pytest.mark.django_db
def test_each_edit_of_a_draft_changes_the_fingerprint(pair: Pair) -> None:
    from sharing_agreements import commands  # noqa: PLC0415

    made = make.draft(pair.court, pair.police, pair.cases)
    third, seen = make.agency("Third"), set()

    def now() -> str:
        version = Agreement.objects.get(pk=made.pk).current_version
        assert version is not None
        return fingerprint.sha256(version)

    edits: list[Callable[[], object]] = [
        lambda: make.add_term(made, pair.cases, pair.police, actions=["view"]),
        lambda: commands.set_parties(actor=made.author, agreement_id=made.pk, agency_ids=[pair.police.pk, third.pk]),
        lambda: commands.save_clause(
            actor=made.author, agreement_id=made.pk, number="9.3", topic="other", heading="Costs", text="Each its own."
        ),
        lambda: commands.edit_version(
            actor=made.author,
            agreement_id=made.pk,
            title="Case exchange",
            purpose="Another",
            effective_on=date(2027, 1, 1),
            ends_on=None,
        ),
    ]
    for edit in edits:
        seen.add(now())
        edit()
    assert len({*seen, now()}) == len(edits) + 1


@pytest.mark.django_db
def test_renaming_an_agency_or_a_set_later_changes_no_fingerprint(pair: Pair) -> None:
    version = make.submitted(pair.court, pair.police, pair.cases).current_version
    assert version is not None
    before = fingerprint.sha256(version)
    from portal.kernel import history  # noqa: PLC0415

    cases = RecordSet.objects.get(pk=pair.cases.pk)
    cases.name = "Something else"
    history.save(cases, actor=None, reason="Renamed")
    assert fingerprint.sha256(AgreementVersion.objects.get(pk=version.pk)) == before
