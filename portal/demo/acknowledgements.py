"""The rules of behavior of the demonstration, and who accepted what holds for shared records: all but one."""

from __future__ import annotations

from agencies.models import RECORD_ROLES, Membership, User
from portal.acknowledgement import commands, due
from privacy import standard

AWAITED = "o.tran@da.example"
"""Whom the portal still asks, so that the demonstration shows what that is like."""


def load(admin: User) -> None:
    """What is there already is left alone; whoever still has something to accept does, but for one."""
    if due.rules_in_force() is None:
        commands.publish_rules(actor=admin, number=1, text=standard.behavior())
    here = Membership.objects.current().with_role(*RECORD_ROLES).select_related("person", "agency")
    for member in here.exclude(person__email=AWAITED):
        if texts := [each.key for each in due.missing(member)]:
            commands.accept(actor=member.person, membership_id=member.pk, texts=texts)
