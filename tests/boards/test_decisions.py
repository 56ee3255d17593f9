"""Decision records, their register, and what of them is public.

What holds the public back was seen red with the conditions of `decisions.public` on version, board and outcome left
out, and with people named in the public record.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from agencies.models import User
from sharing_agreements.boards import commands, decisions
from sharing_agreements.boards.decision_record import Record, record_of
from sharing_agreements.boards.models import AgendaItem, Ballot, Board, Decision, Meeting, Motion, Sanction
from sharing_agreements.models import Agreement
from tests import make
from tests.make.agreements import vote_through
from tests.sharing_agreements.conftest import OwnerSql

from .conftest import Scene, set_up

pytestmark = pytest.mark.django_db

SECRET = "The retention period of clause 7 is missing."


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def moved(scene: Scene, kind: str, agreement: Agreement | None = None, **values: Any) -> Ballot:
    values = {"grounds": "For late audits."} | values if kind == "sanction" else make.needed_to_move(kind) | values
    motion = commands.move_motion(
        actor=scene.chair,
        board_id=scene.board.pk,
        kind=kind,
        agreement_id=agreement.pk if agreement else None,
        **values,
    )
    return commands.open_ballot(actor=scene.chair, motion_id=motion.pk)


def carried(scene: Scene, kind: str, agreement: Agreement | None = None, **values: Any) -> Decision:
    opened = moved(scene, kind, agreement, **values)
    vote_through(opened)
    return Decision.objects.get(ballot=opened)


def voted(scene: Scene, opened: Ballot, said: str, statement: str = SECRET) -> Decision:
    """Seats 1, 2, 3 ... take these positions, a letter each: yes, no, abstain, recused; `-`: silent."""
    positions = {"y": "yes", "n": "no", "a": "abstain", "r": "recused"}
    for number, letter in enumerate(said, 1):
        if letter in positions and not Decision.objects.filter(ballot=opened).exists():
            commands.cast_vote(
                actor=scene.member(number),
                ballot_id=opened.pk,
                position=positions[letter],
                statement=statement if letter in "nr" else "",
            )
    return Decision.objects.get(ballot=opened)


def lost(scene: Scene, kind: str, agreement: Agreement | None = None, **values: Any) -> Decision:
    return voted(scene, moved(scene, kind, agreement, **values), "nnnnn")


def whole(found: Decision) -> Decision:
    return decisions._whole(Decision.objects.filter(pk=found.pk)).get()


def words(record: Record) -> str:
    """Everything that a record says."""
    found = [record.title, record.eyebrow, record.outcome, record.decided]
    for section in record.sections:
        found += [section.title, section.text, section.note, *section.lines, *section.columns]
        for rows in (section.pairs, section.rows, section.steps, section.said):
            found += [cell for row in rows for cell in row]
    return "\n".join(found)


def pairs(record: Record, anchor: str) -> dict[str, str]:
    return dict(next(section.pairs for section in record.sections if section.anchor == anchor))


# --- What a record says ---------------------------------------------------------------------------------------------


def test_a_record_says_from_what_the_decision_can_be_checked(scene: Scene) -> None:
    agreement = scene.submitted()
    opened = moved(scene, "approve", agreement, conditions="Report to the board each year.")
    found = voted(scene, opened, "nryyy")
    record = record_of(whole(found))
    said = words(record)
    assert found.outcome == Decision.Outcome.CARRIED
    assert record.title == f"Approve version 1 of {agreement.number}"
    assert f"That the Board approve version 1 of agreement {agreement.number} as noticed." in said
    subject = pairs(record, "subject")
    assert subject["Agreement"] == f"{agreement.number}, {agreement.title}"
    assert (subject["SHA-256"], subject["Text now"]) == (opened.sha256, "The same")
    assert pairs(record, "motion")["Conditions"] == "Report to the board each year."
    assert str(scene.chair) in pairs(record, "motion")["Moved by"]
    assert pairs(record, "ballot")["How"] == "In writing, between meetings"
    assert pairs(record, "ballot")["Opened"].endswith(("PST", "PDT"))
    sections = {section.anchor: section for section in record.sections}
    assert sections["quorum"].text == "4 took part, 3 were needed: met."
    assert [line.partition(",")[0] for line in sections["quorum"].lines] == ["Seat 1", "Seat 3", "Seat 4", "Seat 5"]
    assert [row[3] for row in sections["positions"].rows] == ["Disapprove", "Recused", "Approve", "Approve", "Approve"]
    assert sections["dissent"].said[0][1] == SECRET
    assert sections["recusals"].said[0][1] == f"Recused: {SECRET}"
    assert [list(step) for step in sections["tally"].steps] == found.steps
    assert [row[1] for row in sections["followed"].rows] == ["Approved by the board"]
    assert "charter 1" in said.lower()


def test_a_conflict_an_alternate_and_who_was_silent_stand_by_seat(scene: Scene) -> None:
    agreement = make.submitted(scene.court, make.agency(), scene.cases)
    stands_by = make.person(scene.board.seats.get(number=2).agency).person
    seat = scene.board.seats.get(number=2)
    seat.alternate = stands_by
    seat.save()
    assert agreement.author != scene.chair
    opened = moved(scene, "approve", agreement)
    commands.cast_vote(actor=stands_by, ballot_id=opened.pk, position="yes")
    for number in (1, 3):
        commands.cast_vote(actor=scene.member(number), ballot_id=opened.pk, position="yes")
    record = record_of(whole(Decision.objects.get(ballot=opened)))
    rows = next(section.rows for section in record.sections if section.anchor == "positions")
    assert rows[1][2] == f"{stands_by}, alternate for {scene.member(2)}"
    assert rows[1][3] == "Approve, by the alternate"
    assert rows[4][3] == "Did not vote"


def test_a_text_that_is_no_longer_the_same_is_said_so(scene: Scene, owner_sql: OwnerSql) -> None:
    found = carried(scene, "approve", scene.submitted())
    owner_sql("ALTER TABLE sharing_agreements_clause DISABLE TRIGGER USER")
    version = Motion.objects.get(ballots__decision=found).version
    assert version is not None
    owner_sql(f"UPDATE sharing_agreements_clause SET text = 'Other.' WHERE version_id = '{version.pk}'")
    assert pairs(record_of(whole(found)), "subject")["Text now"].startswith("Another: its SHA-256 is ")


def test_a_cancelled_ballot_has_a_record_without_a_tally(scene: Scene) -> None:
    opened = moved(scene, "approve", scene.submitted())
    found = commands.cancel_ballot(actor=scene.chair, ballot_id=opened.pk, reason="Noticed with a wrong annex")
    record = record_of(whole(found))
    assert pairs(record, "motion")["Cancelled because"] == "Noticed with a wrong annex"
    assert "tally" not in {section.anchor for section in record.sections}


def test_an_amended_charter_shows_each_rule_before_and_after(scene: Scene) -> None:
    make.amended(scene.board, threshold="two_thirds", ballot_days=3)
    record = record_of(whole(Decision.objects.get()))
    rows = next(section.rows for section in record.sections if section.anchor == "proposed")
    assert ("Threshold", "More than half", "Two thirds") in rows
    assert ("Ballot days", "7", "3") in rows
    assert "Charter 2 adopted" in words(record)


def test_every_kind_of_motion_has_a_record(scene: Scene) -> None:
    version = make.policy(scene.court)
    found = [
        carried(scene, "reject", scene.submitted()),
        carried(scene, "send_back", scene.submitted(), conditions="Clause 7"),
        carried(scene, "policy", policy_version_id=version.pk),
        carried(scene, "sanction", agency_id=scene.police.pk, measure="reprimand"),
    ]
    found.append(carried(scene, "lift", lifts_id=Sanction.objects.get().pk))
    agreement = scene.in_force()
    found += [carried(scene, kind, agreement) for kind in ("suspend", "resume", "terminate")]
    followed = []
    for each in found:
        sections = {section.anchor: section for section in record_of(whole(each)).sections}
        followed.append([row[1] for row in sections["followed"].rows])
    assert followed == [
        ["Rejected"],
        ["Sent back: it is a draft again"],
        ["The policy was adopted by the board"],
        ["Sanction imposed"],
        ["Sanction lifted"],
        ["Suspended"],
        ["In force again"],
        ["Terminated: what it opened closed for good"],
    ]


# --- Who reads it ---------------------------------------------------------------------------------------------------


def test_members_and_auditors_read_the_record_and_nobody_else(scene: Scene) -> None:
    found = carried(scene, "approve", scene.submitted())
    address = reverse("boards:decision", args=[found.pk])
    other = make.board().seats.get(number=1).holder
    assert other is not None
    readers = [scene.member(4), make.auditor(), make.auditor(scene.court)]
    strangers = [make.person(scene.court).person, other, make.auditor(make.agency()), make.portal_administrator()]
    assert [signed_in(person).get(address).status_code for person in readers] == [200, 200, 200]
    assert [signed_in(person).get(address).status_code for person in strangers] == [404, 404, 404, 404]
    assert [signed_in(person).get(f"{address}pdf/").status_code for person in readers] == [200, 200, 200]
    assert [signed_in(person).get(f"{address}pdf/").status_code for person in strangers] == [404, 404, 404, 404]


def listed(scene: Scene, **asked: str) -> list[str]:
    answer = signed_in(scene.member(2)).get(reverse("boards:decisions"), asked)
    return [row[0].parameters["under"] for row in answer.context["rows"]]


def test_the_register_is_filtered_by_board_kind_outcome_day_and_words(scene: Scene) -> None:
    agreement = scene.submitted()
    carried(scene, "approve", agreement)
    lost(scene, "sanction", agency_id=scene.police.pk, measure="reprimand")
    one, two = Motion.objects.order_by("number")
    first, second = f"Motion {one.number}", f"Motion {two.number}"
    assert listed(scene) == [second, first]
    assert listed(scene, kind="approve") == [first]
    assert listed(scene, outcome="lost") == [second]
    assert listed(scene, q=agreement.number.lower()) == [first]
    assert listed(scene, q="Cedar Police") == [second]
    assert listed(scene, board=str(scene.board.pk)) == [second, first]
    assert listed(scene, until="2020-01-01") == []
    assert listed(scene, since="2020-01-01") == [second, first]
    assert listed(scene, kind="nonsense") == []


def test_pages_of_the_register_meet_without_a_gap(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "PAGE", 2)
    made = [carried(scene, "sanction", agency_id=scene.police.pk, measure="reprimand") for _ in range(5)]
    seen, page = [], decisions.page(decisions.visible_to(scene.chair), {})
    while True:
        seen += [each.pk for each in page.items]
        if page.older is None:
            break
        page = decisions.page(decisions.visible_to(scene.chair), {"before": page.older.rpartition("=")[2]})
    assert seen == [each.pk for each in reversed(made)]
    assert page.newer is not None
    back = decisions.page(decisions.visible_to(scene.chair), {"after": page.newer.rpartition("=")[2]})
    assert [each.pk for each in back.items] == seen[2:4]


def test_the_csv_has_the_same_rows(scene: Scene) -> None:
    carried(scene, "sanction", agency_id=scene.police.pk, measure="reprimand", grounds="For late audits.")
    answer = signed_in(scene.member(2)).get(reverse("boards:decisions_csv"))
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "Reprimand: Cedar Police" in text
    found = Decision.objects.get()
    assert f"http://testserver{reverse('boards:decision', args=[found.pk])}" in text
    assert found.ballot.motion.number.startswith(f"{scene.board.short_name}-")


def test_the_filter_is_kept_on_the_way_to_the_csv_and_to_other_pages(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "PAGE", 1)
    for _ in range(2):
        carried(scene, "sanction", agency_id=scene.police.pk, measure="reprimand")
    lost = voted(scene, moved(scene, "sanction", agency_id=scene.police.pk, measure="plan"), "nnn")
    asked = {"q": "cedar police", "board": str(scene.board.pk), "kind": "sanction", "outcome": "carried"}
    asked |= {"since": "2020-01-01", "until": "2090-01-01"}
    reader = signed_in(scene.chair)
    page = reader.get(reverse("boards:decisions"), asked)
    older, csv = page.context["older"], page.context["csv"]
    for address in (older, csv):
        kept = parse_qs(urlsplit(address).query)
        assert {name: kept[name] for name in asked} == {name: [value] for name, value in asked.items()}
    assert len(reader.get(reverse("boards:decisions") + older).context["rows"]) == 1
    text = b"".join(reader.get(csv).streaming_content).decode()  # type: ignore[attr-defined]
    assert text.count("Reprimand: Cedar Police") == 2
    assert lost.ballot.motion.number not in text
    wrong = reader.get(reverse("boards:decisions_csv"), {"since": "yesterday"}, follow=True)
    assert wrong.redirect_chain[0][0] == f"{reverse('boards:decisions')}?since=yesterday"
    assert "Enter a valid date" in wrong.content.decode()


# --- What is public -------------------------------------------------------------------------------------------------


def public() -> set[Any]:
    """Decisions in the public register; each page agrees with the list."""
    found = set(decisions.public().values_list("pk", flat=True))
    for each in Decision.objects.all():
        expected = 200 if each.pk in found else 404
        for name in ("public:decision", "public:decision_pdf"):
            assert Client().get(reverse(name, args=[each.pk])).status_code == expected
    return found


def test_an_approval_is_public_while_the_agreement_shares_and_not_a_moment_longer(scene: Scene) -> None:
    agreement = scene.submitted()
    approval = carried(scene, "approve", agreement)
    assert public() == set(), "signing"
    make.signed_by_all(Agreement.objects.get(pk=agreement.pk))
    assert public() == {approval.pk}
    suspension = carried(scene, "suspend", agreement)
    assert public() == set(), "suspended"
    resumption = carried(scene, "resume", agreement)
    assert public() == {approval.pk, suspension.pk, resumption.pk}
    carried(scene, "terminate", agreement)
    assert public() == set(), "terminated"


def test_nothing_is_public_of_what_was_rejected_lost_or_sent_back(scene: Scene) -> None:
    carried(scene, "reject", scene.submitted())
    lost(scene, "approve", scene.submitted())
    carried(scene, "send_back", scene.submitted(), conditions=SECRET)
    assert public() == set()


def test_that_an_earlier_version_was_sent_back_stays_unknown_when_the_next_is_in_force(scene: Scene) -> None:
    from sharing_agreements import commands as agreements  # noqa: PLC0415

    agreement = scene.submitted()
    carried(scene, "send_back", agreement, conditions=SECRET)
    agreements.submit(actor=agreement.author, agreement_id=agreement.pk)
    approval = carried(scene, "approve", agreement)
    make.signed_by_all(Agreement.objects.get(pk=agreement.pk))
    assert public() == {approval.pk}
    page = Client().get(reverse("public:decision", args=[approval.pk])).content.decode()
    assert SECRET not in page
    assert "version 2" in page


def test_charters_policies_and_sanctions_are_public_and_what_was_declined_is_not(scene: Scene) -> None:
    version = make.policy(scene.court)
    make.amended(scene.board, ballot_days=3)
    seen = {Decision.objects.get().pk}
    seen.add(carried(scene, "policy", policy_version_id=version.pk).pk)
    seen.add(carried(scene, "sanction", agency_id=scene.police.pk, measure="plan").pk)
    seen.add(carried(scene, "lift", lifts_id=Sanction.objects.get().pk).pk)
    lost(scene, "policy", policy_version_id=version.pk)
    lost(scene, "sanction", agency_id=scene.police.pk, measure="suspension")
    assert public() == seen


def test_a_board_that_does_not_meet_in_public_publishes_nothing(scene: Scene) -> None:
    carried(scene, "sanction", agency_id=scene.police.pk, measure="plan")
    board = Board.objects.get(pk=scene.board.pk)
    board.meets_in_public = False
    board.save()
    assert public() == set()


def test_ballots_that_decided_nothing_are_not_public(scene: Scene) -> None:
    opened = moved(scene, "sanction", agency_id=scene.police.pk, measure="plan")
    commands.cancel_ballot(actor=scene.chair, ballot_id=opened.pk, reason="Wrong annex")
    assert public() == set()


def test_the_public_version_names_seats_and_agencies_and_no_person_and_no_statement(scene: Scene) -> None:
    version = make.policy(scene.court)
    opened = moved(scene, "policy", policy_version_id=version.pk)
    found = voted(scene, opened, "nryyy")
    assert found.outcome == Decision.Outcome.CARRIED
    page = Client().get(reverse("public:decision", args=[found.pk])).content.decode()
    file = text_of(Client().get(reverse("public:decision_pdf", args=[found.pk])).content)
    for said in (page, file):
        assert SECRET not in said
        assert "replay_ballot" not in said
        for number in range(1, 6):
            assert str(scene.member(number)) not in said
            assert scene.board.seats.get(number=number).agency.name in said
    assert page.count("Disapprove") == 1


def on_a_closed_agenda(scene: Scene, found: Decision, ground: str = "Gov. Code 54957(b)") -> Meeting:
    meeting = Meeting(board=scene.board, starts_at=found.at, place="Room 2", called_by=scene.chair)
    meeting.save()
    AgendaItem(
        meeting=meeting, number=1, title="Personnel", motion_id=found.ballot.motion_id, closed_ground=ground
    ).save()
    return meeting


def in_closed_session(scene: Scene, found: Decision, owner_sql: OwnerSql) -> None:
    """As if the vote had been taken there."""
    meeting = on_a_closed_agenda(scene, found)
    owner_sql(f"UPDATE boards_ballot SET meeting_id = '{meeting.pk}' WHERE id = '{found.ballot_id}'")


def test_business_of_a_closed_session_shows_its_legal_ground_and_nothing_else(
    scene: Scene, owner_sql: OwnerSql
) -> None:
    found = carried(scene, "sanction", agency_id=scene.police.pk, measure="plan", grounds="A secret of personnel.")
    in_closed_session(scene, found, owner_sql)
    answers = [
        Client().get(reverse("public:decision", args=[found.pk])).content.decode(),
        Client().get(reverse("public:decisions")).content.decode().partition('<table class="usa-table')[2],
        text_of(Client().get(reverse("public:decision_pdf", args=[found.pk])).content),
        b"".join(Client().get(reverse("public:decisions_csv")).streaming_content).decode(),  # type: ignore[attr-defined]
    ]
    for said in answers:
        assert "Gov. Code 54957(b)" in said
        for hidden in ("secret", "Cedar Police", "Corrective", "Carried", "Sanction", "Approve"):
            assert hidden not in said, hidden


@pytest.mark.parametrize("asked", [{"q": "corrective"}, {"kind": "sanction"}, {"outcome": "carried"}])
def test_closed_business_cannot_be_found_by_what_is_not_shown_of_it(
    scene: Scene, owner_sql: OwnerSql, asked: dict[str, str]
) -> None:
    found = carried(scene, "sanction", agency_id=scene.police.pk, measure="plan", grounds="A secret of personnel.")
    assert Client().get(reverse("public:decisions"), asked).context["count"] == 1
    in_closed_session(scene, found, owner_sql)
    assert Client().get(reverse("public:decisions"), asked).context["count"] == 0
    assert Client().get(reverse("public:decisions")).context["count"] == 1


def test_a_decision_in_writing_is_not_closed_by_an_agenda_on_which_its_motion_also_stood(scene: Scene) -> None:
    found = carried(scene, "sanction", agency_id=scene.police.pk, measure="plan")
    on_a_closed_agenda(scene, found)
    assert "Corrective plan" in Client().get(reverse("public:decision", args=[found.pk])).content.decode()


def test_whoever_voted_keeps_reading_what_they_voted_on(scene: Scene) -> None:
    opened = moved(scene, "sanction", agency_id=scene.police.pk, measure="plan")
    gone, silent = scene.member(4), scene.member(5)
    for number in (4, 5):
        commands.vacate_seat(
            actor=make.portal_administrator(), seat_id=scene.board.seats.get(number=number).pk, reason="Moved away"
        )
    for number, voter in ((4, gone), (2, None), (3, None)):
        commands.cast_vote(actor=voter or scene.member(number), ballot_id=opened.pk, position="yes")
    address = reverse("boards:decision", args=[Decision.objects.get(ballot=opened).pk])
    assert signed_in(gone).get(address).status_code == 200
    assert signed_in(silent).get(address).status_code == 404


def test_an_auditor_of_an_agency_reads_no_sanction_of_another(scene: Scene) -> None:
    found = carried(scene, "sanction", agency_id=scene.police.pk, measure="plan")
    make.submitted(scene.court, scene.police, scene.cases)
    address = reverse("boards:decision", args=[found.pk])
    statuses = [signed_in(make.auditor(of)).get(address).status_code for of in (scene.police, scene.court, None)]
    assert statuses == [200, 404, 200]


# --- PDF ------------------------------------------------------------------------------------------------------------


def text_of(file: bytes) -> str:
    """What a PDF says, in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(file)).pages).split())


def flat(text: str) -> str:
    return "".join(text.split())


def test_the_pdf_says_what_the_page_says(scene: Scene) -> None:
    agreement = scene.submitted()
    found = voted(scene, moved(scene, "approve", agreement, conditions="Line one\nline two <b>&"), "nryyy")
    record = record_of(whole(found))
    answer = signed_in(scene.chair).get(reverse("boards:decision_pdf", args=[found.pk]))
    file = flat(text_of(answer.content))
    page = signed_in(scene.chair).get(reverse("boards:decision", args=[found.pk])).content.decode()
    for said in words(record).split("\n"):
        if said != record.outcome:
            assert flat(said) in file, said
    assert "Line one<br>line two &lt;b&gt;&amp;" in page
    assert answer["Content-Disposition"] == f'attachment; filename="decision-{found.ballot.motion.number}.pdf"'
    assert answer["Content-Type"] == "application/pdf"


def test_the_pdf_has_title_language_and_page_numbers_and_is_the_same_each_time(scene: Scene) -> None:
    agreement = scene.submitted()
    long = "\n".join(f"Paragraph {number} of the conditions." for number in range(120))
    found = carried(scene, "approve", agreement, conditions=long)
    address = reverse("boards:decision_pdf", args=[found.pk])
    first, second = (signed_in(scene.chair).get(address).content for _ in range(2))
    assert first == second
    read = PdfReader(BytesIO(first))
    assert read.metadata is not None
    assert read.metadata.title == (
        f"Approve version 1 of {agreement.number}: Carried, Motion {found.ballot.motion.number}, {scene.board}"
    )
    assert str(read.root_object["/Lang"]) == "en-US"
    assert len(read.pages) > 2
    for number, page in enumerate(read.pages, 1):
        assert f"Page {number} of {len(read.pages)}" in page.extract_text()


def test_a_pdf_writes_names_with_every_latin_letter(db: None) -> None:
    scene = set_up()
    agency = make.agency("Łódź și Đà Nẵng Precinct")
    found = carried(scene, "sanction", agency_id=agency.pk, measure="plan")
    answer = signed_in(scene.chair).get(reverse("boards:decision_pdf", args=[found.pk]))
    assert "Łódź și Đà Nẵng Precinct" in text_of(answer.content)


def test_a_pdf_shows_where_its_font_has_no_sign(scene: Scene) -> None:
    found = carried(scene, "sanction", agency_id=scene.police.pk, measure="plan", grounds="They said 日本 and 🧑.")
    answer = signed_in(scene.chair).get(reverse("boards:decision_pdf", args=[found.pk]))
    assert "They said [U+65E5][U+672C] and [U+1F9D1]." in text_of(answer.content)
