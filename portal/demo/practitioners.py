"""Practitioners of the demonstration: who shows themselves, a working group, and what is suggested to the library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import User
from agencies.practitioners import commands
from agencies.practitioners.models import FILES, Profile, WorkingGroup
from portal.kernel import files
from portal.resources.library import commands as library
from portal.resources.library.models import Resource

PROFILES: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "p.odhiambo@court.example",
        {
            "shows_agency": True,
            "shows_title": True,
            "shows_state": True,
            "experience": ["privacy", "victims"],
            "about": "Wrote the privacy policy of the court and saw it through its review.",
            "takes_messages": True,
        },
    ),
    (
        "k.adeyemi@court.example",
        {"shows_agency": True, "shows_state": True, "experience": ["agreements", "governance"], "takes_messages": True},
    ),
    ("r.abernathy@corrections.example", {"shows_state": True, "experience": ["governance", "funding"]}),
    (
        "l.reyes@casd.example",
        {
            "shows_agency": True,
            "shows_title": True,
            "experience": ["standards", "identity"],
            "about": "Ask me how dockets of a federal court come into an exchange.",
            "takes_messages": True,
        },
    ),
    ("v.nakamura@probation.example", {"experience": ["juvenile"]}),
)
GROUP = "Privacy policies that fit together"
NOTES = """Where our policies differ

1. Who sees the name of a witness.
2. How long a request for correction may take.
3. What a recipient does with a record that is taken back.
"""


def load(admin: User, find: Callable[[str], User]) -> None:
    """What is there already is left alone."""
    for email, shown in PROFILES:
        if not Profile.objects.filter(person=find(email)).exists():
            commands.join(actor=find(email), **shown)
    if not WorkingGroup.objects.filter(name=GROUP).exists():
        _group(admin, find)
    _suggestions(admin, find("p.odhiambo@court.example"))


def _group(admin: User, find: Callable[[str], User]) -> None:
    chair = find("p.odhiambo@court.example")
    profile = Profile.objects.get(person=chair)
    group = commands.open_group(
        actor=admin,
        name=GROUP,
        purpose="Compare the privacy policies of our agencies, and write down what all can say in the same words.",
        chair_id=profile.pk,
    )
    asked = commands.ask_to_join(actor=find("t.bauer@da.example"), group_id=group.pk)
    commands.admit(actor=chair, member_id=asked.pk)
    commands.ask_to_join(actor=find("d.vance@sheriff.example"), group_id=group.pk)
    commands.announce(
        actor=chair,
        group_id=group.pk,
        title="Where our policies differ",
        text="I put what I found into a document. Please read it before we talk.",
    )
    upload = SimpleUploadedFile("differences.txt", NOTES.encode())
    stored = files.keep(upload, folder=FILES, kinds=(files.TEXT,), most=files.MEBIBYTE)
    commands.add_document(actor=chair, group_id=group.pk, title="Differences of our policies", stored=stored)
    commands.write(
        actor=find("d.vance@sheriff.example"),
        profile_id=profile.pk,
        text="We are about to write our first privacy policy. With which section did you begin?",
    )


def _suggestions(admin: User, practitioner: User) -> None:
    """Real texts, too: one waits for a decision, one was declined."""
    if Resource.objects.suggested_by(practitioner).exists():
        return
    said: dict[str, Any] = {"part": "privacy", "kind": "regulation", "tags": ["sealed records"]}
    library.suggest(
        actor=practitioner,
        title="California Rules of Court, rule 2.550, Sealed records",
        publisher="Judicial Council of California",
        summary="When a court may seal a record, and what its order has to find.",
        link="https://courts.ca.gov/cms/rules/index/two/rule2_550",
        jurisdiction="CA",
        **said,
    )
    double = library.suggest(
        actor=practitioner,
        title="28 CFR 20.21, Preparation and submission of a Criminal History Record Information Plan",
        publisher="U.S. Department of Justice",
        summary="Limits on the dissemination of criminal history record information.",
        link="https://www.ecfr.gov/current/title-28/section-20.21",
        jurisdiction="US",
        **said,
    )
    library.decline(
        actor=admin, resource_id=double.pk, reason="It is part of 28 CFR Part 20, which the library has as a whole."
    )
