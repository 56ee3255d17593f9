"""Two privacy officers at the same moment, on real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from portal.audit.models import Event
from portal.kernel.errors import Refused
from privacy import commands
from privacy.models import PolicyVersion, Provision
from tests import make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

S = PolicyVersion.Status


def at_once(*works: Callable[[], object]) -> list[str]:
    """Runs all from the same moment on, each on its own connection; returns the codes of those that were refused."""
    barrier = threading.Barrier(len(works))
    codes: list[str] = []
    errors: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            work()
        except Refused as why:
            codes.append(why.code)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors, errors
    return codes


def test_two_publications_at_once_publish_once() -> None:
    court = make.agency()
    one, other = make.privacy_officer(court), make.person(court, roles=("privacy_officer",)).person
    first = make.policy(court)
    draft = commands.start_new_version(actor=one, policy_id=first.policy_id)
    make.adopted(draft, by=one)
    codes = at_once(
        lambda: commands.publish(actor=one, version_id=draft.pk),
        lambda: commands.publish(actor=other, version_id=draft.pk),
    )
    assert codes == ["final"]
    assert list(first.policy.versions.published()) == [draft]
    assert Event.objects.filter(kind="policy.published", subject_id=first.policy_id).count() == 2
    first.refresh_from_db()
    draft.refresh_from_db()
    assert first.superseded_at == draft.published_at


def test_two_first_drafts_at_once_make_one_policy() -> None:
    court = make.agency()
    one, other = make.privacy_officer(court), make.person(court, roles=("privacy_officer",)).person
    codes = at_once(
        lambda: make.policy_draft(court, actor=one),
        lambda: make.policy_draft(court, actor=other),
    )
    assert codes == ["has_policy"]
    assert PolicyVersion.objects.filter(policy__agency=court).count() == 1


def test_an_edit_beside_a_publication_stops_it_or_is_refused() -> None:
    court = make.agency()
    officer = make.privacy_officer(court)
    draft = make.policy_draft(court, actor=officer)
    provision = draft.provisions.get(number="1.1")

    def edit() -> None:
        commands.save_provision(
            actor=officer,
            version_id=draft.pk,
            provision_id=provision.pk,
            section=1,
            number="1.1",
            heading="Why",
            text="Changed at the last moment.",
        )

    make.adopted(draft, by=officer)
    codes = at_once(edit, lambda: commands.publish(actor=officer, version_id=draft.pk))
    draft.refresh_from_db()
    changed = Provision.objects.get(pk=provision.pk).text == "Changed at the last moment."
    # Whichever came first: an edit ends the adoption, and a publication ends the editing.
    assert (draft.status, codes) == ((S.DRAFT, ["incomplete"]) if changed else (S.PUBLISHED, ["final"]))
