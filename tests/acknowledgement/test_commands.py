"""Accepting, publishing rules of behavior, and being reminded: who may, what is refused, who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies import commands as agencies
from agencies.models import Role, User
from portal.acknowledgement import commands, due
from portal.acknowledgement.models import COUNTS_FOR, Acceptance
from portal.acknowledgement.tasks import remind_of_acceptances
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.notices import kinds
from portal.notices.models import Notice
from tests import make
from tests.acknowledgement.test_deciding import age, new_version
from tests.records.scene import Sharing

pytestmark = pytest.mark.django_db


def told(kind: str) -> set[User]:
    return {each.recipient for each in Notice.objects.filter(event__kind=kind)}


def still_asked(kind: str, person: User) -> bool:
    """Whether the newest event of the kind still asks something of the person."""
    event = Event.objects.filter(kind=kind).latest("at")
    return any(each.asks and each.concerns(event, person) and each.still_due(event, person) for each in kinds.of(kind))


def accept(it: Sharing, *texts: str, actor: User | None = None) -> list[Acceptance]:
    return commands.accept(actor=actor or it.clerk.person, membership_id=it.clerk.pk, texts=texts)


# --- Accepting ------------------------------------------------------------------------------------------------------


def test_each_for_themselves_and_only_who_looks_at_records(sharing: Sharing) -> None:
    text = make.behavior_rules()
    with pytest.raises(PermissionDenied):
        accept(sharing, str(text.pk), actor=sharing.custodian.person)
    signatory = make.person(sharing.recipient, roles=(Role.SIGNATORY,))
    assert due.texts(signatory) == []
    with pytest.raises(PermissionDenied):
        commands.accept(actor=signatory.person, membership_id=signatory.pk, texts=[str(text.pk)])
    keeper = make.administrator_of(sharing.recipient)
    assert keeper is not None
    agencies.end_membership(actor=keeper, membership_id=sharing.clerk.pk, reason="Left")
    with pytest.raises(PermissionDenied):
        accept(sharing, str(text.pk))


def test_what_is_accepted_is_kept_with_its_text_and_agency(sharing: Sharing) -> None:
    rules = make.behavior_rules()
    (made,) = accept(sharing, str(rules.pk))
    event = Event.objects.get(kind="texts.accepted", detail__texts__0__text=str(rules.pk))
    assert (event.actor_id, event.acting_agency_id) == (sharing.clerk.person_id, sharing.recipient.pk)
    kept = Acceptance.objects.get(pk=made.pk)
    assert (kept.person, kept.agency, kept.rules) == (sharing.clerk.person, sharing.recipient, rules)


def test_accepted_twice_it_is_written_once(sharing: Sharing) -> None:
    text = str(make.behavior_rules().pk)
    assert len(accept(sharing, text)) == 1
    assert accept(sharing, text) == []
    assert Event.objects.filter(kind="texts.accepted", detail__texts__0__text=text).count() == 1


def test_near_its_end_it_is_accepted_anew(sharing: Sharing) -> None:
    text = str(make.behavior_rules().pk)
    (made,) = accept(sharing, text)
    age(made, COUNTS_FOR - due.SOON - timedelta(hours=1))
    assert accept(sharing, text) == []
    age(Acceptance.objects.get(pk=made.pk), timedelta(hours=2))
    assert len(accept(sharing, text)) == 1


def test_nothing_ticked_and_a_text_of_before_are_refused(sharing: Sharing) -> None:
    old = sharing.owner.privacy_policy.versions.get()
    new_version(sharing.owner)
    with pytest.raises(Refused, match="Tick what you accept"):
        accept(sharing)
    with pytest.raises(Refused, match="no longer the one in force"):
        accept(sharing, str(old.pk))
    with pytest.raises(Refused, match="no longer the one in force"):
        accept(sharing, "nonsense")


def test_what_is_published_while_it_is_accepted_is_said(sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    rules, before = make.behavior_rules(), due.texts(sharing.clerk)
    make.behavior_rules("I look twice.")
    texts = [*before, due.Text(rules)]
    monkeypatch.setattr(due, "texts", lambda membership: texts)
    with pytest.raises(Refused, match="no longer the one in force"):
        accept(sharing, str(rules.pk))


# --- Rules of behavior ----------------------------------------------------------------------------------------------


def publish(actor: User, number: int = 1, text: str = "I look.") -> None:
    commands.publish_rules(actor=actor, number=number, text=text)


def test_only_a_portal_administrator_publishes_rules(sharing: Sharing) -> None:
    for person in (sharing.clerk.person, make.administrator_of(sharing.owner)):
        assert person is not None
        with pytest.raises(PermissionDenied):
            publish(person)


def test_rules_are_published_one_after_the_other(sharing: Sharing) -> None:
    admin = make.portal_administrator()
    with pytest.raises(ValidationError):
        publish(admin, text=" ")
    publish(admin)
    with pytest.raises(Refused, match="Version 1 was published meanwhile"):
        publish(admin)
    for same in (" I look. ", "I look.\r\n"):
        with pytest.raises(Refused, match="in force already"):
            publish(admin, number=2, text=same)
    publish(admin, number=2, text="I look twice.")
    found = due.rules_in_force()
    assert found is not None
    assert (found.number, found.text) == (2, "I look twice.")


# --- Being told -----------------------------------------------------------------------------------------------------


def test_whoever_must_accept_is_told_and_no_longer_asked_once_they_did(sharing: Sharing) -> None:
    new_version(sharing.owner)
    asked = "policy.published"
    assert sharing.clerk.person in told(asked)
    assert sharing.outsider.person not in told(asked)
    assert still_asked(asked, sharing.clerk.person)
    event = Event.objects.filter(kind=asked).latest("at")
    for person in (sharing.clerk.person, sharing.owners_clerk.person):
        said = kinds.words(event, person)
        assert said is not None
        assert said.subject.startswith("Accept a new privacy policy"), "what asks something comes first"
    make.accepted(sharing.clerk)
    assert not still_asked(asked, sharing.clerk.person)
    make.behavior_rules()
    assert {sharing.clerk.person, sharing.outsider.person, sharing.custodian.person} <= told("rules.published")
    assert make.administrator_of(sharing.owner) not in told("rules.published")


def test_of_what_ends_soon_one_is_told_once(sharing: Sharing) -> None:
    make.behavior_rules()
    make.accepted(sharing.clerk)
    for each in sharing.clerk.person.acceptances.all():
        age(each, COUNTS_FOR - due.SOON + timedelta(hours=1))
    remind_of_acceptances()
    remind_of_acceptances()
    assert told("acceptances.end") == {sharing.clerk.person}
    (event,) = Event.objects.filter(kind="acceptances.end")
    assert len(event.detail["acceptances"]) == 2
    assert still_asked("acceptances.end", sharing.clerk.person)
    accept(sharing, *(each.key for each in due.texts(sharing.clerk)))
    assert not still_asked("acceptances.end", sharing.clerk.person)


def test_of_what_was_superseded_or_lapsed_nobody_is_reminded(sharing: Sharing) -> None:
    (old,) = sharing.clerk.person.acceptances.all()
    age(old, COUNTS_FOR - due.SOON + timedelta(hours=1))
    new_version(sharing.owner)
    remind_of_acceptances()
    make.accepted(sharing.clerk)
    age(sharing.clerk.person.acceptances.latest("accepted_at"), COUNTS_FOR)
    remind_of_acceptances()
    assert told("acceptances.end") == set()
