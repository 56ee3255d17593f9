"""Law to rest on, entered by an officer."""

from agencies.models import User
from privacy.law import commands
from privacy.law.models import LegalAuthority

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
