"""What changed between two versions, and what terms say in plain words."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.errors import Refused
from portal.kernel.redline import Piece, words_changed
from sharing_agreements import commands, fingerprint, redline, versions, wording
from sharing_agreements.models import Agreement, AgreementVersion
from tests import make

from .conftest import Pair


def side(pieces: list[Piece], *kinds: str) -> str:
    return "".join(text for kind, text in pieces if kind in kinds)


@given(old=st.text(max_size=60), new=st.text(max_size=60))
def test_the_pieces_put_together_are_the_old_and_the_new_text(old: str, new: str) -> None:
    pieces = words_changed(old, new)
    assert side(pieces, "same", "del") == old
    assert side(pieces, "same", "add") == new
    assert all(text for _, text in pieces)


def test_a_change_is_marked_by_words() -> None:
    pieces = words_changed("has completed it within two years.", "has completed it within one year.")
    assert pieces == [
        ("same", "has completed it within "),
        ("del", "two years"),
        ("add", "one year"),
        ("same", "."),
    ]


TEXTS = st.lists(st.sampled_from(["two", "years", "one", " ", ", ", "."]), max_size=12).map("".join)


@given(base=TEXTS, ours=TEXTS, theirs=TEXTS)
def test_the_stretches_of_each_side_put_together_are_its_text(base: str, ours: str, theirs: str) -> None:
    regions = redline.three_way(base, ours, theirs)
    sides = ["".join(each) for each in zip(*[region[1:] for region in regions], strict=True)] or ["", "", ""]
    assert sides == [base, ours, theirs]


@given(base=TEXTS, changed=TEXTS)
def test_what_both_changed_alike_or_one_alone_does_not_conflict(base: str, changed: str) -> None:
    for ours, theirs in ((changed, changed), (changed, base), (base, changed)):
        regions = redline.three_way(base, ours, theirs)
        assert not redline.conflicts(regions)
        assert redline.merged(regions) == changed


@given(
    words=st.lists(st.from_regex("[a-z]{1,6}", fullmatch=True), min_size=4, max_size=12, unique=True), data=st.data()
)
def test_changes_of_words_apart_are_merged(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 3))
    second = data.draw(st.integers(first + 2, len(words) - 1))

    def said(**new: str) -> str:
        return " ".join(new.get(f"at{n}", word) for n, word in enumerate(words))

    ours, theirs = {f"at{first}": "OURS"}, {f"at{second}": "THEIRS"}
    regions = redline.three_way(said(), said(**ours), said(**theirs))
    assert not redline.conflicts(regions)
    assert redline.merged(regions) == said(**ours, **theirs)


def test_words_side_by_side_that_each_side_changed_conflict() -> None:
    regions = redline.three_way("within two years.", "within three years.", "within two months.")
    (clash,) = redline.conflicts(regions)
    assert clash == ("conflict", "two years", "three years", "two months")
    assert redline.merged(regions) == "within three years."


@pytest.mark.parametrize("words", [[], ["a"], ["a", "b"], ["a", "b", "c"]])
def test_lists_read_like_sentences(words: list[str]) -> None:
    assert wording.listed(words) == {0: "", 1: "a", 2: "a and b", 3: "a, b and c"}[len(words)]


@pytest.mark.django_db
def test_two_versions_differ_in_clauses_and_in_the_rest(pair: Pair) -> None:
    made = make.submitted(pair.court, pair.police, pair.cases)
    commands.take_back(actor=made.author, agreement_id=made.pk, reason="To change it")
    version = Agreement.objects.get(pk=made.pk).current_version
    assert version is not None
    by_number = {clause.number: clause for clause in version.clauses.all()}
    values: dict[str, Any] = {"actor": made.author, "agreement_id": made.pk}
    commands.remove_clause(**values, clause_id=by_number["9.1"].pk)
    commands.save_clause(**values, number="9.3", topic="other", heading="Costs", text="Each its own.")
    disputes: dict[str, Any] = {
        "number": "9.2",
        "topic": "other",
        "heading": "Disagreement",
        "text": by_number["9.2"].text,
    }
    commands.save_clause(**values, clause_id=by_number["9.2"].pk, **disputes)
    commands.set_parties(**values, agency_ids=[pair.police.pk, make.agency("Third").pk])
    make.add_term(Agreement.objects.get(pk=made.pk), pair.cases, pair.police, actions=["view"])
    old, new = AgreementVersion.objects.filter(agreement=made).order_by("number")
    found = {change.clause.number: change for change in redline.clauses_changed(old, new)}
    assert {number: change.note for number, change in found.items()} == {
        "9.1": "Removed clause",
        "9.2": "Heading was “Disputes”",
        "9.3": "New clause",
    }
    assert [each.field for each in redline.rest_changed(old, new)] == ["Parties", "Term T2"]
    assert redline.clauses_changed(old, old) == []
    assert redline.rest_changed(new, new) == []


@pytest.mark.django_db
def test_a_term_in_words_says_all_that_it_permits(pair: Pair) -> None:
    made = make.draft(
        pair.court,
        pair.police,
        pair.cases,
        actions=["search", "view", "redisclose"],
        purposes=["C", "D"],
        participant_roles=["defendant", "judge"],
        includes_juvenile=True,
        conditions=["supervisor", "stays"],
        handling="Not to be  called at home.",
    )
    version = made.current_version
    assert version is not None
    said = " ".join(wording.term_in_words(version.terms.get(), wording.party_names(version)))
    for words in (
        "Cedar Police may search, view and redisclose the records of “Criminal cases”, which Cedar Court keeps.",
        "one of the purposes C, criminal justice; D, domestic violence and stalking",
        "every kind of data of people as defendant and judge",
        "Records of juveniles are included.",
        "may pass records on",
        "It is read in the portal only: not printed, exported or passed on. A supervisor of theirs approves",
        "Beside it stands: “Not to be called at home.”",
    ):
        assert words in said


@pytest.mark.django_db
def test_what_a_term_asks_is_part_of_the_text(pair: Pair) -> None:
    made = make.draft(pair.court, pair.police, pair.cases)
    version = made.current_version
    assert version is not None
    plain, term = fingerprint.sha256(version), version.terms.get()
    changes: list[dict[str, Any]] = [
        {"conditions": ["stays"]},
        {"handling": "Under lock."},
        {"conditions": ["supervisor"]},
    ]
    for asked in changes:
        commands.save_term(
            actor=made.author, agreement_id=made.pk, term_id=term.pk, clause_id=term.clause_id,
            record_set_id=term.record_set_id, recipient_id=term.recipient_id, **{**make.EVERYTHING, **asked},
        )  # fmt: skip
        assert fingerprint.sha256(version) != plain
    with pytest.raises(Refused, match="says the same already"):
        make.add_term(made, pair.cases, pair.police, conditions=["supervisor"])
    with pytest.raises(ValidationError):
        make.add_term(made, pair.cases, pair.police, conditions=["anything"])
    copied = versions.copy(version, made.author)
    assert [(each.conditions, each.handling) for each in copied.terms.all()] == [(["supervisor"], "")]
    assert redline.rest_changed(version, copied) == []
