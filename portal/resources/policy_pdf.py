"""A published policy to print and keep: what its public page says of it, as one document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from portal.kernel.documents import Document, Section
from privacy.assessment.state import shown
from privacy.development.progress import adoption_of
from privacy.models import PolicyVersion, Provision
from privacy.rules import sentence
from privacy.sections import SECTIONS, in_order

from . import published

DAY = "M j, Y"


def document_of(version: PolicyVersion) -> Document:
    """The version with its summary, rules, provisions, public risks, and what agreements share under it now."""
    owner = version.policy.agency
    with timezone.override(owner.time_zone):
        in_force = _in_force(version)
        return Document(
            title=version.policy.title,
            eyebrow=str(owner),
            subject="Privacy policy",
            dated=f"Version {version.number}. {in_force}",
            footer=f"{version.policy.title}, version {version.number}. {in_force}",
            sections=list(_sections(version)),
        )


def _in_force(version: PolicyVersion) -> str:
    since = date_format(timezone.localtime(version.published_at), DAY)
    if version.superseded_at is None:
        return f"In force since {since}"
    return f"In force from {since} to {date_format(timezone.localtime(version.superseded_at), DAY)}"


def _sections(version: PolicyVersion) -> Iterator[Section]:
    lines = [line.strip() for line in version.summary.splitlines() if line.strip()]
    yield Section("short", "In short", lines=lines)
    contact = [("Privacy officer", version.officer_name), ("Agency", str(version.policy.agency))]
    contact += [("Phone", version.officer_phone)] if version.officer_phone else []
    contact += [("Email", version.officer_email)]
    yield Section("contact", "Ask, correct, complain", pairs=contact)
    provisions = in_order(version.provisions.prefetch_related("citations__authority"))
    for each in SECTIONS:
        said = [_provision(one) for one in provisions if one.section == each.number]
        yield Section(f"s{each.number}", f"{each.number}. {each.name}", said=said)
    rules = in_order(version.rules.select_related("provision"))
    yield Section(
        "rules",
        "Who sees what: the rules in words",
        lines=[
            f"{rule.code}: {sentence(rule)} Because: {rule.reason}. Provision {rule.provision.number}."
            for rule in rules
        ],
        note="Confidential informants are never shown to anybody. An agreement may share less than this, never more.",
    )
    if risks := shown(version):
        yield Section("risks", "Impact assessment", said=[(each.title, _risk(each)) for each in risks])
    if version.superseded_at is None:
        yield _agreements(version)
    if adoption := adoption_of(version):
        on = date_format(timezone.localtime(adoption.at), DAY)
        yield Section(
            "adoption", "Adoption", text=f"Reviewed by a second person, and adopted by {adoption.adopter}, {on}."
        )


def _provision(one: Provision) -> tuple[str, str]:
    law = "; ".join(f"{each.authority.citation} ({each.authority.title})" for each in one.citations.all())
    return f"{one.number} {one.heading}", f"{one.text}\nRests on {law}" if law else one.text


def _risk(risk: Any) -> str:
    """Who could be harmed, how much, and what is done about it; not who answers for it, as on the page."""
    left = f", {risk.score_left} with the mitigation" if risk.mitigation else ", not mitigated"
    return f"Could harm: {risk.harms}. Scores {risk.score} of 25{left}.\n{risk.mitigation}".strip()


def _agreements(version: PolicyVersion) -> Section:
    owner = version.policy.agency
    found = published.owned_by(published.agreements_in_force(), owner.pk).order_by("number")
    rows = []
    for each in found:
        terms = published.terms_of(each, owner)
        shared = "; ".join(f"{term.record_set_name} to {term.recipient}" for term in terms)
        rows.append((each.number, each.title, shared))
    if not rows:
        return Section("agreements", "Agreements in force under it", text=f"{owner} shares no records now.")
    return Section(
        "agreements", "Agreements in force under it", columns=("Number", "Title", "What is shared"), rows=rows
    )
