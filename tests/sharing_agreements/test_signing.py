"""Each party's answer to the exact text: who, when, what, and what follows."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Agency, Role, User
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.notices.models import Notice
from sharing_agreements import commands
from sharing_agreements.models import Agreement, Grant, Party, Signature
from tests import kept, make

from .conftest import Pair

pytestmark = pytest.mark.django_db

S = Agreement.Status


def party(agreement: Agreement, agency: Agency) -> Party:
    version = Agreement.objects.get(pk=agreement.pk).current_version
    assert version is not None
    return version.parties.select_related("version").get(agency=agency)


def signatory(agency: Agency, title: str = "") -> User:
    return make.person(agency, roles=(Role.SIGNATORY,), title=title).person


def sign(agreement: Agreement, agency: Agency, actor: User | None = None, sha256: str | None = None) -> Agreement:
    answering = party(agreement, agency)
    return commands.sign(
        actor=actor or signatory(agency),
        agreement_id=agreement.pk,
        party_id=answering.pk,
        sha256=answering.version.sha256 if sha256 is None else sha256,
    )


@kept.fixture
def signing(pair: Pair) -> Agreement:
    return make.in_signing(pair.court, pair.police, pair.cases)


def test_the_last_signature_puts_it_in_force_and_opens_the_grants(pair: Pair, signing: Agreement) -> None:
    judge = signatory(pair.court, "Presiding judge")
    assert sign(signing, pair.court, judge).status == S.SIGNING
    assert not Grant.objects.exists()
    done = sign(signing, pair.police)
    assert done.status == S.IN_FORCE
    assert done.in_force_at is not None
    given = Signature.objects.get(signatory=judge)
    assert (given.title, given.decision, given.sha256) == ("Presiding judge", "signed", given.version.sha256)
    assert Grant.objects.live().get().recipient == pair.police


def test_everybody_who_looks_at_records_is_told_when_it_is_in_force(pair: Pair, signing: Agreement) -> None:
    clerk = make.person(pair.police).person
    make.signed_by_all(signing)
    event = Event.objects.get(subject_id=signing.pk, kind="agreement.in_force")
    assert Notice.objects.filter(event=event, recipient=clerk).exists()


def test_one_party_declining_ends_it_for_all(pair: Pair, signing: Agreement) -> None:
    answering = party(signing, pair.police)
    chief = signatory(pair.police)
    with pytest.raises(ValidationError):
        commands.decline(
            actor=chief, agreement_id=signing.pk, party_id=answering.pk, sha256=answering.version.sha256, reason=" "
        )
    done = commands.decline(
        actor=chief, agreement_id=signing.pk, party_id=answering.pk, sha256=answering.version.sha256, reason="Costs"
    )
    assert done.status == S.REJECTED
    with pytest.raises(Refused) as why:
        sign(signing, pair.court)
    assert why.value.code == "not_signing"
    assert not Grant.objects.exists()


def test_only_a_signatory_of_that_party_answers(pair: Pair, signing: Agreement) -> None:
    others = [signatory(pair.court), make.person(pair.police, roles=(Role.ADMINISTRATOR, Role.DRAFTER)).person]
    for person in (*others, make.portal_administrator(), make.auditor(), signing.author):
        with pytest.raises(PermissionDenied):
            sign(signing, pair.police, person)


def test_a_party_answers_once(pair: Pair, signing: Agreement) -> None:
    chief = signatory(pair.police)
    sign(signing, pair.police, chief)
    with pytest.raises(Refused, match="You signed for") as why:
        sign(signing, pair.police, chief)
    assert (why.value.code, why.value.repeated) == ("answered", True)
    with pytest.raises(Refused, match="signed already") as why:
        sign(signing, pair.police)
    assert not why.value.repeated, "another signatory was first: a conflict"
    assert Signature.objects.count() == 1


def test_answering_again_after_it_is_in_force_says_that_it_was_answered(pair: Pair, signing: Agreement) -> None:
    sign(signing, pair.court)
    chief = signatory(pair.police)
    sign(signing, pair.police, chief)
    with pytest.raises(Refused) as why:
        sign(signing, pair.police, chief)
    assert why.value.code == "answered"


@pytest.mark.parametrize("sha256", ["", "0" * 64])
def test_another_text_than_the_one_that_was_read_is_not_signed(pair: Pair, signing: Agreement, sha256: str) -> None:
    with pytest.raises(Refused) as why:
        sign(signing, pair.police, sha256=sha256)
    assert why.value.code == "other_text"


def test_nobody_signs_before_the_board_approved(pair: Pair) -> None:
    submitted = make.submitted(pair.court, pair.police, pair.cases)
    with pytest.raises(Refused) as why:
        sign(submitted, pair.police)
    assert why.value.code == "not_signing"


def test_a_party_of_an_older_version_does_not_sign(pair: Pair) -> None:
    submitted = make.submitted(pair.court, pair.police, pair.cases)
    old = party(submitted, pair.police)
    commands.take_back(actor=submitted.author, agreement_id=submitted.pk, reason="A typing mistake")
    again = commands.submit(actor=submitted.author, agreement_id=submitted.pk)
    signing = make.carry(make.ballot(make.the_board(), again))
    with pytest.raises(Party.DoesNotExist):
        commands.sign(actor=signatory(pair.police), agreement_id=signing.pk, party_id=old.pk, sha256=old.version.sha256)
