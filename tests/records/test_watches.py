"""A watch tells its watcher once what the decision shows: new, changed, and no longer open where they had seen it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import Training
from benchmarks.canary.walking import undone
from portal.audit.models import Event
from portal.kernel.errors import Refused
from portal.kernel.history import save
from portal.kernel.viewing import as_job
from portal.notices import kinds
from portal.notices.models import Notice
from portal.records import listing
from portal.records.commands import seal_record, unseal_record
from portal.records.decision import Viewer
from portal.records.models import (
    AccessEntry,
    DocketEntry,
    Participant,
    Record,
    SavedSearch,
    Watch,
    WatchMatch,
    WatchNews,
)
from portal.records.models.watches import CONFIRMED_FOR, LONGEST
from portal.records.saved import commands as saving
from portal.records.watches import commands, running, tasks
from sharing_agreements.models import Action
from tests.make import expunged, looked_again, order, record, record_set, watch
from tests.records.rows import grant_row
from tests.records.scene import Sharing, as_owner, force, seen_by, signed_in

pytestmark = pytest.mark.django_db


def search(sharing: Sharing, words: str = "halvorsen", name: str = "Mine") -> SavedSearch:
    who = sharing.clerk
    return saving.save_search(actor=who.person, membership_id=who.pk, name=name, asked={"words": words})


def sealing(sharing: Sharing, of: Record, command: Any = seal_record) -> None:
    keeper = sharing.custodian
    command(actor=keeper.person, membership_id=keeper.pk, record_id=of.pk, **order())


def written_anew(of: Record, **values: Any) -> None:
    """As an import that changes the record does, of which everybody who opens it sees something."""
    with as_job("import", of.record_set_id):
        found = Record.objects.get(pk=of.pk)
        found.updated_at = timezone.now()
        found.category = f"Written {found.updated_at.isoformat()}"
        for name, value in values.items():
            setattr(found, name, value)
        save(found, actor=None)


def told(of: Watch) -> dict[str, set[Any]]:
    """What the newest event told, kind -> records."""
    event = Event.objects.filter(kind="watch.told", subject_id=of.pk).order_by("sequence").last()
    found: dict[str, set[Any]] = {"added": set(), "changed": set(), "gone": set()}
    for news in WatchNews.objects.filter(event_id=event.pk) if event else []:
        found[news.what].add(news.record_id)
    assert event is None or {key: len(found[key]) for key in found} == {key: event.detail[key] for key in found}
    return found


def body(of: Watch) -> str:
    """What the watcher reads of the newest notice; empty where it does not concern them any more."""
    event = Event.objects.filter(kind="watch.told", subject_id=of.pk).order_by("sequence").last()
    assert event is not None
    words = kinds.words(event, of.membership.person)
    return words.body if words else ""


# --- What is told -----------------------------------------------------------------------------------------------------


def test_what_matches_already_is_no_news_and_what_comes_is_told_once(sharing: Sharing) -> None:
    record(sharing.records)
    mine = watch(sharing.clerk, search(sharing))
    assert not Notice.objects.filter(event__kind="watch.told").exists()
    new = record(sharing.records)
    record(sharing.records, participants=[("defendant", "Maria Ortiz")])
    record(record_set(sharing.owner))
    record(sharing.records, participants=[("victim", "Dane Halvorsen")])
    looked_again(mine)
    looked_again(mine)
    assert told(mine)["added"] == {new.pk}
    assert Event.objects.filter(kind="watch.told").count() == 1
    assert body(mine) == f"Records in watch {mine.number}: 1 new."
    notice = Notice.objects.filter(event__kind="watch.told").first()
    assert notice is not None
    assert notice.recipient == sharing.clerk.person


def test_a_watch_stands_in_the_access_log_with_what_it_told_and_never_its_words(sharing: Sharing) -> None:
    record(sharing.records)
    mine = watch(sharing.clerk, search(sharing))
    new = record(sharing.records)
    looked_again(mine)
    first, second = AccessEntry.objects.filter(watch=mine).order_by("at")
    assert (first.record_ids, first.found, first.action, first.purpose) == ([], 1, "search", "C")
    assert (second.record_ids, second.found, second.searched_by) == ([new.pk], 2, ["name"])
    assert second.agreements
    for table in (Event, Notice, AccessEntry):
        assert "halvorsen" not in str(list(table.objects.values())).lower()


def test_a_change_is_told_to_who_may_open_the_record(sharing: Sharing) -> None:
    findable = record_set(sharing.owner, "To be found only")
    grant_row(findable, sharing.recipient, actions=("search",))
    opened, closed = record(sharing.records), record(findable)
    mine = watch(sharing.clerk, search(sharing))
    for of in (opened, closed):
        written_anew(of)
    looked_again(mine)
    assert told(mine) == {"added": set(), "changed": {opened.pk}, "gone": set()}


def test_a_change_of_what_is_withheld_is_not_told(sharing: Sharing) -> None:
    people: list[Any] = [("defendant", "Dane Halvorsen"), ("victim", "Maria Ortiz", {"contact": "12 Elm St"})]
    of = record(sharing.records, participants=people, entries=["Ortiz spoke"], title="State v. Halvorsen")
    mine, single = watch(sharing.clerk, search(sharing)), watch(sharing.clerk, of)
    with as_job("import", of.record_set_id):
        force(Participant.objects.get(record=of, role="victim"), name="Maria Orloff", contact="13 Elm St")
        force(DocketEntry.objects.get(record=of), description="Orloff spoke")
        force(Record.objects.get(pk=of.pk), title="State v. Halvorsen, for Orloff", updated_at=timezone.now())
    for each in (mine, single):
        looked_again(each)
        assert told(each)["changed"] == set()
    with as_job("import", of.record_set_id):
        force(Participant.objects.get(record=of, role="defendant"), birth_date=date(1984, 5, 6))
        force(Record.objects.get(pk=of.pk), updated_at=timezone.now())
    for each in (mine, single):
        looked_again(each)
        assert told(each)["changed"] == {of.pk}


def test_one_record_is_called_by_its_number_where_it_is_open_now(sharing: Sharing) -> None:
    of = record(sharing.records, docket_number="26-CR-00117")
    mine, listed = watch(sharing.clerk, of), reverse("records:watches")
    single = reverse("records:watch", args=[mine.pk])
    for address in (listed, single):
        assert "26-CR-00117" in signed_in(sharing.clerk).get(address).content.decode()
        assert AccessEntry.objects.latest("at").record_ids == [of.pk], "a look, logged as any list is"
        without = signed_in(sharing.clerk, inquiry=False).get(address).content.decode()
        assert "26-CR-00117" not in without
        assert "One record, not open to you now" in without
    sealing(sharing, of)
    assert "26-CR-00117" not in signed_in(sharing.clerk).get(listed).content.decode()
    looked_again(mine)
    assert Event.objects.filter(kind="watch.told").count() == 1


def test_that_a_match_is_no_longer_open_is_told_only_where_it_had_been_shown(sharing: Sharing) -> None:
    seen, unseen = record(sharing.records), record(sharing.records)
    client = signed_in(sharing.clerk)
    client.get(reverse("records:detail", args=[seen.pk]))
    mine = watch(sharing.clerk, search(sharing))
    for of in (seen, unseen):
        sealing(sharing, of)
    looked_again(mine)
    assert told(mine) == {"added": set(), "changed": set(), "gone": {seen.pk}}
    page = client.get(reverse("records:watch", args=[mine.pk]))
    assert "You had been shown these" in page.content.decode()
    assert seen.docket_number not in page.content.decode()
    sealing(sharing, unseen, unseal_record)
    looked_again(mine)
    assert told(mine)["added"] == {unseen.pk}


def test_who_was_told_that_a_record_was_taken_back_is_not_told_twice(sharing: Sharing) -> None:
    seen, other = record(sharing.records), record(sharing.records)
    client = signed_in(sharing.clerk)
    mine, one = watch(sharing.clerk, search(sharing)), watch(sharing.clerk, seen)
    for of in (seen, other):
        client.get(reverse("records:detail", args=[of.pk]))
    sealing(sharing, seen)
    looked_again(mine)
    looked_again(one)
    told_of_it = Notice.objects.filter(recipient=sharing.clerk.person, event__at__gte=seen.updated_at)
    assert set(told_of_it.values_list("event__kind", "channel")) == {
        ("record.recalled", "portal"),
        ("record.recalled", "email"),
    }
    assert told(mine)["gone"] == {seen.pk}, "its page says so all the same"
    assert "You had been shown these" in client.get(reverse("records:watch", args=[mine.pk])).content.decode()
    written_anew(other, sealed=True)
    looked_again(mine)
    assert told_of_it.filter(event__kind="watch.told").exists(), "a file that seals tells nobody else"


def test_what_was_told_and_is_sealed_before_it_is_read_is_not_said_any_more(sharing: Sharing) -> None:
    mine = watch(sharing.clerk, search(sharing))
    new, other = record(sharing.records), record(sharing.records)
    looked_again(mine)
    assert "2 new" in body(mine)
    sealing(sharing, new)
    assert "1 new" in body(mine)
    sealing(sharing, other)
    assert body(mine) == ""
    assert signed_in(sharing.clerk).get(reverse("records:watch", args=[mine.pk])).context["hits"] == []


def test_a_name_that_is_withheld_by_now_or_a_set_that_closed_is_forgotten_or_waits_without_a_word(
    sharing: Sharing,
) -> None:
    of = record(sharing.records)
    signed_in(sharing.clerk).get(reverse("records:detail", args=[of.pk]))
    mine = watch(sharing.clerk, search(sharing))
    force(sharing.grant, suspended_at=timezone.now())
    looked_again(mine)
    assert mine.matches.count() == 1, "an agreement that is suspended is told of by others"
    force(sharing.grant, suspended_at=None)
    looked_again(mine)
    with as_job("import", of.record_set_id):
        person = of.participants.get()
        person.role = "victim"
        save(person, actor=None)
    looked_again(mine)
    assert not mine.matches.exists()
    assert not Event.objects.filter(kind="watch.told").exists()


def test_one_record_is_watched_until_it_is_expunged_and_nothing_of_it_is_left(sharing: Sharing) -> None:
    of = record(sharing.records, docket_number="26-CR-00417")
    client = signed_in(sharing.clerk)
    client.get(reverse("records:detail", args=[of.pk]))
    mine = watch(sharing.clerk, of, case_number="Our copy of 26-CR-417")
    written_anew(of)
    looked_again(mine)
    assert told(mine)["changed"] == {of.pk}
    expunged(sharing.custodian, of.pk)
    mine.refresh_from_db()
    assert mine.case_number == "Expunged"
    assert not WatchNews.objects.exists()
    looked_again(mine)
    assert not WatchMatch.objects.exists()


def re_aimed(sharing: Sharing, saved: SavedSearch, words: str = "ortiz", **more: Any) -> Watch:
    stated = {"purpose": "C", "case_number": "MPD-26-2000", "days": 30, **more}
    return commands.re_aim(actor=sharing.clerk.person, saved_id=saved.pk, asked={"words": words}, **stated)


def test_a_search_that_was_deleted_ends_its_watch(sharing: Sharing) -> None:
    saved = search(sharing)
    mine = watch(sharing.clerk, saved)
    saving.delete_search(actor=sharing.clerk.person, saved_id=saved.pk)
    mine.refresh_from_db()
    assert mine.ended_at is not None
    assert (mine.saved, mine.purpose, mine.case_number) == (None, "C", "MPD-26-1044")


def test_a_watched_search_asks_for_nothing_else_until_it_is_said_why(sharing: Sharing) -> None:
    """Neither command nor database lets it; its name is free, and a watch that is over holds nothing."""
    saved = search(sharing)
    mine = watch(sharing.clerk, saved)
    change: dict[str, Any] = {"actor": sharing.clerk.person, "saved_id": saved.pk}
    with pytest.raises(Refused, match="A watch runs on this search"):
        saving.replace_search(asked={"words": "ortiz"}, **change)
    with pytest.raises(IntegrityError, match="A watch runs on this search"), transaction.atomic():
        SavedSearch.objects.filter(pk=saved.pk).update(words="ortiz")
    saving.rename_search(name="Yours", **change)
    commands.end_watch(actor=sharing.clerk.person, watch_id=mine.pk)
    assert saving.replace_search(asked={"words": "ortiz"}, **change).words == "ortiz"


def test_a_watch_says_what_it_looks_for(sharing: Sharing) -> None:
    asked = {"words": "halvorsen 2", "since": date(2026, 11, 1), "by_name": True, "owner_id": sharing.owner.pk}
    who = sharing.clerk
    saved = saving.save_search(actor=who.person, membership_id=who.pk, name="Mine", asked=asked)
    page = signed_in(who).get(reverse("records:watch", args=[watch(who, saved).pk]))
    said = strip_tags(dict(page.context["pairs"])["Looks for"])
    assert said == "“halvorsen 2” as a name, Cedar County Superior Court, from Nov 1, 2026"


def test_a_watch_is_re_aimed_by_a_new_one_with_a_purpose_and_a_case_of_its_own(sharing: Sharing) -> None:
    saved = search(sharing)
    before = watch(sharing.clerk, saved)
    record(sharing.records, participants=[("defendant", "Maria Ortiz")])
    key = uuid4()
    after = re_aimed(sharing, saved, key=key)
    before.refresh_from_db()
    saved.refresh_from_db()
    assert saved.words == "ortiz"
    assert (before.ended_at is not None, before.case_number) == (True, "MPD-26-1044"), "what was stated stays"
    assert (after.saved, after.case_number, after.ended_at) == (saved, "MPD-26-2000", None)
    of_both = Event.objects.filter(subject_id__in=[before.pk, after.pk])
    assert sorted(of_both.values_list("kind", flat=True)) == ["watch.ended", "watch.set", "watch.set"]
    looked_again(after)
    assert after.matches.count() == 1
    assert not Event.objects.filter(kind="watch.told").exists(), "what fits already is no news"
    assert re_aimed(sharing, saved, key=key) == after, "a form that is sent twice is one watch"


@pytest.mark.parametrize(
    ("asked", "stated", "error"),
    [
        ({"words": "ortiz"}, {"days": 181}, ValidationError),
        ({"words": "ortiz"}, {"purpose": "Z"}, ValidationError),
        ({"words": "ortiz"}, {"case_number": " "}, ValidationError),
        ({"words": ""}, {}, ValidationError),
        ({"words": "ortiz", "record_class": "intelligence"}, {}, Refused),
    ],
)
def test_where_the_new_search_cannot_be_watched_nothing_changes(
    sharing: Sharing, asked: dict[str, Any], stated: dict[str, Any], error: type[Exception]
) -> None:
    saved = search(sharing)
    mine = watch(sharing.clerk, saved)
    given = {"purpose": "C", "case_number": "MPD-26-2000", "days": 30, **stated}
    with pytest.raises(error):
        commands.re_aim(actor=sharing.clerk.person, saved_id=saved.pk, asked=asked, **given)
    mine.refresh_from_db()
    saved.refresh_from_db()
    assert (saved.words, saved.record_class, mine.ended_at) == ("halvorsen", "", None)
    assert Watch.objects.count() == 1


def test_nobody_re_aims_anybody_elses(sharing: Sharing) -> None:
    saved = search(sharing)
    watch(sharing.clerk, saved)
    with pytest.raises(PermissionDenied):
        commands.re_aim(
            actor=sharing.owners_clerk.person,
            saved_id=saved.pk,
            asked={"words": "ortiz"},
            purpose="C",
            case_number="X-1",
            days=30,
        )


def test_saving_another_search_under_a_watched_name_asks_first(sharing: Sharing) -> None:
    saved = search(sharing)
    mine = watch(sharing.clerk, saved)
    client = signed_in(sharing.clerk)
    found = client.post(f"{reverse('records:search')}?saved={saved.pk}", {"q": "ortiz"}, follow=True)
    address = found.context["saved"]["save"]
    text = client.post(address, {"replace": "1"}).content.decode()
    for words in (f"A watch runs on “{saved.name}”", mine.number, "MPD-26-1044", "Nothing is changed yet"):
        assert words in text
    wrong = client.post(address, {"reaim": "1", "purpose": "", "case_number": "", "days": "30"}).content.decode()
    assert "Choose the purpose for which you look." in wrong
    saved.refresh_from_db()
    assert (saved.words, Watch.objects.get().ended_at) == ("halvorsen", None)
    client.post(address, {"name": "Another"})
    assert set(SavedSearch.objects.values_list("name", "words")) == {("Mine", "halvorsen"), ("Another", "ortiz")}
    stated = {"purpose": "C", "case_number": "MPD-26-2000", "days": "30", "key": str(uuid4())}
    done = client.post(address, {"reaim": "1", **stated}, follow=True)
    assert "“Mine” is saved. Watch WAT-" in done.content.decode()
    after = Watch.objects.running().get()
    assert (after.saved_id, after.case_number, after.saved.words if after.saved else "") == (
        saved.pk,
        "MPD-26-2000",
        "ortiz",
    )
    commands.end_watch(actor=sharing.clerk.person, watch_id=after.pk)
    over = client.post(address, {"reaim": "1", **stated, "key": str(uuid4())}, follow=True)
    assert "nothing was changed" in over.content.decode()


# --- As its watcher, as long as it is needed --------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["membership", "training", "purpose"])
def test_it_looks_with_its_watchers_eyes_of_the_moment(sharing: Sharing, what: str) -> None:
    mine = watch(sharing.clerk, search(sharing), purpose="D" if what == "purpose" else "C")
    record(sharing.records)
    if what == "purpose":
        force(sharing.grant, purposes=["C"])
    if what == "membership":
        force(sharing.clerk, ended_at=sharing.clerk.started_at)
    if what == "training":
        with as_owner():
            past = {"completed_on": date(2025, 1, 1), "expires_on": date(2026, 1, 1)}
            force(Training.objects.get(person=sharing.clerk.person), **past)
    looked_again(mine)
    assert not Event.objects.filter(kind="watch.told").exists()


def test_it_pauses_unless_confirmed_and_tells_then_what_came_meanwhile(sharing: Sharing) -> None:
    mine = watch(sharing.clerk, search(sharing))
    later(mine, CONFIRMED_FOR - timedelta(days=6))
    for _ in range(2):
        tasks.remind_of_watches()
    reminder = Event.objects.get(kind="watch.unconfirmed")
    assert "pauses on" in kinds.words(reminder, sharing.clerk.person).body  # type: ignore[union-attr]
    assert kinds.is_due(reminder, sharing.clerk.person)
    later(mine, timedelta(days=7))
    new = record(sharing.records)
    looked_again(mine)
    assert not told(mine)["added"]
    client = signed_in(sharing.clerk)
    assert "This watch pauses" in client.get(reverse("records:watch", args=[mine.pk])).content.decode()
    client.post(reverse("records:watch_confirm", args=[mine.pk]))
    looked_again(mine)
    assert told(mine)["added"] == {new.pk}
    assert not kinds.is_due(Event.objects.get(pk=reminder.pk), sharing.clerk.person)


def later(of: Watch, span: timedelta) -> None:
    """So much time passes for a watch; past the database's guard, in the owner's rights."""
    row = Watch.objects.get(pk=of.pk)
    moved = {name: getattr(row, name) - span for name in ("made_at", "confirmed_until", "expires_at")}
    with as_owner():
        force(row, **moved)


def test_it_ends_and_is_reminded_of_its_end(sharing: Sharing) -> None:
    mine = watch(sharing.clerk, search(sharing), days=5)
    tasks.remind_of_watches()
    assert Event.objects.filter(kind="watch.ends").count() == 1
    later(mine, timedelta(days=6))
    record(sharing.records)
    looked_again(mine)
    assert not told(mine)["added"]
    with pytest.raises(Refused, match="is over"):
        commands.confirm_watch(actor=sharing.clerk.person, watch_id=mine.pk)
    tasks.forget_watches()
    assert not WatchMatch.objects.exists()
    assert SavedSearch.objects.exists()
    assert watch(sharing.clerk, SavedSearch.objects.get()).pk != mine.pk, "it can be set anew"


def test_searches_of_who_left_are_forgotten_and_their_watches_end(sharing: Sharing) -> None:
    mine = watch(sharing.clerk, search(sharing))
    force(sharing.clerk, ended_at=timezone.now())
    tasks.forget_watches()
    mine.refresh_from_db()
    assert mine.ended_at is not None
    assert not SavedSearch.objects.exists()


def test_a_watch_needs_a_purpose_a_case_and_an_end_and_is_ones_own(sharing: Sharing) -> None:
    kept = search(sharing)
    for wrong in ({"case_number": " "}, {"purpose": "R"}, {"days": LONGEST.days + 1}, {"days": 0}):
        with pytest.raises(ValidationError):
            watch(sharing.clerk, kept, **wrong)
    with pytest.raises(SavedSearch.DoesNotExist):
        watch(sharing.outsider, kept)
    with pytest.raises(Record.DoesNotExist):
        watch(sharing.outsider, record(sharing.records))
    mine = watch(sharing.clerk, kept)
    assert watch(sharing.clerk, kept) == mine, "set twice, it is one"
    for command in (commands.confirm_watch, commands.end_watch):
        with pytest.raises(PermissionDenied):
            command(actor=sharing.owners_clerk.person, watch_id=mine.pk)


def test_what_finds_too_much_is_not_watched(sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 2)
    record(sharing.records)
    record(sharing.records)
    mine = watch(sharing.clerk, search(sharing))
    record(sharing.records)
    looked_again(mine)
    mine.refresh_from_db()
    assert mine.capped
    assert mine.matches.count() == 3, "what was found before is no news once there is room again"
    with pytest.raises(Refused, match="Narrow it"):
        watch(sharing.clerk, search(sharing, "dane", "Other"))


def test_the_database_keeps_what_was_stated(sharing: Sharing) -> None:
    mine = watch(sharing.clerk, search(sharing))
    for wrong in ({"purpose": "D"}, {"made_at": timezone.now()}, {"case_number": "Another"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            force(mine, **wrong)
    with pytest.raises(DatabaseError), transaction.atomic():
        Watch.objects.all().delete()
    commands.end_watch(actor=sharing.clerk.person, watch_id=mine.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        force(mine, ended_at=None)


def test_what_it_told_shows_only_under_what_opens_it_now(sharing: Sharing) -> None:
    mine = watch(sharing.clerk, search(sharing))
    new = record(sharing.records)
    looked_again(mine)
    address = reverse("records:watch", args=[mine.pk])
    assert [each["number"] for each in signed_in(sharing.clerk).get(address).context["hits"]] == [new.docket_number]
    assert AccessEntry.objects.latest("at").searched_by == ["watch"]
    without = signed_in(sharing.clerk, inquiry=False).get(address)
    assert without.context["hits"] == []
    assert without.context["inquiry_form"].initial["purpose"] == "C"
    assert signed_in(sharing.outsider).get(address).status_code == 404


def test_a_record_is_watched_from_its_page(sharing: Sharing) -> None:
    of, client = record(sharing.records), signed_in(sharing.clerk)
    (action,) = (
        each
        for each in client.get(reverse("records:detail", args=[of.pk])).context["actions"]
        if each["label"] == "Watch"
    )
    form = client.get(action["href"]).context["form"]
    assert form.initial["case_number"] == "MPD-26-1044"
    given = {"purpose": "C", "case_number": "MPD-26-1044", "days": 30}
    answer = client.post(action["href"], {**given, "key": str(uuid4())}, follow=True)
    assert "is set" in answer.content.decode()
    assert Watch.objects.get().record_id == of.pk
    nothing = client.post(reverse("records:watch_new") + f"?record={uuid4()}", {**given, "key": str(uuid4())})
    assert "No record that you could watch" in nothing.content.decode()
    refused = AccessEntry.objects.get(outcome="refused")
    assert (refused.action, refused.purpose, len(refused.record_ids)) == ("view", "C", 1), "as any look at an id is"


# --- Killed, and held to the decision ---------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["_note", "_say", "_log", "tell"])
def test_a_run_that_is_killed_tells_nothing_and_the_next_tells_all_once(
    sharing: Sharing, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Killed(BaseException):
        pass

    def killed(*args: object, **more: object) -> None:
        raise Killed

    mine = watch(sharing.clerk, search(sharing))
    new = record(sharing.records)
    with monkeypatch.context() as broken:
        broken.setattr(running, step, killed)
        with pytest.raises(Killed):
            looked_again(mine)
    assert not WatchNews.objects.exists()
    assert not Notice.objects.filter(event__kind="watch.told").exists()
    assert not mine.accesses.exclude(record_ids=[]).exists()
    tasks.run_watches()
    tasks.run_watches()
    assert told(mine)["added"] == {new.pk}
    assert Event.objects.filter(kind="watch.told").count() == 1


STEPS = ("add", "hide", "seal", "unseal", "write", "suspend", "resume", "look")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3)), max_size=8))
def test_what_a_watch_told_is_what_a_search_found(sharing: Sharing, steps: list[tuple[str, int]]) -> None:
    """Whatever happens between runs: what is new is all that is visible and was not before, what is said to be gone was
    told before and is not there any more, what changed was written since and is visible."""
    with undone():
        mine = watch(sharing.clerk, search(sharing))
        made: list[Record] = [record(sharing.records)]
        looked_again(mine)
        known, shown, written = {made[0].pk}, {made[0].pk}, set()
        for step, number in [*steps, ("look", 0)]:
            of = made[number % len(made)]
            if step != "look":
                happens(sharing, step, of, made)
                written |= {of.pk} if step in ("seal", "unseal", "write") else set()
                continue
            before = Event.objects.filter(kind="watch.told").count()
            looked_again(mine)
            found = told(mine) if Event.objects.filter(kind="watch.told").count() > before else told(Watch())
            fits, open_now = searched(sharing)
            if open_now is None:
                assert found == told(Watch()), "nothing is told while the agreement is suspended"
                continue
            assert found == {
                "added": fits - known,
                "changed": written & fits & known,
                "gone": (known & shown) - open_now,
            }
            known, shown, written = fits, shown | found["added"] | found["changed"], set()


def happens(sharing: Sharing, step: str, of: Record, made: list[Record]) -> None:
    if step in ("add", "hide"):
        role = "defendant" if step == "add" else "victim"
        made.append(record(sharing.records, participants=[(role, "Dane Halvorsen")]))
    elif step in ("seal", "unseal", "write"):
        written_anew(of, **({} if step == "write" else {"sealed": step == "seal"}))
    elif step in ("suspend", "resume"):
        force(sharing.grant, suspended_at=timezone.now() if step == "suspend" else None)


def searched(sharing: Sharing) -> tuple[set[Any], set[Any] | None]:
    """What the watcher's own search finds now, and every record that is open to them; None where no set is."""
    with seen_by(Viewer(sharing.clerk.pk, Action.SEARCH, "C")) as decision:
        page = listing.page(decision, listing.Query(name_words=("halvorsen",)), size=100)
        visible = set(Record.objects.visible_to(decision).values_list("pk", flat=True))
        return set(page.ids), visible if decision.sets else None
