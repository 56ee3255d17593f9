"""The verbs of acknowledgement: the only writers of rules of behavior, acceptances and reminders of them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, transaction

from agencies.models import RECORD_ROLES, Agency, Membership, User
from portal.audit.record import record
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from privacy.models import PolicyVersion

from . import due, policy
from .models import Acceptance, AcceptanceReminder, BehaviorRules

NEWER = "One of these texts is no longer the one in force. Read the new one, then accept it."


@transaction.atomic(durable=True)
def publish_rules(*, actor: User, number: int, text: str, changed: str = "") -> BehaviorRules:
    """Put a text of the rules of behavior in force at once. `number`: the one that it is to have, as the form said."""
    person = User.objects.for_update(actor.pk)
    policy.may_publish_rules(person)
    last = due.rules_in_force()
    before = last.number if last else 0
    if number != before + 1:
        raise Refused(f"Version {before} was published meanwhile. Read it first.", code="newer")
    text = "\n".join(text.strip().splitlines())  # browsers end lines their own way
    made = BehaviorRules(number=number, text=text, changed=changed.strip(), published_by=person)
    if last and made.text == last.text:
        raise Refused("This is the text that is in force already.", code="same")
    made.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # two at once: the number is taken, and only the database can say so in time
        raise Refused("Another text was published meanwhile. Read it first.", code="newer") from None
    tell(record("rules.published", made, actor=person, number=made.number))
    return made


@transaction.atomic(durable=True)
def accept(*, actor: User, membership_id: UUID, texts: Collection[str]) -> list[Acceptance]:
    """Accept texts by their ids, acting under a membership. What counts still for a while is not written again."""
    person = User.objects.for_update(actor.pk)
    membership = Membership.objects.select_related("person", "agency").get(pk=membership_id)
    policy.may_accept(person, membership)
    if not texts:
        raise Refused("Tick what you accept.", code="none")
    known = {each.key: each for each in due.texts(membership)}
    if set(texts) - set(known):
        raise Refused(NEWER, code="newer")
    now = database_now()
    asked = [each for each in known.values() if each.key in texts]
    soon = due.ending(asked, now)
    new = [each for each in asked if each in soon or not each.counts(now)]
    try:
        with transaction.atomic():
            made = Acceptance.objects.bulk_create([_acceptance(person, membership, each) for each in new])
    except IntegrityError:  # a new version was published since the texts were read
        raise Refused(NEWER, code="newer") from None
    if made:
        what = [{"text": each.key, "title": str(each.of)} for each in new]
        agency_id = membership.agency_id
        record("texts.accepted", person, actor=person, acting_agency_id=agency_id, agency=str(agency_id), texts=what)
    return made


def _acceptance(person: User, membership: Membership, text: due.Text) -> Acceptance:
    version, rules = (text.of, None) if isinstance(text.of, PolicyVersion) else (None, text.of)
    return Acceptance(person=person, agency_id=membership.agency_id, policy_version=version, rules=rules)


def pretend_accepted(agency: Agency) -> None:
    """As if everybody at the agency had accepted what is asked there; in a transaction that the caller undoes."""
    here = Membership.objects.current().with_role(*RECORD_ROLES).filter(agency=agency).select_related("person")
    members, texts, now = list(here), due.in_force(agency.pk), database_now()
    accepted = due.latest([each.person_id for each in members], texts)
    missing = [
        _acceptance(each.person, each, due.Text(text))
        for each in members
        for text in texts
        if not due.Text(text, accepted.get((each.person_id, text.pk))).counts(now)
    ]
    Acceptance.objects.bulk_create(missing, batch_size=1000)


@transaction.atomic(durable=True)
def remind(*, person_id: UUID) -> list[AcceptanceReminder]:
    """Tell somebody once which acceptances stop counting soon; nothing where they were told or nothing is asked."""
    person = User.objects.for_update(person_id)
    found = due.ending_acceptances(person).filter(reminder=None)
    made = AcceptanceReminder.objects.bulk_create([AcceptanceReminder(acceptance=each) for each in found])
    if made:
        tell(record("acceptances.end", person, actor=None, acceptances=[str(each.pk) for each in made]))
    return made
