"""Two people at the same instant, on real transactions. What holds is the agreement's row lock (`for_update`).

Each was seen red with WITHOUT_LOCKS=1 (see tests/racing.py): two last signatures then wrote two events `in_force` or
broke on a unique constraint, and two submissions froze twice.
"""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from agencies.models import Role
from portal.audit.models import Event
from portal.records.decision import Viewer, decide
from sharing_agreements import commands, expiring, fingerprint, grants, obligations
from sharing_agreements.boards import commands as boards
from sharing_agreements.commands import obliging
from sharing_agreements.models import (
    Action,
    Agreement,
    AgreementVersion,
    Fulfilment,
    Grant,
    ObligationReminder,
    Party,
    Signature,
)
from tests import make
from tests.racing import at_once, slowly

from .conftest import Pair

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

S = Agreement.Status


@pytest.fixture
def pair(transactional_db: None) -> Pair:
    make.the_board()
    court, police = make.agency("Cedar Court", kind="court"), make.agency("Cedar Police")
    return Pair(court, police, make.record_set(court, "Criminal cases"))


def parties(agreement: Agreement) -> list[Party]:
    version = Agreement.objects.get(pk=agreement.pk).current_version
    assert version is not None
    return list(version.parties.select_related("agency", "version"))


def count(kind: str) -> int:
    return Event.objects.filter(kind=f"agreement.{kind}").count()


def test_two_last_signatures_enter_into_force_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    signing = make.in_signing(pair.court, pair.police, pair.cases)
    answers = [(make.person(each.agency, roles=(Role.SIGNATORY,)).person, each) for each in parties(signing)]
    works = [
        lambda actor=actor, party=party: commands.sign(
            actor=actor, agreement_id=signing.pk, party_id=party.pk, sha256=party.version.sha256
        )
        for actor, party in answers
    ]
    with slowly(monkeypatch, fingerprint, "sha256"):
        assert at_once(*works) == []
    assert Agreement.objects.get(pk=signing.pk).status == S.IN_FORCE
    assert (count("signed"), count("in_force")) == (2, 1)
    assert (Signature.objects.count(), Grant.objects.count()) == (2, 1)
    assert dict(grants.drift()) == {"stale": 0, "missing": 0, "barred": 0}


def test_a_signature_sent_twice_signs_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    signing = make.in_signing(pair.court, pair.police, pair.cases)
    party = parties(signing)[1]
    chief = make.person(pair.police, roles=(Role.SIGNATORY,)).person

    def sign() -> None:
        commands.sign(actor=chief, agreement_id=signing.pk, party_id=party.pk, sha256=party.version.sha256)

    with slowly(monkeypatch, fingerprint, "sha256"):
        assert at_once(sign, sign) == ["answered"]
    assert (Signature.objects.count(), count("signed")) == (1, 1)


def test_signing_against_declining_has_one_answer(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    signing = make.in_signing(pair.court, pair.police, pair.cases)
    party = parties(signing)[1]
    common: dict[str, Any] = {"agreement_id": signing.pk, "party_id": party.pk, "sha256": party.version.sha256}
    one, other = (make.person(pair.police, roles=(Role.SIGNATORY,)).person for _ in range(2))
    with slowly(monkeypatch, fingerprint, "sha256"):
        codes = at_once(
            lambda: commands.sign(actor=one, **common),
            lambda: commands.decline(actor=other, **common, reason="Costs"),
        )
    assert codes == ["answered"]
    decision = Signature.objects.get().decision
    expected = S.SIGNING if decision == "signed" else S.REJECTED
    assert Agreement.objects.get(pk=signing.pk).status == expected


def test_a_draft_submitted_twice_freezes_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)

    def submit() -> None:
        commands.submit(actor=made.author, agreement_id=made.pk)

    with slowly(monkeypatch, fingerprint, "sha256"):
        assert at_once(submit, submit) == ["submitted"]
    assert count("submitted") == 1
    assert AgreementVersion.history.filter(agreement=made.pk, frozen_at__isnull=False).count() == 1


def test_an_edit_beside_the_submission_is_in_the_frozen_text_or_refused(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)

    def edit() -> None:
        commands.save_clause(
            actor=made.author, agreement_id=made.pk, number="9.3", topic="other", heading="Costs", text="Each its own."
        )

    with slowly(monkeypatch, fingerprint, "sha256"):
        codes = at_once(edit, lambda: commands.submit(actor=made.author, agreement_id=made.pk))
    version = Agreement.objects.get(pk=made.pk).current_version
    assert version is not None
    assert version.sha256 == fingerprint.sha256(version)
    assert codes == ([] if version.clauses.filter(number="9.3").exists() else ["frozen"])


def test_two_drafts_at_once_take_two_numbers(pair: Pair) -> None:
    """The advisory lock holds this one. Seen red with it removed: the second broke on the unique number."""
    codes = at_once(*[lambda: make.draft(pair.court, pair.police, pair.cases) for _ in range(4)])
    assert codes == []
    assert len(set(Agreement.objects.values_list("number", flat=True))) == 4


def test_a_suspension_beside_an_entry_into_force_leaves_the_row_of_what_is_live(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two agreements share one set with one agency; the record set's row lock in `grants.project` holds this one."""
    board = make.the_board()
    old = make.agreement_in_force(pair.court, pair.police, pair.cases)
    new = make.in_signing(pair.court, pair.police, pair.cases)
    ballot = make.ballot(board, old, "suspend")
    first, last = parties(new)
    judge, chief = (make.person(each.agency, roles=(Role.SIGNATORY,)).person for each in (first, last))
    commands.sign(actor=judge, agreement_id=new.pk, party_id=first.pk, sha256=first.version.sha256)
    with slowly(monkeypatch, grants, "_project"):
        codes = at_once(
            lambda: make.carry(ballot),
            lambda: commands.sign(actor=chief, agreement_id=new.pk, party_id=last.pk, sha256=last.version.sha256),
        )
    assert codes == []
    assert Grant.objects.live().count() == 1
    assert dict(grants.drift()) == {"stale": 0, "missing": 0, "barred": 0}


READS, READERS = int(os.environ.get("SOAK_READS", "1000")), 4


def test_no_read_that_began_after_the_commit_of_a_termination_succeeds(pair: Pair) -> None:
    """`make soak` races 10,000 reads. Seen red with a decision that was kept between two reads."""
    agreement = make.agreement_in_force(pair.court, pair.police, pair.cases)
    viewer = Viewer(make.person(pair.police).pk, Action.VIEW, "C")
    ballot = make.ballot(make.the_board(), agreement, "terminate")
    *before, last = [each.person for each in ballot.electors.filter(conflict="").select_related("person")][:2]
    for person in before:
        boards.cast_vote(actor=person, ballot_id=ballot.pk, position="yes")
    found: list[tuple[float, bool]] = []
    some_read, closed_at = threading.Event(), [0.0]

    def read() -> None:
        for _ in range(READS // READERS):
            began = time.monotonic()
            found.append((began, bool(decide(viewer).sets)))
            if len(found) > READS // 5:
                some_read.set()

    def terminate() -> None:
        assert some_read.wait(60)
        boards.cast_vote(actor=last, ballot_id=ballot.pk, position="yes")
        closed_at[0] = time.monotonic()

    assert at_once(terminate, *[read] * READERS) == []
    assert Agreement.objects.get(pk=agreement.pk).status == S.TERMINATED
    later = [was_open for began, was_open in found if began > closed_at[0]]
    assert len(found) == READS
    assert len(later) > READS // 10, "enough reads began after it"
    assert sum(was_open for _, was_open in found) >= READS // 5, "and enough before it, which were open"
    assert not any(later)


def test_two_workers_tell_of_one_end_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row lock holds this one, and the unique row beneath it."""
    ends_on = pair.court.today + timedelta(days=90)
    agreement = make.agreement_in_force(pair.court, pair.police, pair.cases, ends_on=ends_on)
    with slowly(monkeypatch, expiring, "threshold"):
        assert at_once(*[lambda: commands.tell_of_end(agreement_id=agreement.pk)] * 2) == []
    assert list(agreement.expiry_notices.values_list("days", flat=True)) == [90]
    assert count("end_announced") == 1


def test_two_who_mark_the_same_day_as_done_mark_it_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make.draft(pair.court, pair.police, pair.cases)
    make.obligation(draft, owes="party", agency_id=pair.police.pk)
    (due,) = obligations.of_agreement(make.through(draft))
    keepers = [make.person(pair.police, roles=(Role.ADMINISTRATOR,)).person for _ in range(2)]
    works = [
        lambda actor=actor: commands.mark_done(
            actor=actor,
            agreement_id=due.agreement.pk,
            obligation_id=due.obligation.pk,
            agency_id=pair.police.pk,
            due_on=due.due_on,
            note_of_it="Audited.",
        )
        for actor in keepers
    ]
    with slowly(monkeypatch, obligations, "find"):
        assert at_once(*works) == ["done"]
    assert (Fulfilment.objects.count(), count("obligation_done")) == (1, 1)


def test_two_reminders_at_once_remind_once(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make.draft(pair.court, pair.police, pair.cases)
    tomorrow = pair.court.today + timedelta(days=1)
    make.obligation(draft, owes="party", agency_id=pair.police.pk, every_months=None, first_on=tomorrow)
    (due,) = obligations.of_agreement(make.through(draft))

    def remind() -> None:
        commands.remind_of_obligation(
            agreement_id=due.agreement.pk,
            obligation_id=due.obligation.pk,
            agency_id=pair.police.pk,
            due_on=due.due_on,
        )

    with slowly(monkeypatch, obliging, "_note"):
        assert at_once(remind, remind) == []
    assert (ObligationReminder.objects.count(), count("obligation_due")) == (1, 1)
