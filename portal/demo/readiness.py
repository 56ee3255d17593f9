"""How ready the agencies of the demonstration say they are, what the court does about what it lacks, and which changes
in law they ask for. Levels are invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from agencies.models import Agency, User
from agencies.readiness import commands, state
from agencies.readiness.commands import Given
from agencies.readiness.models import Assessment, PlanAction
from privacy.law import commands as law
from privacy.law.models import LawChange, LawGap, LegalAuthority
from sharing_agreements import commands as agreements
from sharing_agreements.models import Agreement

Find = Callable[[str], User]

COURT = {
    "business-model": 2,
    "collaboration": 3,
    "data-assets": 3,
    "governance": 3,
    "policies": 4,
    "leaders": 3,
    "compatibility": 2,
    "evaluation": 1,
    "projects": 2,
    "resources": 2,
    "stakeholders": 2,
    "strategy": 2,
    "acceptance": 3,
    "technology-fit": 2,
    "technology-knowledge": 2,
    "security": 3,
}
"""Level of each dimension's answers, by its key."""
LATER = {"evaluation": 2, "resources": 3, "business-model": 3}
FEDERAL = {**dict.fromkeys(COURT, 3), "stakeholders": 2, "evaluation": 2, "security": 4}
POLICE = {**COURT, "policies": 1, "technology-knowledge": 1, "acceptance": 2}
SHERIFF = {**dict.fromkeys(COURT, 2), "evaluation": 0, "strategy": 1}


def load(court: Agency, federal: Agency, police: Agency, sheriff: Agency, find: Find) -> None:
    """Two agencies reviewed, the court over two versions and shown to police; one in review, one being written."""
    if Assessment.objects.exists():
        return
    keeper, officer = find("k.adeyemi@court.example"), find("p.odhiambo@court.example")
    _reviewed(court, keeper, officer, COURT)
    last = _reviewed(court, keeper, officer, {**COURT, **LATER})
    commands.show_answers(actor=keeper, assessment_id=last.pk, agency_ids=[police.pk])
    _reviewed(federal, find("l.reyes@casd.example"), find("c.whitfield@casd.example"), FEDERAL)
    _reviewed(police, find("j.moreau@police.example"), find("e.sato@police.example"), POLICE)
    chief = find("s.whitlock@sheriff.example")
    waiting = _answered(sheriff, chief, SHERIFF)
    commands.submit(actor=chief, assessment_id=waiting.pk)
    _plan(court, keeper, officer)


def _answered(agency: Agency, by: User, levels: Mapping[str, int]) -> Assessment:
    draft = commands.begin(actor=by, agency_id=agency.pk)
    now = state.of(draft)
    given = {
        question.key: Given(
            max(levels[dimension.key] - (n == 2), 0),
            "medium" if n else "low",
            "",
            now.answers[question.key].pk if question.key in now.answers else None,
        )
        for dimension in now.dimensions
        for n, question in enumerate(dimension.questions)
    }
    commands.answer(actor=by, assessment_id=draft.pk, answers=given)
    if not now.evidence:
        for question, title, link in (
            ("authority", "Joint powers agreement of 2019", "https://board.example/joint-powers"),
            ("privacy-policy", "Privacy policy in force", "https://portal.example/policies/"),
        ):
            commands.add_evidence(actor=by, assessment_id=draft.pk, question=question, title=title, link=link)
    return draft


def _reviewed(agency: Agency, by: User, second: User, levels: Mapping[str, int]) -> Assessment:
    draft = _answered(agency, by, levels)
    commands.submit(actor=by, assessment_id=draft.pk)
    return commands.accept(actor=second, assessment_id=draft.pk, remark="The levels fit what we have.")


def _plan(court: Agency, keeper: User, officer: User) -> None:
    today = court.today
    once, yearly = PlanAction.Recurs
    for dimension, gap, action, owner, days, cost in (
        (
            "evaluation",
            "Nobody knows whether shared dispositions are on time.",
            "Measure how long a disposition takes to reach police, and publish it each quarter",
            keeper,
            20,
            (Decimal(18000), yearly),
        ),
        (
            "technology-fit",
            "Warrants go out as scanned pages.",
            "Build the warrant exchange to the NIEM standard and test it with police",
            keeper,
            200,
            (Decimal(96500), once),
        ),
        (
            "stakeholders",
            "Defense counsel and advocates of victims were never asked.",
            "Hear both, and say what became of what they said",
            officer,
            -6,
            None,
        ),
    ):
        paid = {"amount": cost[0], "recurs": str(cost[1]), "first_fiscal_year": today.year + 1} if cost else {}
        commands.add_action(
            actor=keeper,
            agency_id=court.pk,
            dimension=dimension,
            gap=gap,
            action=action,
            owner=owner,
            due_on=today + timedelta(days=days),
            **paid,
        )
    first = PlanAction.objects.get(agency=court, number=1)
    commands.move_action(actor=keeper, action_id=first.pk, to=PlanAction.Status.BEGUN)


def changes(officer: User, agency: Agency) -> None:
    """One before a legislature and on the boards' list, one that the court still thinks about, one that is done."""
    if LawChange.objects.filter(agency=agency).exists():
        return
    gap = LawGap.objects.get(agency=agency, title="Protection orders outside the Internet")
    today = agency.today
    cited = {each.citation: each for each in LegalAuthority.objects.in_use()}
    bill = law.enter_change(
        actor=officer,
        agency_id=agency.pk,
        title="Protected parties stay out of every index",
        on=today - timedelta(days=200),
        kind=LawGap.Change.STATUTE,
        authority=cited["18 USC 2265(d)(3)"],
        today="Limits what a jurisdiction makes available publicly on the Internet.",
        text="Strike “on the Internet”. Add: “Whoever receives such information under an agreement is bound likewise.”",
        unblocks="Notice of protection orders to Probation and Corrections without a label in place of the name.",
        sponsor="Judiciary committee, at the request of the board",
        gap_ids=[gap.pk],
        audience=LawChange.Audience.PUBLIC,
        on_agenda=True,
    )
    law.move_change(
        actor=officer, change_id=bill.pk, to="drafted", on=today - timedelta(days=90), note="Legislative counsel."
    )
    law.move_change(actor=officer, change_id=bill.pk, to="introduced", on=today - timedelta(days=30), bill="H.R. 9999")
    law.enter_change(
        actor=officer,
        agency_id=agency.pk,
        title="Juvenile dispositions to Probation",
        kind=LawGap.Change.RULE,
        authority=cited["Welf. & Inst. Code 827"],
        text="A local rule by which the juvenile court lets Probation inspect dispositions of those it supervises.",
        unblocks="The exchange of juvenile dispositions, now by paper.",
        audience=LawChange.Audience.PARTNERS,
        on_agenda=True,
    )
    practice = law.enter_change(
        actor=officer,
        agency_id=agency.pk,
        title="Clerks clear docket entries within two days",
        on=today - timedelta(days=60),
        kind=LawGap.Change.PRACTICE,
        text="An entry that names a protected person is cleared or withheld within two court days.",
        unblocks="Docket entries for partners, where they are withheld today.",
    )
    law.move_change(actor=officer, change_id=practice.pk, to="drafted", on=today - timedelta(days=40))
    law.move_change(
        actor=officer, change_id=practice.pk, to="enacted", on=today - timedelta(days=9), effective_on=today
    )
    waiting = Agreement.objects.filter(title="Case notices for Probation").select_related("author").first()
    if waiting is not None:
        agreements.await_change(actor=waiting.author, agreement_id=waiting.pk, change_id=bill.pk)
