import pytest

from agencies.models import Membership
from tests import make

pytestmark = pytest.mark.django_db


def test_a_person_can_be_made() -> None:
    clerk = make.person()
    assert clerk.roles == ["clerk"]
    assert Membership.objects.current().filter(agency=clerk.agency).count() == 2
    make.auditor()
    make.auditor(clerk.agency)
    make.record_set(clerk.agency)
    make.agency(active=False)
