"""A court, its privacy officer and the first draft of its policy. Imported late: settings are known only once pytest
has been configured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import kept

if TYPE_CHECKING:
    from agencies.models import Agency, User
    from privacy.models import PolicyVersion


@kept.fixture
def court() -> Agency:
    from tests import make  # noqa: PLC0415

    return make.agency("Cedar Court", kind="court")


@kept.fixture
def officer(court: Agency) -> User:
    from tests import make  # noqa: PLC0415

    return make.privacy_officer(court)


@kept.fixture
def draft(court: Agency, officer: User) -> PolicyVersion:
    from tests import make  # noqa: PLC0415

    return make.policy_draft(court, actor=officer)
