"""The inbox of somebody whose agency has many agreements: subjects are read together."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.notices import inbox
from portal.notices.models import Notice
from portal.notices.tasks import deliver_notices
from tests import make

pytestmark = pytest.mark.django_db


def test_the_agreements_of_a_page_are_read_at_once() -> None:
    court, police, board = make.agency(kind="court"), make.agency(), make.board()
    held, reader = make.record_set(court), make.person(court, roles=("drafter",))
    for _ in range(3):
        make.agreement_in_force(court, police, held, on=board)
    while Notice.objects.owed().exists():
        deliver_notices()
    with CaptureQueriesContext(connection) as queries:
        page = inbox.page(reader.person)
    assert len(page.lines) > 8
    assert all(line.words and line.words.subject for line in page.lines)
    of_agreements = [q for q in queries if 'FROM "sharing_agreements_agreement" ' in q["sql"]]
    assert len(of_agreements) == 1
    of_concern = [q for q in queries if 'FROM "agencies_membership"' in q["sql"]]
    assert len(of_concern) <= 6, "whether it still concerns the reader is asked for each agreement and group of roles"
    assert len(queries) <= len(of_concern) + 4
