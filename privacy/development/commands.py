"""The verbs by which a draft is reviewed and adopted, and a policy looked through each year: the only writers here.

Each locks the policy's row first, as the commands do that change its words, so that nothing is marked that moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction

from agencies.models import Membership, User
from portal.audit.record import record
from portal.kernel.errors import Refused
from portal.notices.tell import tell
from privacy.models import PolicyVersion, PrivacyPolicy

from . import policy, progress, yearly
from .fingerprint import version_sha256, words_sha256
from .models import SHORT_OF, Adoption, Finding, ProvisionMark, ReviewRequest, YearlyReminder, YearlyReview


class Verdict(NamedTuple):
    """What a reviewer says of a provision, and of which words."""

    finding: str
    remark: str
    words_sha256: str


def _locked(version_id: UUID) -> PolicyVersion:
    """The version as it is once its policy's row is ours."""
    versions = PolicyVersion.objects.select_related("policy__agency")
    try:
        PrivacyPolicy.objects.for_update(versions.get(pk=version_id).policy_id)
        return versions.get(pk=version_id)
    except ObjectDoesNotExist:
        raise Refused("This draft is gone: it was discarded while you were here.", code="gone") from None


def _note(kind: str, version: PolicyVersion, actor: User | None, **detail: object) -> None:
    root = version.policy
    detail = {"version": version.number, "version_id": str(version.pk), **detail}
    tell(record(kind, root, actor=actor, acting_agency_id=root.agency_id, **detail))


@transaction.atomic(durable=True)
def ask_review(*, actor: User, version_id: UUID) -> ReviewRequest:
    """Give a draft to review, or again after a change. Who reviews is told; the head, if nothing is left to review."""
    version = _locked(version_id)
    policy.may_ask(actor, version)
    made = ReviewRequest.objects.create(version=version, by=actor)
    state = progress.of(version)
    _note("policy.review_asked" if state.unreviewed else "policy.reviewed", version, actor)
    return made


@transaction.atomic(durable=True)
def mark_provisions(*, actor: User, version_id: UUID, verdicts: Mapping[UUID, Verdict]) -> list[ProvisionMark]:
    """Say of some provisions how far they meet what is asked. ValidationError where a remark is missing.

    The words must still be those that the reviewer read.
    """
    version = _locked(version_id)
    policy.may_review(actor, version)
    if not verdicts:
        raise ValidationError("Say of at least one provision how far it is met.")
    there = {each.pk: each for each in version.provisions.select_related("version__policy").prefetch_related("rules")}
    marks = []
    for key, verdict in verdicts.items():
        provision = there.get(key)
        if provision is None or words_sha256(provision) != verdict.words_sha256:
            raise Refused("The draft changed while you read it. Read what changed, then mark it.", code="changed")
        provision.version = version
        policy.may_mark_words(actor, provision)
        marks.append(_mark(ProvisionMark(provision=provision, by=actor, words_sha256=verdict.words_sha256), verdict))
    ProvisionMark.objects.bulk_create(marks)
    state = progress.of(version)
    counts = {"marked": len(marks), "left": len(state.unreviewed), "short": len(state.short)}
    _note("policy.provisions_marked" if state.unreviewed else "policy.reviewed", version, actor, **counts)
    return marks


def _mark(mark: ProvisionMark, verdict: Verdict) -> ProvisionMark:
    mark.finding, mark.remark = verdict.finding, verdict.remark.strip()
    number = mark.provision.number
    if mark.finding not in Finding.values:
        raise ValidationError(f"Provision {number}: choose how far it is met.")
    if mark.finding in SHORT_OF and not mark.remark:
        raise ValidationError(f"Provision {number}: say in the remark what is missing.")
    return mark


@transaction.atomic(durable=True)
def adopt(*, actor: User, version_id: UUID, sha256: str) -> Adoption:
    """Adopt a draft for the agency, exactly as the head read it: `sha256` is of that text."""
    version = _locked(version_id)
    policy.may_adopt(actor, version)
    if sha256 != version_sha256(version):
        raise Refused("The draft changed while you read it. Read it again, then adopt it.", code="changed")
    works = Membership.objects.current().filter(person=actor.pk, agency=version.policy.agency_id).first()
    made = Adoption.objects.create(version=version, sha256=sha256, by=actor, title=works.title if works else "")
    _note("policy.adopted_by_head", version, actor)
    return made


def adopt_by_board(version: PolicyVersion, *, board: str, motion: str) -> Adoption:
    """What a board's decision on a draft brings about, in its transaction; the policy's row is locked by the caller."""
    policy.ready_for_adoption(version)
    sha256 = version_sha256(version)
    made = Adoption.objects.create(version=version, sha256=sha256, by=None, title=board, motion=motion)
    _note("policy.adopted_by_board", version, None)
    return made


@transaction.atomic(durable=True)
def still_right(*, actor: User, version_id: UUID, note: str) -> YearlyReview:
    """Say that the policy in force was looked through and stays as it is; it is due again in a year."""
    version = _locked(version_id)
    policy.may_look_through(actor, version)
    if not note.strip():
        raise ValidationError({"note": "Say what you looked at, and why it stays as it is."})
    made = YearlyReview(version=version, by=actor, note=note.strip())
    made.full_clean()
    made.save()
    _note("policy.found_still_right", version, actor)
    return made


@transaction.atomic(durable=True)
def remind_of_yearly_review(*, version_id: UUID) -> YearlyReminder | None:
    """Tell the privacy officers that the yearly review comes due, or is overdue; each once for each due day."""
    version = _locked(version_id)
    due = yearly.due_on(version)
    step = yearly.step_of(version, due)
    if due is None or step is None or version.yearly_reminders.filter(due_on=due, step=step).exists():
        return None
    made = YearlyReminder.objects.create(version=version, due_on=due, step=step)
    kind = "policy.yearly_review_late" if step == yearly.Step.LATE else "policy.yearly_review_due"
    _note(kind, version, None, due_on=due.isoformat())
    return made
