"""What of an open record is shown: by rule, role and category, free text last of all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.kernel.history import save
from portal.kernel.viewing import as_job
from portal.records import commands
from portal.records.decision import Viewer
from portal.records.decision.rules import rules_of
from portal.records.listing import Query, page
from portal.records.models import Charge, DocketEntry, Participant, Record
from portal.records.releases import cells
from portal.records.shown import CaseFile, Hit, case_file, hits
from privacy.models import DisclosureRule, PolicyVersion, Treatment
from sharing_agreements.models import Action, Term
from tests.make import record
from tests.records.scene import Sharing, finality_lifted, force, published_for_good, seen_by

pytestmark = pytest.mark.django_db

VICTIM = ("victim", "Ann Zeigler", {"birth_date": date(1990, 5, 17), "contact": "12 Birch Road"})


def seen(viewer: Viewer, of: Record) -> CaseFile:
    with seen_by(viewer) as decision:
        found = case_file(decision, of.pk)
    assert found is not None
    return found


def hit(viewer: Viewer, of: Record) -> Hit:
    with seen_by(viewer) as decision:
        (found,) = hits(decision, [of.pk])
    return found


def found_by(viewer: Viewer, *words: str) -> int:
    with seen_by(viewer) as decision:
        return len(page(decision, Query(name_words=words)).ids)


def change_rule(of: Sharing, treatment: str, **rule: str) -> None:
    """Another treatment in the rules of the published policy."""
    version = PolicyVersion.objects.get(policy__agency=of.owner, status="published")
    with finality_lifted():
        for each in DisclosureRule.objects.filter(version=version, **rule):
            force(each, treatment=treatment)


def test_a_victim_is_a_pseudonym_to_the_recipient_and_named_to_the_owner(sharing: Sharing) -> None:
    of = record(sharing.records, participants=[("defendant", "Dane Halvorsen"), VICTIM])
    defendant, victim = seen(sharing.viewer(), of).people
    assert defendant.name.value == "Dane Halvorsen"
    assert victim.name.value is None
    assert victim.name.pseudonym
    assert victim.label == victim.called == "Victim A"
    assert victim.name.ruling.rule
    assert (victim.birth_date.value, victim.contact.value) == (None, None)
    assert victim.birth_date.withheld
    assert victim.contact.withheld
    _, own = seen(sharing.viewer(sharing.owners_clerk), of).people
    assert (own.name.value, own.birth_date.value, own.contact.value) == (
        "Ann Zeigler",
        date(1990, 5, 17),
        "12 Birch Road",
    )


@pytest.mark.parametrize(
    ("first", "last", "holds"), [(0, None, True), (None, 0, True), (0, 0, True), (1, None, False), (None, -1, False)]
)
def test_a_rule_holds_on_its_days_by_the_owners_clock(
    sharing: Sharing, first: int | None, last: int | None, holds: bool
) -> None:
    """A clock behind which the day turned elsewhere already: 26 hours lie between these zones and the others."""
    of, viewer = record(sharing.records, participants=[VICTIM]), sharing.viewer()
    force(sharing.owner, time_zone="Etc/GMT+12")
    sharing.owner.refresh_from_db(fields=["time_zone"])
    today = sharing.owner.today
    version = PolicyVersion.objects.get(policy__agency=sharing.owner, status="published")
    with finality_lifted():
        for each in DisclosureRule.objects.filter(version=version, participant_role="victim", data_category="name"):
            days = [None if n is None else today + timedelta(days=n) for n in (first, last)]
            force(each, treatment="shown", effective_from=days[0], effective_to=days[1])
    assert (seen(viewer, of).people[0].name.value == "Ann Zeigler") is holds
    assert found_by(sharing.viewer(action=Action.SEARCH), "zeigler") == holds
    named = [
        each["code"]
        for each in rules_of(version)
        if (each["participant_role"], each["data_category"]) == ("victim", "name")
    ]
    assert bool(named) is holds, "pages about the policy say the same"


def reads_rules(viewer: Viewer, of: Record) -> int:
    """How often a look reads rules."""
    with CaptureQueriesContext(connection) as found:
        seen(viewer, of)
    return sum("JOIN privacy_disclosurerule" in query["sql"] for query in found.captured_queries)


def test_rules_are_kept_of_versions_that_were_published_for_good(sharing: Sharing) -> None:
    of, viewer = record(sharing.records), sharing.viewer()
    assert [reads_rules(viewer, of) for _ in range(2)] == [1, 1], "its publication could still be undone"
    published_for_good()
    assert [reads_rules(viewer, of) for _ in range(2)] == [1, 0]


def test_a_withheld_name_is_not_searched_nor_counted(sharing: Sharing) -> None:
    record(sharing.records, participants=[("defendant", "Dane Halvorsen"), VICTIM])
    assert found_by(sharing.viewer(), "zeig") == 0
    assert found_by(sharing.viewer(), "ann") == 0
    assert found_by(sharing.viewer(), "halv", "dan") == 1
    assert found_by(sharing.viewer(sharing.owners_clerk), "zeig") == 1


def test_words_of_a_search_belong_to_one_person(sharing: Sharing) -> None:
    record(sharing.records, participants=[("defendant", "Dane Halvorsen"), ("defendant", "Maria Ortiz")])
    assert found_by(sharing.viewer(), "dane", "ortiz") == 0
    assert found_by(sharing.viewer(), "ortiz", "mar") == 1


def test_free_text_shows_where_everybody_is_shown(sharing: Sharing) -> None:
    of = record(
        sharing.records,
        title="State v. Halvorsen",
        entries=["Complaint"],
        charges=[{"description": "Assault", "disposition": "30 days"}],
    )
    case = seen(sharing.viewer(), of)
    assert case.heading == case.title.value == "State v. Halvorsen"
    assert [entry.text.value for entry in case.entries] == ["Complaint"]
    assert case.charges[0].disposition.value == "30 days"
    assert case.withheld == 0
    assert hit(sharing.viewer(), of).heading == "State v. Halvorsen"


def test_free_text_is_withheld_where_anybody_is(sharing: Sharing) -> None:
    of = record(
        sharing.records,
        title="State v. Halvorsen, on the complaint of Ann Zeigler",
        participants=[("defendant", "Dane Halvorsen"), VICTIM],
        entries=["Ann Zeigler testified", "Order"],
        charges=[{"description": "Assault", "disposition": "Restitution to Ann Zeigler"}],
    )
    case = seen(sharing.viewer(), of)
    assert case.title.value is None
    assert case.heading == "Dane Halvorsen"
    assert [entry.text.value for entry in case.entries] == [None, None]
    assert case.charges[0].description.value == "Assault"
    assert case.charges[0].disposition.value is None
    assert (case.entry_count, case.entries_withheld) == (2, 2)
    assert "Zeigler" not in repr(case)
    assert "Zeigler" not in repr(hit(sharing.viewer(), of))
    assert "Ann Zeigler testified" in repr(seen(sharing.viewer(sharing.owners_clerk), of))


def test_the_records_own_list_of_roles_need_not_be_whole(sharing: Sharing) -> None:
    of = record(sharing.records, title="About Ann", participants=[("defendant", "Dane Halvorsen"), VICTIM])
    with as_job("import", sharing.records.pk):
        force(of, participant_roles=["defendant"])
    assert seen(sharing.viewer(), of).title.value is None
    assert hit(sharing.viewer(), of).heading == "Dane Halvorsen"


def test_people_who_could_not_be_read_withhold_the_text(sharing: Sharing) -> None:
    of = record(sharing.records, title="About somebody")
    with as_job("import", sharing.records.pk):
        force(of, participant_roles=["defendant", "unread"])
    assert seen(sharing.viewer(), of).title.value is None
    assert hit(sharing.viewer(), of).heading == "Dane Halvorsen"


def informed(of: Sharing) -> Record:
    return record(
        of.records,
        title="State v. Halvorsen, with Sam Quill",
        participants=[
            ("defendant", "Dane Halvorsen"),
            ("informant", "Sam Quill"),
            ("attorney", "Vera Locke", {"represents": 1}),
            ("defense_attorney", "T. Bauer", {"represents": 0}),
        ],
        entries=["Motion by Vera Locke"],
        charges=["Assault"],
    )


def test_an_informant_and_who_acts_for_one_are_shown_to_nobody(sharing: Sharing) -> None:
    of = informed(sharing)
    with as_job("import", sharing.records.pk):
        informant = Participant.objects.get(record=of, role="informant")
        charge = Charge(
            record=of, record_set=sharing.records, position=9, kind="count", participant=informant, description="Theft"
        )
        save(charge, actor=None)
    for who in (sharing.clerk, sharing.owners_clerk, sharing.custodian):
        case = seen(sharing.viewer(who), of)
        assert [person.name.value for person in case.people] == ["Dane Halvorsen", "T. Bauer"]
        assert [line.description.value for line in case.charges] == ["Assault"]
        assert case.title.value is None, "free text may name an informant to the owner's people too"
        assert case.entries[0].text.value is None
        assert hit(sharing.viewer(who), of).charges == 1
        for words in (("quill",), ("sam",), ("vera",), ("locke",)):
            assert found_by(sharing.viewer(who), *words) == 0
        assert found_by(sharing.viewer(who), "bauer") == 1


def test_the_reason_of_withheld_text_is_the_same_for_an_informant_and_a_victim(sharing: Sharing) -> None:
    victim = record(sharing.records, title="x", participants=[("defendant", "Dane Halvorsen"), VICTIM])
    informant = informed(sharing)
    reasons = {seen(sharing.viewer(), of).title.ruling for of in (victim, informant)}
    assert len(reasons) == 1


def test_an_attorney_stands_under_the_name_or_label_of_whom_they_represent(sharing: Sharing) -> None:
    of = record(
        sharing.records,
        participants=[
            ("defendant", "Dane Halvorsen"),
            VICTIM,
            ("attorney", "Vera Locke", {"represents": 1, "contact": "1 Main St"}),
            ("defense_attorney", "T. Bauer", {"represents": 0}),
        ],
    )
    people = seen(sharing.viewer(), of).people
    assert [person.represents for person in people] == ["", "", "Victim A", "Dane Halvorsen"]


def test_the_words_of_the_source_come_with_the_name_only(sharing: Sharing) -> None:
    says = {"source_type": "Victim (sister of Dane)", "attorney_roles": ["Pro Se, sister"], "aliases": "Annie Z."}
    of = record(sharing.records, participants=[("defendant", "Dane Halvorsen"), ("victim", "Ann Zeigler", says)])
    victim = seen(sharing.viewer(), of).people[1]
    assert (victim.source_type, list(victim.attorney_roles), victim.aliases.value) == ("", [], None)
    assert victim.aliases.withheld


def test_what_the_record_does_not_hold_is_unknown_not_withheld(sharing: Sharing) -> None:
    of = record(sharing.records, title="", participants=[("victim", "Ann Zeigler")])
    case = seen(sharing.viewer(), of)
    (victim,) = case.people
    assert (victim.birth_date.withheld, victim.contact.withheld, victim.aliases.withheld) == (False, False, False)
    assert case.title.withheld is False
    assert case.withheld == 1, "the name alone"


def test_roles_that_the_term_leaves_out_are_withheld(sharing: Sharing) -> None:
    of = record(sharing.records, title="x", participants=[("defendant", "Dane Halvorsen"), ("judge", "P. Lindqvist")])
    term = Term.objects.get(pk=sharing.grant.term_id)
    force(term, participant_roles=["defendant"])
    case = seen(sharing.viewer(), of)
    assert case.people[1].name.value is None
    assert case.people[1].name.ruling.reason == "not in the terms of the agreement"
    assert case.title.value is None
    assert found_by(sharing.viewer(), "lindq") == 0


def test_categories_that_the_term_leaves_out_are_withheld(sharing: Sharing) -> None:
    of = record(sharing.records, title="State v. Halvorsen", entries=["Order"], charges=["Assault"])
    force(Term.objects.get(pk=sharing.grant.term_id), data_categories=["charges"])
    case = seen(sharing.viewer(), of)
    assert case.heading == "Names withheld"
    assert case.charges[0].description.value == "Assault"
    assert case.charges[0].against == "Defendant A"
    assert found_by(sharing.viewer(), "halvorsen") == 0
    found = hit(sharing.viewer(), of)
    assert (found.heading, found.charges) == (None, 1)
    force(Term.objects.get(pk=sharing.grant.term_id), data_categories=["name"])
    case = seen(sharing.viewer(), of)
    assert case.charges[0].description.value is None
    assert case.charges[0].statute == ""
    assert hit(sharing.viewer(), of).charges == 0, "what is withheld is not counted"


def test_a_rule_for_a_purpose_is_followed_for_that_purpose(sharing: Sharing) -> None:
    force(sharing.grant, purposes=["C", "I"])
    of = record(sharing.records, title="State v. Halvorsen", charges=["Assault"])
    assert seen(sharing.viewer(), of).charges[0].description.value == "Assault"
    licensing = seen(sharing.viewer(purpose="I"), of)
    assert licensing.charges[0].description.value is None
    assert licensing.title.value is None


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Dane Halvorsen", "D. H."), ("José Ñandú-Ruiz", "J. Ñ."), ("  Ólafur   Þór ", "Ó. Þ."), ("王小明", "王.")],
)
def test_a_masked_name_is_its_initials_in_any_script(sharing: Sharing, name: str, masked: str) -> None:
    of = record(sharing.records, title=name, participants=[("defendant", name)])
    change_rule(sharing, Treatment.MASKED, participant_role="defendant", data_category="name")
    case = seen(sharing.viewer(), of)
    assert " ".join(str(case.people[0].name.value).split()) == masked
    assert case.title.value is None, "a masked name withholds the text too"
    assert hit(sharing.viewer(), of).heading is None
    assert found_by(sharing.viewer(), name.split(maxsplit=1)[0].lower()) == 0


def test_a_masked_birth_date_is_its_year(sharing: Sharing) -> None:
    of = record(sharing.records, participants=[("defendant", "Dane Halvorsen", {"birth_date": date(1991, 3, 9)})])
    for rule in ({"recipient": "*"}, {"recipient": "law_enforcement"}):
        change_rule(sharing, Treatment.MASKED, participant_role="defendant", data_category="birth_date", **rule)
    assert seen(sharing.viewer(), of).people[0].birth_date.value == "1991"


def test_without_a_published_policy_a_recipient_sees_nothing_of_an_open_record(sharing: Sharing) -> None:
    of = record(sharing.records, title="State v. Halvorsen", entries=["Order"], charges=["Assault"])
    version = PolicyVersion.objects.get(policy__agency=sharing.owner)
    with finality_lifted():
        force(version, published_at=timezone.now() + timedelta(days=1))
    case = seen(sharing.viewer(), of)
    assert [person.name.value for person in case.people] == [None]
    assert (case.title.value, case.entries[0].text.value, case.charges[0].description.value) == (None, None, None)
    assert case.envelope.docket_number == of.docket_number


def test_an_entry_that_was_cleared_is_shown_and_the_others_are_not(sharing: Sharing) -> None:
    of = record(sharing.records, participants=[("defendant", "Dane Halvorsen"), VICTIM], entries=["Order", "Ann spoke"])
    clear(sharing, of, 1)
    case = seen(sharing.viewer(), of)
    assert [entry.text.value for entry in case.entries] == ["Order", None]
    assert (case.entries_withheld, case.cleared) == (1, 1)


def test_a_cleared_entry_needs_a_rule_that_shows_free_text(sharing: Sharing) -> None:
    of = record(sharing.records, participants=[("defendant", "Dane Halvorsen"), VICTIM], entries=["Order"])
    clear(sharing, of, 1)
    change_rule(sharing, Treatment.WITHHELD, data_category="free_text")
    assert seen(sharing.viewer(), of).entries[0].text.value is None


def test_a_clearing_ends_when_the_entry_or_the_people_change(sharing: Sharing) -> None:
    of = record(
        sharing.records, participants=[("defendant", "Dane Halvorsen"), VICTIM], entries=["Order", "Minutes", "Notice"]
    )
    for position in (1, 2):
        clear(sharing, of, position)
    with as_job("import", sharing.records.pk):
        entry = DocketEntry.objects.get(record=of, position=1)
        entry.description = "Order about Ann"
        save(entry, actor=None)
        force(Participant.objects.get(record=of, role="victim"), contact="13 Birch Road")
    assert [entry.text.value for entry in seen(sharing.viewer(), of).entries] == [None, "Minutes", None]
    with as_job("import", sharing.records.pk):
        force(Participant.objects.get(record=of, role="victim"), name="Ann Minutes")
    assert [entry.text.value for entry in seen(sharing.viewer(), of).entries] == [None, None, None]
    clear(sharing, of, 2)
    with as_job("import", sharing.records.pk):
        new = Participant(
            record=of, record_set=sharing.records, position=9, role="witness", label="Witness A", name="Lee Minutes"
        )
        save(new, actor=None)
    assert [entry.text.value for entry in seen(sharing.viewer(), of).entries] == [None, None, None]


def clear(of: Sharing, record_: Record, position: int) -> None:
    with as_job("import", of.records.pk):
        entry = DocketEntry.objects.get(record=record_, position=position)
    commands.clear_entry(
        actor=of.custodian.person,
        membership_id=of.custodian.pk,
        record_id=record_.pk,
        names_read=True,
        entry_id=entry.pk,
    )


def test_the_docket_is_paged(sharing: Sharing) -> None:
    of = record(sharing.records, entries=[f"Entry {n}" for n in range(1, 121)])
    with seen_by(sharing.viewer(action=Action.VIEW)) as decision:
        first = case_file(decision, of.pk)
        assert first is not None
        second = case_file(decision, of.pk, entries_after=first.entries[-1].position)
        whole = case_file(decision, of.pk, whole=True)
    assert second is not None
    assert whole is not None
    assert (len(first.entries), first.more_entries) == (50, True)
    assert second.entries[0].text.value == "Entry 51"
    assert (len(whole.entries), whole.more_entries, whole.entry_count) == (120, False, 120)


def reason_of(found: Hit) -> str:
    return found.naming.reason


def test_a_list_gives_the_reason_of_whoever_is_withheld(sharing: Sharing) -> None:
    """Not that of defendants, whose names are shown, on a record that names another."""
    force(sharing.grant, includes_juvenile=True)
    viewer = sharing.viewer(action=Action.SEARCH)
    young = hit(viewer, record(sharing.records, juvenile=True, participants=[("juvenile", "Kim Ode")]))
    with seen_by(viewer) as decision:
        rule = decision.disclosure.ruling(sharing.records.pk, "juvenile", "name")
    assert (young.heading, young.withheld, young.naming) == (None, True, rule)
    assert reason_of(young) == "juvenile"
    assert f"Withheld: juvenile, {rule.rule}" in cells(young, {}, timezone.now())
    both = [("juvenile", "Kim Ode"), ("defendant", "Dane Halvorsen")]
    beside = hit(viewer, record(sharing.records, participants=both))
    assert (beside.heading, beside.naming.shown) == ("Dane Halvorsen", True), (
        "what is shown is shown under its own rule"
    )


def test_a_list_says_so_where_no_party_is_named(sharing: Sharing) -> None:
    viewer = sharing.viewer(action=Action.SEARCH)
    nobody = hit(viewer, record(sharing.records, participants=[("judge", "P. Lindqvist")]))
    assert (nobody.heading, nobody.withheld, nobody.called) == (None, False, "No party named")
    assert cells(nobody, {}, timezone.now())[1] == "No party named"
    titled = hit(viewer, record(sharing.records, title="In re Zeigler", participants=[VICTIM]))
    assert titled.withheld
    assert reason_of(titled) == "not cleared by a custodian of its owner"
