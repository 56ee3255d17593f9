"""The verbs of a privacy policy: the only writers of policies, versions, provisions and disclosure rules.

The policy's row is the root that every command locks, so that no text changes under a publication.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from agencies.models import Agency, User
from portal.audit.record import record
from portal.kernel import history
from portal.kernel.clock import database_now
from portal.kernel.errors import Refused
from portal.notices.tell import tell

from . import policy, standard
from .assessment import copying as assessed
from .development import copying as marks
from .development import policy as development
from .law import copying
from .models import DisclosureRule, PolicyVersion, Principle, PrivacyPolicy, Provision, Treatment
from .rules import LAST_BEFORE_FIRST, NOTHING_TO_HANDLE, treatments_of
from .sections import in_order

S = PolicyVersion.Status


def _note(kind: str, version: PolicyVersion, actor: User, **detail: object) -> None:
    root = version.policy
    tell(record(kind, root, actor=actor, acting_agency_id=root.agency_id, version=version.number, **detail))


def _locked(version_id: UUID) -> PolicyVersion:
    """The version as it is once its policy's row is ours."""
    versions = PolicyVersion.objects.select_related("policy__agency")
    with _still_there("draft"):
        PrivacyPolicy.objects.for_update(versions.get(pk=version_id).policy_id)
        return versions.get(pk=version_id)


@contextmanager
def _still_there(what: str) -> Iterator[None]:
    try:
        yield
    except ObjectDoesNotExist:
        raise Refused(f"This {what} is gone: it was removed while you were here.", code="gone") from None


@transaction.atomic(durable=True)
def draft_policy(
    *,
    actor: User,
    agency_id: UUID,
    title: str,
    summary: str,
    officer_name: str,
    officer_email: str,
    officer_phone: str = "",
) -> PolicyVersion:
    """Begin an agency's policy from the standard provisions and rules. Returns version 1, a draft."""
    agency = Agency.objects.for_update(agency_id)
    policy.may_draft(actor, agency)
    root = PrivacyPolicy(agency=agency, title=title.strip())
    root.full_clean()
    history.save(root, actor=actor, reason="Drafted")
    version = PolicyVersion(
        policy=root,
        number=1,
        summary=summary.strip(),
        officer_name=officer_name.strip(),
        officer_email=officer_email.strip(),
        officer_phone=officer_phone.strip(),
    )
    version.full_clean()
    history.save(version, actor=actor, reason="Drafted")
    _write_standard(version, actor)
    _note("policy.drafted", version, actor)
    return version


def _write_standard(version: PolicyVersion, actor: User) -> None:
    written: dict[str, Provision] = {}
    for text in standard.provisions(version.policy.agency.name):
        written[text.number] = Provision(version=version, written_by=actor, **text._asdict())
        history.save(written[text.number], actor=actor, reason="From the standard policy")
    for rule in standard.rules():
        values = {**rule._asdict(), "provision": written[rule.provision], "written_by": actor}
        history.save(DisclosureRule(version=version, **values), actor=actor, reason="From the standard policy")


@transaction.atomic(durable=True)
def start_new_version(*, actor: User, policy_id: UUID) -> PolicyVersion:
    """Begin the next version as a copy of the newest one, which stays in force until the next is published."""
    root = PrivacyPolicy.objects.for_update(policy_id)
    policy.may_start_version(actor, root)
    newest = root.versions.select_related("policy__agency").order_by("-number")[:1].get()
    version = PolicyVersion(
        policy=root,
        number=newest.number + 1,
        summary=newest.summary,
        officer_name=newest.officer_name,
        officer_email=newest.officer_email,
        officer_phone=newest.officer_phone,
    )
    history.save(version, actor=actor, reason=f"Copied from version {newest.number}")
    _copy(newest, version, actor)
    _note("policy.version_started", version, actor)
    return version


def _copy(source: PolicyVersion, version: PolicyVersion, actor: User) -> None:
    reason = f"Copied from version {source.number}"
    copies: dict[UUID, Provision] = {}
    for old in source.provisions.all():
        copies[old.pk] = Provision(
            version=version,
            section=old.section,
            number=old.number,
            heading=old.heading,
            text=old.text,
            principles=old.principles,
            written_by_id=old.written_by_id,
        )
        history.save(copies[old.pk], actor=actor, reason=reason)
    copying.carry(copies, actor, reason)
    rules: dict[UUID, DisclosureRule] = {}
    for rule in in_order(source.rules.all()):
        rules[rule.pk] = DisclosureRule(
            version=version,
            code=rule.code,
            recipient=rule.recipient,
            participant_role=rule.participant_role,
            data_category=rule.data_category,
            purposes=rule.purposes,
            treatment=rule.treatment,
            reason=rule.reason,
            obligations=rule.obligations,
            handling=rule.handling,
            effective_from=rule.effective_from,
            effective_to=rule.effective_to,
            provision=copies[rule.provision_id],
            written_by_id=rule.written_by_id,
        )
        history.save(rules[rule.pk], actor=actor, reason=reason)
    marks.carry(source, copies)
    assessed.carry(source, version, copies, rules, actor)


@transaction.atomic(durable=True)
def edit_version(
    *,
    actor: User,
    version_id: UUID,
    summary: str,
    officer_name: str,
    officer_email: str,
    officer_phone: str = "",
) -> PolicyVersion:
    """Change a draft's plain-words summary and the privacy officer's contact."""
    version = _locked(version_id)
    policy.may_edit(actor, version)
    version.summary = summary.strip()
    version.officer_name = officer_name.strip()
    version.officer_email = officer_email.strip()
    version.officer_phone = officer_phone.strip()
    version.full_clean()
    history.save(version, actor=actor, reason="Edited")
    return version


@transaction.atomic(durable=True)
def save_provision(
    *,
    actor: User,
    version_id: UUID,
    provision_id: UUID | None = None,
    section: int,
    number: str,
    heading: str,
    text: str,
    principles: Iterable[str] | None = None,
) -> Provision:
    """Add a provision to a draft, or change one. ValidationError when its number is taken or of another section."""
    version = _locked(version_id)
    policy.may_edit(actor, version)
    with _still_there("provision"):
        provision = version.provisions.get(pk=provision_id) if provision_id else Provision(version=version)
    before = (provision.number, provision.heading, provision.text)
    provision.section = section
    provision.number = number.strip()
    provision.heading = heading.strip()
    provision.text = text.strip()
    if before != (provision.number, provision.heading, provision.text) or provision.written_by_id is None:
        provision.written_by = actor  # whose words these are now
    if principles is not None:
        provision.principles = [each for each in Principle.values if each in set(principles)]
    _check_number(provision)
    provision.full_clean()
    history.save(provision, actor=actor, reason="Edited" if provision_id else "Added")
    return provision


def _check_number(provision: Provision) -> None:
    section, number = provision.section, provision.number
    before, point, after = number.partition(".")
    if not (before == str(section) and point and after.isdigit()):
        raise ValidationError({"number": f"Number it within its section: {section}.1, {section}.2 and so on."})
    if provision.version.provisions.exclude(pk=provision.pk).filter(number=number).exists():
        raise ValidationError({"number": f"There is a provision {number} already. Choose another number."})


@transaction.atomic(durable=True)
def remove_provision(*, actor: User, provision_id: UUID) -> PolicyVersion:
    """Take a provision out of a draft; refused while a rule rests on it, or it is named as what mitigates a risk."""
    with _still_there("provision"):
        version = _locked(Provision.objects.get(pk=provision_id).version_id)
        provision = version.provisions.get(pk=provision_id)
    provision.version = version
    policy.may_remove(actor, provision)
    history.delete(provision, actor=actor, reason="Removed")
    return version


@transaction.atomic(durable=True)
def save_rule(
    *,
    actor: User,
    version_id: UUID,
    rule_id: UUID | None = None,
    recipient: str,
    participant_role: str,
    data_category: str,
    purposes: Iterable[str],
    treatment: str,
    reason: str,
    provision_id: UUID,
    obligations: Iterable[str] = (),
    handling: str = "",
    effective_from: date | None = None,
    effective_to: date | None = None,
) -> DisclosureRule:
    """Add a disclosure rule to a draft, or change one; a new rule takes the next free code."""
    version = _locked(version_id)
    policy.may_edit(actor, version)
    with _still_there("rule"):
        rule = version.rules.get(pk=rule_id) if rule_id else DisclosureRule(version=version, code=_next_code(version))
    rested_on = rule.provision_id
    rule.written_by = actor
    rule.recipient = recipient
    rule.participant_role = participant_role
    rule.data_category = data_category
    rule.purposes = sorted(set(purposes))
    rule.treatment = treatment
    rule.reason = reason.strip()
    rule.obligations, rule.handling = sorted(set(obligations)), " ".join(handling.split())
    rule.effective_from, rule.effective_to = effective_from, effective_to
    with _still_there("provision"):
        rule.provision = version.provisions.get(pk=provision_id)
    _check_rule(rule)
    rule.full_clean()
    history.save(rule, actor=actor, reason="Edited" if rule_id else "Added")
    if rested_on not in (None, rule.provision_id):
        _lost(version.provisions.get(pk=rested_on), rule, actor)
    return rule


def _lost(provision: Provision, rule: DisclosureRule, actor: User) -> None:
    """A provision that a rule rests on no more says something else; whoever brought that about does not review it."""
    provision.written_by = actor
    history.save(provision, actor=actor, reason=f"Rule {rule.code} rests on it no more")


def _check_rule(rule: DisclosureRule) -> None:
    if rule.treatment not in treatments_of(rule.data_category):
        raise ValidationError({"treatment": "This kind of data cannot be treated so. Choose another treatment."})
    if rule.treatment == Treatment.WITHHELD and (rule.obligations or rule.handling):
        raise ValidationError({"obligations": NOTHING_TO_HANDLE})
    if rule.effective_from and rule.effective_to and rule.effective_to < rule.effective_from:
        raise ValidationError({"effective_to": LAST_BEFORE_FIRST})
    same = rule.version.rules.exclude(pk=rule.pk).filter(
        recipient=rule.recipient,
        participant_role=rule.participant_role,
        data_category=rule.data_category,
        purposes=rule.purposes,
    )
    if rule.effective_from:
        same = same.exclude(effective_to__lt=rule.effective_from)
    if rule.effective_to:
        same = same.exclude(effective_from__gt=rule.effective_to)
    if known := same.first():
        on_days = " on some of these days" if known.effective_from or known.effective_to else ""
        raise ValidationError(
            f"Rule {known.code} speaks of the same people, data and purposes{on_days}. Change that one."
        )


def _next_code(version: PolicyVersion) -> str:
    rules = in_order(version.rules.all())
    return f"R{int(rules[-1].code.removeprefix('R')) + 1}" if rules else "R1"


@transaction.atomic(durable=True)
def remove_rule(*, actor: User, rule_id: UUID) -> PolicyVersion:
    """Take a disclosure rule out of a draft; refused while it is named as what mitigates a risk."""
    with _still_there("rule"):
        version = _locked(DisclosureRule.objects.get(pk=rule_id).version_id)
        rule = version.rules.get(pk=rule_id)
    rule.version = version
    policy.may_remove(actor, rule)
    history.delete(rule, actor=actor, reason="Removed")
    _lost(version.provisions.get(pk=rule.provision_id), rule, actor)
    return version


@transaction.atomic(durable=True)
def discard_draft(*, actor: User, version_id: UUID) -> PrivacyPolicy | None:
    """Throw a draft away; its history stays. Returns the policy, or None if the draft was all there was of it."""
    version = _locked(version_id)
    policy.may_edit(actor, version)
    root = version.policy
    _note("policy.draft_discarded", version, actor)
    assessed.discard(version, actor)
    try:
        for part in (*version.rules.all(), *version.provisions.all(), version):
            history.delete(part, actor=actor, reason="Draft discarded")
    except ProtectedError:
        raise Refused(
            "A board was asked to adopt this draft, and its file keeps it. Change the draft instead.",
            code="before_board",
        ) from None
    if root.versions.exists():
        return root
    history.delete(root, actor=actor, reason="Draft discarded")
    return None


@transaction.atomic(durable=True)
def publish(*, actor: User, version_id: UUID) -> PolicyVersion:
    """Put a draft in force that is complete, reviewed and adopted.

    The version before ends at the same moment, so that one is always in force.
    """
    version = _locked(version_id)
    development.may_publish(actor, version)
    moment = database_now()
    for before in version.policy.versions.published():
        before.status, before.superseded_at = S.SUPERSEDED, moment
        history.save(before, actor=actor, reason=f"Superseded by version {version.number}")
    version.status, version.published_at = S.PUBLISHED, moment
    history.save(version, actor=actor, reason="Published")
    _note("policy.published", version, actor)
    return version
