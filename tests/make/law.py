"""Law to rest on, entered by an officer."""

from typing import Any

from agencies.models import User
from privacy.law import commands
from privacy.law.models import LawChange, LegalAuthority

from .people import agency
from .policies import privacy_officer


def authority(
    citation: str = "28 CFR 20.21", title: str = "Dissemination", *, by: User | None = None
) -> LegalAuthority:
    """A federal regulation that every agency can cite."""
    officer = by or privacy_officer(agency())
    return commands.enter_authority(
        actor=officer,
        agency_id=officer.memberships.get().agency_id,
        citation=citation,
        title=title,
        kind="regulation",
        jurisdiction="US",
        link="https://law.example/20",
    )


def law_change(by: User, **values: Any) -> LawChange:
    """An idea that a privacy officer's agency alone reads, unless said otherwise."""
    said = {
        "title": "Let dispositions be shared with probation",
        "kind": "statute",
        "text": "A court may share a disposition with a probation department.",
        "unblocks": "Notices of dispositions to Probation.",
        **values,
    }
    return commands.enter_change(actor=by, agency_id=by.memberships.get().agency_id, **said)
