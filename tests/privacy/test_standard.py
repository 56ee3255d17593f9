"""The standard policy, held to the facts of the field that it must keep."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from agencies.models import Agency
from portal.records.decision.rules import Rules, by_rules
from privacy import standard
from privacy.models import ANY, OWN_AGENCY, DataCategory, DisclosureRule, ParticipantRole, Purpose, Treatment
from privacy.rules import recipients, sentence, treatments_of
from privacy.sections import SECTIONS

R, D, T = ParticipantRole, DataCategory, Treatment

RULES = Rules({**rule._asdict(), "policy": "", "policy_version": ""} for rule in standard.rules())
NOT_OF_OFFICE = (R.VICTIM, R.WITNESS, R.JUVENILE, R.GUARDIAN)
OTHERS = tuple(Agency.Kind)


def seen(recipient: str, role: str, category: str, purpose: str = Purpose.CRIMINAL_JUSTICE) -> str:
    return by_rules(RULES, recipient, purpose, role, category).treatment


def test_every_section_says_something() -> None:
    assert len(SECTIONS) == 15
    texts = standard.provisions("Cedar County Superior Court")
    assert {text.section for text in texts} == {section.number for section in SECTIONS}
    assert all(len(text.text.split()) > 15 for text in texts)
    assert not any("{" in text.text for text in texts)
    assert len({text.number for text in texts}) == len(texts)


def test_every_rule_rests_on_a_provision_and_says_why() -> None:
    numbers = {text.number for text in standard.provisions("X")}
    assert all(rule.provision in numbers and rule.reason for rule in standard.rules())
    assert all(rule.treatment in treatments_of(rule.data_category) for rule in standard.rules())
    assert [rule.code for rule in standard.rules()] == [f"R{n}" for n in range(1, len(RULES) + 1)]


def test_a_label_stands_for_protected_people_whoever_looks_and_why() -> None:
    for recipient, role, purpose in product(OTHERS, NOT_OF_OFFICE, Purpose):
        assert seen(recipient, role, D.NAME, purpose) in (T.PSEUDONYM, T.WITHHELD)
        for category in (D.BIRTH_DATE, D.CONTACT, D.CHARGES):
            assert seen(recipient, role, category, purpose) == T.WITHHELD


def test_informants_are_withheld_from_everybody() -> None:
    for recipient, category, purpose in product((*OTHERS, OWN_AGENCY), DataCategory, Purpose):
        assert seen(recipient, R.INFORMANT, category, purpose) == T.WITHHELD


def test_a_case_reads_as_a_case_for_criminal_justice() -> None:
    for recipient in (Agency.Kind.COURT, Agency.Kind.LAW_ENFORCEMENT, Agency.Kind.PROSECUTOR, Agency.Kind.JAIL):
        for role in (R.DEFENDANT, R.RESPONDENT, R.PETITIONER, R.PLAINTIFF, R.ATTORNEY, R.JUDGE, R.ARREST_OFFICIAL):
            assert seen(recipient, role, D.NAME) == T.SHOWN
        assert seen(recipient, R.DEFENDANT, D.CHARGES) == T.SHOWN
        assert seen(recipient, ANY, D.FREE_TEXT) == T.SHOWN


def test_only_those_who_must_find_a_defendant_get_birth_date_and_address() -> None:
    need = {"law_enforcement", "prosecutor", "corrections", "jail", "probation_parole"}
    for kind in OTHERS:
        whole = seen(kind, R.DEFENDANT, D.BIRTH_DATE) == T.SHOWN
        assert whole == (kind in need)
        assert (seen(kind, R.DEFENDANT, D.CONTACT) == T.SHOWN) == (kind in need)


def test_private_contact_of_those_in_office_is_withheld_and_offices_are_shown() -> None:
    for kind, role in product(OTHERS, (R.JUDGE, R.ARREST_OFFICIAL, R.SPECIAL_MASTER)):
        assert {seen(kind, role, D.CONTACT), seen(kind, role, D.BIRTH_DATE)} == {T.WITHHELD}
    assert seen(Agency.Kind.COURT, R.DEFENSE, D.CONTACT) == T.SHOWN
    assert seen(Agency.Kind.COURT, R.DEFENSE, D.BIRTH_DATE) == T.WITHHELD


@pytest.mark.parametrize("purpose", [Purpose.HOUSING, Purpose.LICENSING, Purpose.VISA])
def test_charges_and_free_text_are_not_given_for_purposes_outside_criminal_justice(purpose: str) -> None:
    for kind in OTHERS:
        assert seen(kind, R.DEFENDANT, D.CHARGES, purpose) == T.WITHHELD
        assert seen(kind, ANY, D.FREE_TEXT, purpose) == T.WITHHELD


def test_outside_criminal_justice_nothing_is_seen() -> None:
    for kind, role, category in product((Agency.Kind.MOTOR_VEHICLES, Agency.Kind.OTHER), R, D):
        assert seen(kind, role, category) == T.WITHHELD


def test_ones_own_records_are_shown_in_full() -> None:
    for role, category in product([role for role in R if role != R.INFORMANT], D):
        assert seen(OWN_AGENCY, role, category) == T.SHOWN


def test_every_kind_of_agency_has_a_plural() -> None:
    assert all(recipients(kind) != kind for kind in (*OTHERS, ANY, OWN_AGENCY))


SENTENCES = {
    "R1": "The agency's own staff see everything.",
    "R3": "No agency sees anything about confidential informants.",
    "R4": "No agency sees names and aliases of anybody, unless a more exact rule shows it.",
    "R7": "Every agency sees a label in place of names and aliases of victims.",
    "R16": "Every agency sees charges and dispositions.",
    "R17": "No agency sees charges and dispositions for purposes H, public housing; "
    "I, noncriminal licensing or employment; V, visa, unless a more exact rule shows it.",
    "R35": "Every agency sees only the year of dates of birth of defendants.",
    "R42": "Law enforcement agencies see addresses, phone numbers and email of defendants.",
    "R49": "Motor vehicle agencies do not see anything.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_rule_reads_as_a_sentence(code: str) -> None:
    rule = next(rule for rule in standard.rules() if rule.code == code)
    values = {name: value for name, value in rule._asdict().items() if name != "provision"}
    assert sentence(DisclosureRule(**values)) == SENTENCES[code]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((date(2027, 1, 1), None), "From Jan 1, 2027: No"),
        ((None, date(2027, 6, 30)), "Until Jun 30, 2027: No"),
        ((date(2027, 1, 1), date(2027, 6, 30)), "From Jan 1, 2027, until Jun 30, 2027: No"),
    ],
)
def test_a_dated_rule_says_its_days_first(days: tuple[date | None, date | None], words: str) -> None:
    rule = DisclosureRule(participant_role="victim", treatment="withheld")
    rule.effective_from, rule.effective_to = days
    assert sentence(rule).startswith(words)
