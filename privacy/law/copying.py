"""Citations go on with the next version of a policy."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from agencies.models import User
from portal.kernel import history
from privacy.models import Provision

from .models import ProvisionAuthority


def carry(copies: Mapping[UUID, Provision], actor: User, reason: str) -> None:
    """Let each provision rest on what the one rests on that it was copied from."""
    for each in ProvisionAuthority.objects.filter(provision__in=list(copies)):
        copied = ProvisionAuthority(provision=copies[each.provision_id], authority_id=each.authority_id)
        history.save(copied, actor=actor, reason=reason)
