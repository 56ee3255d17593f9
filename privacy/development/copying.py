"""Marks go on with the next version of a policy: they are of words, and the words are the same."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from privacy.models import PolicyVersion, Provision

from . import progress
from .models import ProvisionMark


def carry(source: PolicyVersion, copies: Mapping[UUID, Provision]) -> None:
    """Let the marks that hold in a version hold for the copies of its provisions, as of who gave them and when."""
    ProvisionMark.objects.bulk_create(
        ProvisionMark(
            provision=copies[key],
            finding=mark.finding,
            remark=mark.remark,
            words_sha256=mark.words_sha256,
            by_id=mark.by_id,
            at=mark.at,
            carried=True,
        )
        for key, mark in progress.of(source).marks.items()
    )
