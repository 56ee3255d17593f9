"""To whom a record went, and who hears that it was corrected or taken back."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, Membership, Role, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.kernel.ids import uuid7
from portal.notices import kinds
from portal.notices.models import Notice
from portal.notices.settling import still_owed
from portal.records import commands, readers
from portal.records.models import Record
from privacy.models import DisclosureRule, PolicyVersion
from tests import kept, make
from tests.make import accepted, person, record
from tests.records.scene import Sharing, finality_lifted, force, signed_in

pytestmark = pytest.mark.django_db

NAMES = ("Dane Halvorsen", "Ann Zeigler")


@kept.fixture
def case(sharing: Sharing) -> Record:
    return record(sharing.records, participants=[("defendant", NAMES[0]), ("victim", NAMES[1])])


def by(who: Membership, of: Record) -> dict[str, Any]:
    return {"actor": who.person, "membership_id": who.pk, "record_id": of.pk}


def looks(who: Membership, at: Record) -> None:
    assert signed_in(who).get(reverse("records:detail", args=[at.pk])).status_code == 200


def told(kind: str) -> set[User]:
    return {notice.recipient for notice in Notice.objects.filter(event__kind=kind, channel="portal")}


def page(who: Membership, at: Record, name: str = "disclosures") -> Any:
    return signed_in(who).get(reverse(f"records:{name}", args=[at.pk]))


def test_each_look_of_another_agency_and_each_release_is_accounted_for(sharing: Sharing, case: Record) -> None:
    assert "It went to nobody" in page(sharing.custodian, case).content.decode()
    looks(sharing.clerk, case)
    looks(sharing.owners_clerk, case)
    printed = {"recipient": "T. Bauer, prosecutor", "reason": "Charging", "key": str(uuid7())}
    at = reverse("records:print", args=[case.pk])
    assert signed_in(sharing.owners_clerk).post(at, printed).status_code == 200
    seen = page(sharing.custodian, case).content.decode()
    for words in ("Marlow Police Department", "C, criminal justice", "T. Bauer, prosecutor", "Charging"):
        assert words in seen
    text = page(sharing.custodian, case, "disclosures_csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["How"], row["To whom"]) for row in rows] == [
        ("Print", "T. Bauer, prosecutor, by Cedar County Superior Court"),
        ("View", "Marlow Police Department"),
    ]
    for words in (*NAMES, str(sharing.clerk.person), sharing.clerk.person.email):
        assert words not in text


def test_a_look_at_protected_data_is_told_from_another(sharing: Sharing, case: Record) -> None:
    def told() -> list[str]:
        text = page(sharing.custodian, case, "disclosures_csv").content.decode()
        return [row["Data"] for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))]

    looks(sharing.clerk, case)
    assert told() == ["Ordinary"]
    treated(sharing, "name", "shown", participant_role="victim")
    looks(sharing.clerk, case)
    assert told() == ["Specially protected", "Ordinary"], "a victim was shown by name"
    treated(sharing, "name", "pseudonym", participant_role="victim")
    force(sharing.grant.term, conditions=["notify_owner"])
    looks(sharing.clerk, case)
    assert told() == ["Specially protected", "Specially protected", "Ordinary"], "on a condition"
    assert "Specially protected: criminal intelligence" in page(sharing.custodian, case).content.decode()


def test_custodians_and_privacy_officers_of_the_owner_account_for_it_and_nobody_else(
    sharing: Sharing, case: Record
) -> None:
    officer = person(sharing.owner, roles=(Role.PRIVACY_OFFICER,))
    theirs = person(sharing.recipient, roles=(Role.CUSTODIAN,))
    accepted(theirs)
    answers = {
        sharing.custodian: 200,
        officer: 200,
        sharing.owners_clerk: 403,
        sharing.clerk: 404,  # it is done by office, which opens the owner's own sets alone
        theirs: 404,
        sharing.outsider: 404,
    }
    for who, status in answers.items():
        assert page(who, case).status_code == status, who
        assert page(who, case, "disclosures_csv").status_code == status, who
    commands.seal_record(**by(sharing.custodian, case), **make.order("26-SO-1"))
    assert page(officer, case).status_code == 404
    assert page(sharing.custodian, case).status_code == 200


def test_whoever_looked_is_told_of_a_correction_and_not_what_it_says(sharing: Sharing, case: Record) -> None:
    with pytest.raises(Refused, match="nobody to tell"):
        commands.tell_of_correction(**by(sharing.custodian, case), category="charges")
    looks(sharing.clerk, case)
    their_officer = person(sharing.recipient, roles=(Role.PRIVACY_OFFICER,))
    idle = person(sharing.recipient)
    with pytest.raises(ValidationError, match="what was corrected"):
        commands.tell_of_correction(**by(sharing.custodian, case), category="everything")
    with pytest.raises(PermissionDenied):
        commands.tell_of_correction(**by(sharing.owners_clerk, case), category="charges")
    at = reverse("records:corrected", args=[case.pk])
    answer = signed_in(sharing.custodian).post(at, {"category": "charges"}, follow=True)
    assert "1 agency is told." in answer.content.decode()
    assert "Told of a correction: Charges and dispositions" in answer.content.decode()
    with pytest.raises(Refused, match="within the last day"):
        commands.tell_of_correction(**by(sharing.custodian, case), category="charges")
    assert told("record.corrected") == {sharing.clerk.person, their_officer.person}
    assert idle.person not in told("record.corrected")
    event = Event.objects.get(kind="record.corrected")
    words = kinds.words(event, sharing.clerk.person)
    assert words is not None
    assert "charges and dispositions" in words.body
    said = f"{words} {event.detail}"
    assert not [name for name in (*NAMES, case.docket_number) if name in said]


def test_whoever_looked_is_told_that_a_record_was_taken_back_and_not_why(sharing: Sharing, case: Record) -> None:
    looks(sharing.clerk, case)
    commands.seal_record(**by(sharing.custodian, case), **make.order("26-SO-114"))
    assert told("record.recalled") == {sharing.clerk.person, *heads_of(sharing.recipient)}
    event = Event.objects.get(kind="record.recalled")
    words = kinds.words(event, sharing.clerk.person)
    said = f"{words} {event.detail}".lower()
    for word in ("seal", "26-so-114", case.docket_number.lower(), str(case.pk), *(name.lower() for name in NAMES)):
        assert word not in said
    commands.unseal_record(**by(sharing.custodian, case), **make.order("26-SO-115"))
    assert Event.objects.filter(kind="record.recalled").count() == 1


def test_who_was_asked_to_destroy_copies_is_told_once_it_no_longer_holds(sharing: Sharing, case: Record) -> None:
    looks(sharing.clerk, case)
    commands.seal_record(**by(sharing.custodian, case), **make.order("26-SO-114"))
    asked = Event.objects.get(kind="record.recalled")
    owed = Notice.objects.get(event=asked, recipient=sharing.clerk.person, channel="email")
    assert still_owed(owed)[0] is not None
    later = person(sharing.recipient, roles=(Role.CUSTODIAN,))
    commands.unseal_record(**by(sharing.custodian, case), **make.order("26-SO-115"))
    event = Event.objects.get(kind="record.recall_lifted")
    assert told("record.recall_lifted") == told("record.recalled") - heads_of(sharing.recipient)
    assert later.person not in told("record.recall_lifted"), "nobody asked them anything"
    words = kinds.words(event, sharing.clerk.person)
    assert words is not None
    assert "the request no longer holds" in words.body
    assert words.link == reverse("records:recalled", args=[asked.pk]), "it says which record no more than the first did"
    said = f"{words} {event.detail}".lower()
    for word in ("seal", "26-so-11", case.docket_number.lower(), str(case.pk), *(name.lower() for name in NAMES)):
        assert word not in said
    assert still_owed(owed) == (None, "done_already"), "what was asked is asked no more"
    before = kinds.words(asked, sharing.clerk.person)
    assert before is not None
    assert "withdrew that" in before.body
    text = signed_in(sharing.clerk).get(words.link).content.decode()
    assert "need not be destroyed or returned" in text
    assert "Destroy or return" not in text
    commands.seal_record(**by(sharing.custodian, case), **make.order("26-SO-116"))
    again = Event.objects.filter(kind="record.recalled").latest("sequence")
    assert still_owed(Notice(event=again, recipient=sharing.clerk.person, channel="email"))[0] is not None
    assert still_owed(owed) == (None, "done_already")
    assert kinds.words(event, sharing.clerk.person) is None, "it holds again"


def test_a_kind_of_data_is_named_to_those_alone_who_are_shown_it(sharing: Sharing, case: Record) -> None:
    looks(sharing.clerk, case)
    treated(sharing, "birth_date", "withheld")
    treated(sharing, "name", "masked", participant_role="defendant")
    with pytest.raises(Refused, match="was shown this kind of data"):
        commands.tell_of_correction(**by(sharing.custodian, case), category="birth_date")
    assert told("record.corrected") == set(), "nothing that they were shown changed"
    assert commands.tell_of_correction(**by(sharing.custodian, case), category="charges") == 1
    assert "corrected this: charges and dispositions." in words_of_newest(sharing)
    assert commands.tell_of_correction(**by(sharing.custodian, case), category="name") == 1
    assert "corrected data shared with you." in words_of_newest(sharing)
    assert "name" not in words_of_newest(sharing), "initials are shown, names are not"


def treated(sharing: Sharing, category: str, treatment: str, **which: str) -> None:
    """The published rules on a kind of data treat it so."""
    version = PolicyVersion.objects.get(policy__agency=sharing.owner, status="published")
    with finality_lifted():
        for each in DisclosureRule.objects.filter(version=version, data_category=category, **which):
            force(each, treatment=treatment)


def words_of_newest(sharing: Sharing) -> str:
    event = Event.objects.filter(kind="record.corrected").latest("sequence")
    words = kinds.words(event, sharing.clerk.person)
    assert words is not None
    return words.body


def heads_of(agency: Agency) -> set[User]:
    """Its administrators, who are told where nobody there is a records custodian or privacy officer."""
    found = Membership.objects.current().filter(agency=agency).with_role(Role.ADMINISTRATOR)
    return {each.person for each in found.select_related("person")}


def test_an_agency_without_an_office_is_told_by_its_administrators(sharing: Sharing, case: Record) -> None:
    another = person(sharing.recipient, roles=(Role.ADMINISTRATOR,)).person
    looks(sharing.clerk, case)
    force(sharing.clerk, ended_at=timezone.now())
    commands.seal_record(**by(sharing.custodian, case), **make.order())
    assert another in told("record.recalled") == heads_of(sharing.recipient), "who looked has left"


def test_of_a_sealed_record_nobody_is_told_or_reads_a_correction(sharing: Sharing, case: Record) -> None:
    looks(sharing.clerk, case)
    commands.tell_of_correction(**by(sharing.custodian, case), category="charges")
    event = Event.objects.get(kind="record.corrected")
    assert kinds.words(event, sharing.clerk.person) is not None
    commands.seal_record(**by(sharing.custodian, case), **make.order("26-SO-114"))
    assert kinds.words(event, sharing.clerk.person) is None
    with pytest.raises(Refused, match="not there any more"):
        commands.tell_of_correction(**by(sharing.custodian, case), category="name")
    assert "Tell them of a correction" not in page(sharing.custodian, case).content.decode()


def test_nobody_is_told_of_what_nobody_else_looked_at(sharing: Sharing, case: Record) -> None:
    looks(sharing.owners_clerk, case)
    signed_in(sharing.outsider).get(reverse("records:detail", args=[case.pk]))
    commands.seal_record(**by(sharing.custodian, case), **make.order("26-SO-114"))
    assert told("record.recalled") == set()
    assert not readers.agencies(case.pk, sharing.owner.pk).exists()


def test_who_left_is_told_nothing(sharing: Sharing, case: Record) -> None:
    looks(sharing.clerk, case)
    commands.seal_record(**by(sharing.custodian, case), **make.order("26-SO-114"))
    event = Event.objects.get(kind="record.recalled")
    assert kinds.concerned(event, sharing.clerk.person)
    force(sharing.clerk, ended_at=timezone.now())
    assert not kinds.concerned(event, sharing.clerk.person)
    assert Agency.objects.filter(pk=sharing.recipient.pk).exists()
