"""Which agencies read, fill and lead an initiative: guardian's rows as a projection of its partners, in the caller's
transaction."""

from __future__ import annotations

from guardian.shortcuts import assign_perm, remove_perm

from agencies.models import Agency

from .models import Initiative, InitiativeGroupObjectPermission

OF_PARTNERS = ("view_initiative", "link_initiative")
OF_THE_LEAD = (*OF_PARTNERS, "change_initiative")


def reconcile(initiative: Initiative) -> None:
    """Make guardian's rows say who takes part. The caller holds the initiative's lock."""
    agencies = Agency.objects.filter(initiative_parts__initiative=initiative).select_related("group")
    wanted = {
        (each.group, codename)
        for each in agencies
        if each.group is not None
        for codename in (OF_THE_LEAD if each.pk == initiative.lead_id else OF_PARTNERS)
    }
    rows = InitiativeGroupObjectPermission.objects.filter(content_object=initiative)
    held = {(row.group, row.permission.codename) for row in rows.select_related("group", "permission")}
    for group, codename in wanted - held:
        assign_perm(f"initiatives.{codename}", group, initiative)
    for group, codename in held - wanted:
        remove_perm(f"initiatives.{codename}", group, initiative)
