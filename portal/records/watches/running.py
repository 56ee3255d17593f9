"""One run of a watch: its watcher's search again, by the decision that every page asks, compared with the last run.

A run is one transaction over at most `listing.MOST_COUNTED` records. What it noted, what it tells, its entry in the
access log and the notice stand together or not at all, so a worker may be killed at any moment.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeAlias
from uuid import UUID

from django.db import Error, transaction
from django.db.models.functions import Now

from portal.audit.record import record
from portal.kernel.clock import database_now
from portal.kernel.viewing import tell_database
from portal.notices.tell import tell
from portal.records import listing, readers
from portal.records.decision import Decision, Viewer, decide, look_as
from portal.records.looking import logged, unless_expunged
from portal.records.models import Record, Watch, WatchMatch, WatchNews
from portal.records.models.watches import EVERY
from portal.records.saved.shown import query_of
from portal.records.shown import case_file
from portal.records.shown.said import digest
from sharing_agreements.models import Action

log = logging.getLogger(__name__)

What: TypeAlias = WatchNews.What
Found: TypeAlias = dict[UUID, tuple[UUID, datetime]]
"""Record -> its set, and when it was written last."""


@dataclass
class News:
    """What one run has to tell, record -> set; and what it forgets without a word."""

    added: dict[UUID, UUID] = field(default_factory=dict)
    changed: dict[UUID, UUID] = field(default_factory=dict)
    gone: dict[UUID, UUID] = field(default_factory=dict)
    dropped: set[UUID] = field(default_factory=set)
    said: dict[UUID, str] = field(default_factory=dict)
    """What those say now that were written anew."""

    @property
    def counts(self) -> dict[str, int]:
        return {"added": len(self.added), "changed": len(self.changed), "gone": len(self.gone)}


def due() -> list[UUID]:
    return list(
        Watch.objects.running().filter(next_run_at__lte=Now()).order_by("next_run_at").values_list("pk", flat=True)
    )


def run(watch_id: UUID) -> None:
    """Run a watch that is due; one that goes wrong is tried again with the others, and holds up none."""
    try:
        unless_expunged(partial(_run, watch_id))
    except Error as error:
        log.warning("watch %s not run: %s", watch_id, type(error).__name__)
        Watch.objects.filter(pk=watch_id).update(next_run_at=Now() + EVERY)


@transaction.atomic(durable=True)
def _run(watch_id: UUID) -> None:
    unlocked = Watch.objects.running().select_for_update(of=("self",), no_key=True, skip_locked=True)
    due_now = unlocked.filter(pk=watch_id, next_run_at__lte=Now()).select_related("membership__person", "saved")
    watch = due_now.first()
    if watch is None:  # another worker runs it, or did
        return
    viewer = Viewer(watch.membership_id, Action.SEARCH, watch.purpose)
    decision = look_as(viewer)
    found, watch.capped = _found(decision, watch)
    now = database_now()
    if watch.baselined_at is None and not decision.nothing:
        watch.baselined_at = now
        WatchMatch.objects.bulk_create(_matches(watch, decision, found, found))
        _log(watch, decision, {}, len(found))
    elif watch.baselined_at is not None:
        news = _compared(decision, watch, found)
        _note(watch, decision, found, news)
        _say(watch, decision, news, len(found))
    watch.ran_at, watch.next_run_at = now, now + EVERY
    watch.save(update_fields=["capped", "baselined_at", "ran_at", "next_run_at"])
    tell_database()


def _found(decision: Decision, watch: Watch) -> tuple[Found, bool]:
    """What the watch finds for its watcher now, and whether there is more than is compared."""
    if watch.saved is None:
        ids, capped = [UUID(str(watch.record_id))], False
    else:
        limit = listing.MOST_COUNTED
        places = listing.find(decision, query_of(watch.saved, decision), limit=limit + 1)
        ids, capped = [key for _, key in places[:limit]], len(places) > limit
    rows = Record.objects.visible_to(decision).filter(pk__in=ids).values_list("pk", "record_set", "updated_at")
    return {key: (record_set, at) for key, record_set, at in rows}, capped


def _compared(decision: Decision, watch: Watch, found: Found) -> News:
    """What is new since the last run. That a record was changed is said where it was written anew, and what the watcher
    is shown of it says something else than before. That one is no longer open is said where its watcher had been shown
    it, and its set is open still; one that is open and fits no longer, or whose name is withheld by now, is forgotten
    without a word."""
    known = {match.record_id: match for match in watch.matches.all()}
    news = News(added={key: of for key, (of, _) in found.items() if key not in known})
    written = [key for key, match in known.items() if key in found and match.updated_at < found[key][1]]
    news.said = _said(decision, written)
    before = {key: known[key].said for key in written}
    news.changed = {
        key: found[key][0] for key, said in news.said.items() if said and before[key] and said != before[key]
    }
    missing = known.keys() - found.keys()
    if not missing:
        return news
    visible = set(Record.objects.visible_to(decision).filter(pk__in=missing).values_list("pk", flat=True))
    open_now = set(decision.sets_with(""))
    closed = {key for key in missing - visible if known[key].record_set_id in open_now}
    seen = _seen(watch, closed)
    news.gone = {key: known[key].record_set_id for key in closed & seen}
    news.dropped = closed - seen | (set() if watch.capped else visible)
    return news


def _seen(watch: Watch, records: Iterable[UUID]) -> set[UUID]:
    """Those that this person was shown for this agency: on a page, in a list, or by this watch."""
    mine = {"person": watch.membership.person_id, "agency": watch.membership.agency_id}
    return {key for key in records if readers.shown(key).filter(**mine).exists()}


def _said(decision: Decision, records: Iterable[UUID]) -> dict[UUID, str]:
    """What each says to the watcher; nothing where they may find it and not open it."""
    viewable = decide(decision.viewer.to(Action.VIEW))
    cases = {key: case_file(viewable, key, whole=True) for key in records}
    return {key: digest(case) if case else "" for key, case in cases.items()}


def _matches(watch: Watch, decision: Decision, found: Found, which: Iterable[UUID]) -> list[WatchMatch]:
    return [
        WatchMatch(watch=watch, record_id=key, record_set_id=found[key][0], updated_at=found[key][1], said=said)
        for key, said in _said(decision, which).items()
    ]


def _note(watch: Watch, decision: Decision, found: Found, news: News) -> None:
    """Remember what the next run compares with."""
    written = [match for match in watch.matches.all() if match.record_id in found]
    written = [match for match in written if match.updated_at < found[match.record_id][1]]
    for match in written:
        match.updated_at, match.said = found[match.record_id][1], news.said[match.record_id]
    WatchMatch.objects.bulk_update(written, ["updated_at", "said"])
    watch.matches.filter(record_id__in=[*news.gone, *news.dropped]).delete()
    WatchMatch.objects.bulk_create(_matches(watch, decision, found, news.added))


def _say(watch: Watch, decision: Decision, news: News, found: int) -> None:
    """Tell the watcher how many, by a notice that leads to the watch's page; nothing where there is no news. That an
    owner took a record back, who had been shown it was told already: that alone stands on the page."""
    if not any(news.counts.values()):
        return
    event = record(
        "watch.told",
        watch,
        actor=None,
        acting_agency_id=watch.membership.agency_id,
        purpose=watch.purpose,
        **news.counts,
    )
    WatchNews.objects.bulk_create(
        WatchNews(watch=watch, record_id=key, record_set_id=of, what=what, event_id=event.pk)
        for what, records in ((What.ADDED, news.added), (What.CHANGED, news.changed), (What.GONE, news.gone))
        for key, of in records.items()
    )
    if shown := news.added | news.changed:
        _log(watch, decision, shown, found)
    if shown or not all(map(readers.recall, news.gone)):
        tell(event)


def _log(watch: Watch, decision: Decision, told: dict[UUID, UUID], found: int) -> None:
    """That the portal looked for this person, and of which records it told them that they are there."""
    searched_by = query_of(watch.saved, decision).searched_by if watch.saved else ["record"]
    logged(
        watch.membership.person,
        watch.membership.agency_id,
        decision,
        records=list(told),
        sets=list(told.values()),
        seen=[],
        searched_by=searched_by,
        found=found,
        watch=watch,
    )
