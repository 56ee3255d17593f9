"""What goes with data that a rule or a term shows to another agency: its owner is told."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from agencies.models import User
from portal.audit.models import Event
from portal.audit.record import record
from portal.notices.tell import tell
from privacy.models import Obligation

from .decision import Decision
from .models import Inquiry
from .shown.values import Seen

SHOWN = "inquiry.shown_protected"


def tell_owners(decision: Decision, actor: User, agency_id: UUID, seen: Iterable[Seen]) -> None:
    """Tell the owners whose rules ask for it of what was shown, once for each inquiry, record and rule.

    In the transaction of the look: what is shown and that it is told are one.
    """
    due: dict[UUID, set[str]] = {}
    owners: dict[UUID, UUID] = {}
    for key, open_set, ruling, _ in seen:
        if Obligation.NOTIFY_OWNER in ruling.obligations:
            due.setdefault(key, set()).add(" and ".join(filter(None, (ruling.rule, ruling.term))))
            owners[key] = open_set.owner_id
    if not due or decision.viewer.inquiry_id is None:
        return
    inquiry = Inquiry.objects.select_for_update(no_key=True).get(pk=decision.viewer.inquiry_id)
    told = Event.objects.filter(subject_label=Inquiry._meta.label, subject_id=inquiry.pk, kind=SHOWN)
    for detail in told.values_list("detail", flat=True):
        due.get(UUID(detail["record"]), set()).difference_update(detail["rules"])
    for key in [key for key, rules in due.items() if rules]:
        said = {"record": str(key), "owner": str(owners[key]), "rules": sorted(due[key])}
        tell(record(SHOWN, inquiry, actor=actor, acting_agency_id=agency_id, **said))
