"""Somebody without an account asks a court about a record, and goes on to an appeal."""

from __future__ import annotations

import re

import pytest

from agencies.models import Role
from privacy.redress import forms
from tests import make

from .scene import COURT, county
from .walking import Person, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFICER, COLLEAGUE = "officer@court.example", "colleague@court.example"


def asks(somebody: Person) -> tuple[str, str]:
    """From the front page to the receipt: number and code."""
    somebody.goes_to("/")
    somebody.follows("Ask about yourself", place="head")
    somebody.types("Agency", "cedar")
    somebody.presses("Search")
    somebody.follows(COURT)
    somebody.ticks("Have something on me corrected")
    somebody.types("Your full name", "Marisol Etxeberria")
    somebody.types("What is it about?", "The case was dismissed.")
    somebody.presses("Send the request")
    somebody.sees("Give an email or a postal address")
    somebody.types("Email", "marisol@mail.example")
    somebody.presses("Send the request")
    somebody.sees_heading("Your request is received")
    number, code = (each.inner_text() for each in somebody.page.locator("dd .p-id").all()[:2])
    assert re.fullmatch(r"ASK-\d\d-[0-9A-F]{10}", number)
    return number, code


def looks(somebody: Person, number: str, code: str) -> None:
    somebody.goes_to("/ask/status/")
    somebody.types("Number of the request", number)
    somebody.types("Code from the receipt", code)
    somebody.presses("Show it")
    somebody.sees_heading(number)


def answers(officer: Person, number: str) -> None:
    officer.follows(f"Look: Take {number} in hand")
    officer.sees("Marisol Etxeberria", "The case was dismissed.")
    officer.presses("Take it in hand")
    officer.follows("Record who asks")
    officer.ticks("In person")
    officer.presses("Record it")
    officer.follows("Answer")
    officer.ticks("Refused")
    officer.chooses("Ground of what is refused", "The record says what its source says")
    officer.types("What who asked will read", "The dismissal was of another count.")
    officer.presses("Answer for good")
    officer.sees("Answer: Refused", "The dismissal was of another count.")


def test_a_request_from_the_form_to_the_appeal(
    somebody: Somebody, redis_away: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "QUICKEST", 0)
    here = county()
    for email in (OFFICER, COLLEAGUE):
        first = email.partition("@")[0].title()
        make.person(here.court, (Role.PRIVACY_OFFICER,), email=email, first_name=first, last_name="Court")
    public = somebody()
    number, code = asks(public)
    officer = somebody(OFFICER)
    answers(officer, number)
    looks(public, number, code)
    public.sees("Answered", "Answer: Refused", "The record says what its source says")
    public.types("What is wrong with the answer?", "All counts were dismissed.")
    public.presses("Appeal")
    public.sees("All counts were dismissed.", "Somebody else than who answered decides")
    officer.reloads()
    officer.sees_nothing_of("Decide on the appeal")
    colleague = somebody(COLLEAGUE)
    colleague.follows(re.compile("^Look: Decide on the appeal"))
    colleague.follows("Decide on the appeal")
    colleague.ticks("The answer is changed")
    colleague.types("What who asked will read", "You are right. The record is corrected.")
    colleague.presses("Decide for good")
    looks(public, number, code)
    public.sees("Your appeal: The answer is changed", "You are right. The record is corrected.")
