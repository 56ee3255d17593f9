"""A privacy officer assesses the next policy of the court; a high risk holds it up until something is done about it."""

from __future__ import annotations

import pytest

from agencies.models import Role
from privacy.models import PolicyVersion
from tests import make

from .scene import AUDITOR, COURT, county
from .walking import Person, Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFICER, HEAD = "officer@court.example", "head@court.example"
RISK = "A docket entry names a witness"


def begins(officer: Person) -> None:
    """The next version, with what it took over of the assessment before."""
    officer.follows("Privacy policy", place="head")
    officer.presses("Start a new version")
    officer.sees("0 of 24 questions answered")
    officer.follows("Impact assessment")
    officer.sees("24 more are taken over and to be confirmed")
    officer.follows("Answer the questions")
    officer.types("About whom is it?", "Everybody in a criminal case.")
    officer.presses("Save the answers", place="How far it is")
    officer.sees("1 answer saved. 23 left.")


def enters_a_risk(officer: Person) -> None:
    officer.goes_to(f"/privacy/versions/{draft().pk}/assessment/")
    officer.follows("Enter a risk")
    officer.presses("Enter the risk")
    officer.sees("Who could be harmed: This field is required.")
    officer.types("What could happen", RISK)
    officer.ticks("Witnesses")
    officer.chooses("Likelihood, if nothing more", "4 Likely: Can be expected within a year.")
    officer.field("Impact on whoever").select_option("5")
    officer.presses("Enter the risk")
    officer.sees("The policy cannot be adopted until it has a mitigation and somebody who answers for it.")


def mitigates_it(officer: Person) -> None:
    officer.goes_to(f"/privacy/versions/{draft().pk}/assessment/")
    officer.follows("Change risk 2")
    officer.types("Mitigation", "A custodian clears each entry first.")
    officer.field("Likelihood with").select_option("1")
    officer.field("Impact with").select_option("5")
    officer.types("Who answers for it", "Records custodian")
    officer.presses("Save the risk")
    officer.sees("Nothing of the assessment is missing.")
    officer.presses("Show the risks to everybody")
    officer.sees("Once the version is published, everybody reads its risks")


def draft() -> PolicyVersion:
    return PolicyVersion.objects.get(status=PolicyVersion.Status.DRAFT)


def test_a_high_risk_holds_a_policy_up_until_it_is_mitigated(somebody: Somebody, redis_away: None) -> None:
    here = county()
    for email, role in ((OFFICER, Role.PRIVACY_OFFICER), (HEAD, Role.ADMINISTRATOR)):
        first = email.partition("@")[0].title()
        make.person(here.court, (role,), email=email, first_name=first, last_name="Court")
    officer = somebody(OFFICER)
    begins(officer)
    by = here.court.memberships.get(person__email=OFFICER).person
    make.reviewed(draft(), by=by)
    enters_a_risk(officer)
    head = somebody(HEAD)
    head.goes_to(f"/privacy/versions/{draft().pk}/adopt/")
    head.sees("Not yet", f"mitigate risk 2, “{RISK}”: it is high (20)")
    mitigates_it(officer)
    head.reloads()
    head.types("Your password", make.PASSWORD)
    head.presses("Adopt version 2")
    head.sees_heading("Version 2 is adopted")
    officer.goes_to(f"/privacy/versions/{draft().pk}/publish/")
    officer.presses("Publish version 2")
    anybody = somebody()
    anybody.goes_to(f"/policies/{here.court.privacy_policy.pk}/")
    anybody.sees(RISK, "A custodian clears each entry first.")
    anybody.sees_nothing_of("Records custodian")
    auditor = somebody(AUDITOR)
    auditor.follows("History", place="head")
    auditor.follows(f"Privacy policy of the {COURT}")
    auditor.sees(f"Risk changed: 2. {RISK}, version 2", "Everybody in a criminal case.")
    auditor.follows("version 2")
    auditor.sees("As it was adopted", "Records custodian")
