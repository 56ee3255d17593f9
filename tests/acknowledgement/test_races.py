"""Two people at the same moment, on real transactions."""

from __future__ import annotations

import pytest

from portal.acknowledgement import commands, due
from portal.acknowledgement.models import Acceptance, BehaviorRules
from tests import make
from tests.privacy.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


def test_two_texts_of_the_same_number_at_once_are_one() -> None:
    one, other = (make.portal_administrator(f"{name}@portal.example") for name in ("one", "other"))
    codes = at_once(
        lambda: commands.publish_rules(actor=one, number=1, text="I look."),
        lambda: commands.publish_rules(actor=other, number=1, text="I look twice."),
    )
    assert codes == ["newer"]
    assert BehaviorRules.objects.count() == 1


def test_the_same_acceptance_sent_twice_at_once_is_one() -> None:
    clerk, text = make.person(), make.behavior_rules()

    def accept() -> None:
        commands.accept(actor=clerk.person, membership_id=clerk.pk, texts=[str(text.pk)])

    assert at_once(accept, accept) == []
    assert Acceptance.objects.count() == 1
    assert due.missing(clerk) == []
