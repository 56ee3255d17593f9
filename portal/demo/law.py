"""The law that the court's privacy policy and its agreements rest on, and two gaps in it. Every authority is a real
one."""

from __future__ import annotations

from agencies.models import Agency, User
from privacy.law import commands
from privacy.law.models import Harmed, LawGap, LegalAuthority
from privacy.models import PolicyVersion
from sharing_agreements.commands import save_clause
from sharing_agreements.models import Agreement

CFR = "https://www.ecfr.gov/current/title-28/section-{}"
USC = "https://www.govinfo.gov/link/uscode/{}/{}"
CODE = "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode={}&sectionNum={}"
K = LegalAuthority.Kind

AUTHORITIES: tuple[tuple[str, str, str, str, str, tuple[str, ...]], ...] = (
    ("28 CFR 20.20", "Applicability", K.REGULATION, "US", CFR.format("20.20"), ("2.2",)),
    (
        "28 CFR 20.21",
        "Preparation and submission of a Criminal History Record Information Plan",
        K.REGULATION,
        "US",
        CFR.format("20.21"),
        ("2.2", "7.1", "10.4"),
    ),
    ("28 CFR 23.20", "Operating principles", K.REGULATION, "US", CFR.format("23.20"), ("2.2", "5.4")),
    (
        "18 USC 2265(d)(3)",
        "Limits on Internet publication of registration information",
        K.STATUTE,
        "US",
        USC.format(18, 2265),
        ("2.2", "10.5"),
    ),
    (
        "34 USC 12291(b)(2)",
        "Nondisclosure of confidential or private information",
        K.STATUTE,
        "US",
        USC.format(34, 12291),
        ("10.5",),
    ),
    ("5 USC 552a", "Records maintained on individuals", K.STATUTE, "US", USC.format(5, "552a"), ()),
    ("18 USC 5038", "Use of juvenile records", K.STATUTE, "US", USC.format(18, 5038), ()),
    (
        "Welf. & Inst. Code 827",
        "Who may inspect juvenile case files",
        K.STATUTE,
        "CA",
        CODE.format("WIC", 827),
        ("10.6",),
    ),
    (
        "Cal. Rules of Court, rule 2.550",
        "Sealed records",
        K.COURT_RULE,
        "CA",
        "https://courts.ca.gov/cms/rules/index/two/rule2_550",
        ("5.3",),
    ),
)
"""Citation, title, kind, jurisdiction, link; and the provisions of the standard policy that rest on it."""


CLAUSES: dict[str, tuple[str, ...]] = {
    "4.2": ("28 CFR 20.21", "18 USC 2265(d)(3)"),
    "5.1": ("28 CFR 20.21",),
}
"""Clauses of the standard text, by their numbers, with the law on which they rest."""


def authorities(keeper: User, agency: Agency) -> None:
    """What is there already is left alone."""
    for citation, title, kind, jurisdiction, link, _ in AUTHORITIES:
        if not LegalAuthority.objects.filter(citation=citation, jurisdiction=jurisdiction).exists():
            commands.enter_authority(
                actor=keeper,
                agency_id=agency.pk,
                citation=citation,
                title=title,
                kind=str(kind),
                jurisdiction=jurisdiction,
                link=link,
            )


def cited(draft: PolicyVersion, officer: User) -> None:
    """Let the provisions of a draft from the standard text rest on their law."""
    known = {each.citation: each.pk for each in LegalAuthority.objects.in_use()}
    for provision in draft.provisions.all():
        resting = [known[citation] for citation, *_, numbers in AUTHORITIES if provision.number in numbers]
        if resting:
            commands.cite(actor=officer, provision_id=provision.pk, authority_ids=resting)


def rested(draft: Agreement) -> None:
    """Let two clauses of a draft from the standard text rest on their law."""
    assert draft.current_version is not None  # noqa: S101 - drafting makes one
    known = {each.citation: each.pk for each in LegalAuthority.objects.in_use()}
    for clause in draft.current_version.clauses.filter(number__in=CLAUSES):
        save_clause(
            actor=draft.author,
            agreement_id=draft.pk,
            clause_id=clause.pk,
            number=clause.number,
            topic=clause.topic,
            heading=clause.heading,
            text=clause.text,
            authority_ids=[known[citation] for citation in CLAUSES[clause.number]],
        )


def gaps(officer: User, agency: Agency) -> None:
    """One that everybody reads, with a change proposed, and one that the court still looks into."""
    if LawGap.objects.filter(agency=agency).exists():
        return
    law = {each.citation: each for each in LegalAuthority.objects.in_use()}
    commands.open_gap(
        actor=officer,
        agency_id=agency.pk,
        title="Protection orders outside the Internet",
        authority=law["18 USC 2265(d)(3)"],
        gap="The law keeps the protected party of an order off public pages of the Internet. It does not speak of "
        "paper indexes, of counters, or of what an agency that received the order tells others.",
        harmed=[Harmed.VICTIMS],
        safeguard="No page that anybody can open names a party of an order. To other agencies a victim is "
        "shown by a label alone, and the address is withheld.",
        change=LawGap.Change.STATUTE,
        proposal="Let the limit speak of every way of publishing, and bind whoever received the order under it.",
        owner=officer,
        is_public=True,
        status=LawGap.Status.PROPOSED,
    )
    commands.open_gap(
        actor=officer,
        agency_id=agency.pk,
        title="Witnesses named in docket entries",
        authority=law["28 CFR 20.20"],
        gap="Part 20 does not apply to court records of public judicial proceedings. Who is named in a docket entry "
        "has no protection from it once the entry leaves the court.",
        harmed=[Harmed.WITNESSES, Harmed.VICTIMS],
        safeguard="Free text is withheld wherever a participant of the case is, until a custodian clears the entry.",
        change="",
        proposal="",
        owner=officer,
        is_public=False,
    )
