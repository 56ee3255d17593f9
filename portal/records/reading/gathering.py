"""Gathers the people, charges and entries of a document that is read by a shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from portal.kernel.reading.problem import Problems
from portal.kernel.reading.strict_json import Flaw, kind, unstorable
from portal.records.reading.charges import count_number_of, statute_of
from portal.records.reading.draft import DOCKET, LONGEST, CaseDraft, ChargeDraft, EntryDraft, ParticipantDraft
from portal.records.reading.parties import ATTORNEY, aliases_in
from portal.records.reading.roles import attorney_role, is_known, role_of
from portal.records.reading.shape import DERIVED, IN, MADE, OF, Row, Shape, Taken, take

_THING = (
    r"(?:\W*$|\W+(?:case|matter|part|appell|defendant|plaintiff|petitioner|respondent|movant|search|warrant|order))"
)
_SEALED = re.compile(
    rf"^\W*(?:in re\W+)?(?:(?:filed )?under seal\b|sealed(?:{_THING}|\W+vs?\b))|\bvs?\.? +sealed{_THING}",
    re.IGNORECASE,
)
_JUVENILE = re.compile(r"\b(?:juveniles?|delinquen\w+|dependency|parental rights)\b", re.IGNORECASE)


def sealed_by_title(title: str) -> bool:
    """Whether a court calls a case sealed in the place of its title: `In re: Sealed Case`, `Sealed v. Sealed`."""
    return bool(_SEALED.search(title))


def about_a_juvenile(*words: str) -> bool:
    """Whether a court's own words for the kind of a case say that it is about a child."""
    return any(_JUVENILE.search(each) for each in words)


def facts_of(**named: str) -> dict[str, str]:
    """Facts under the names that all families have in common, those that are there:

    `originating_court`, `originating_number`, `originating_county` (where the case comes from), `case_type` (the
    court's own kind), `nature_of_suit`, `fee_status`, `standing` (open or closed, as the source says).
    """
    return {name: value for name, value in named.items() if value.strip()}


class Gathering:
    """`left_out` counts parties that could not be read; `unnamed`: there is one whose name the source does not give."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.participants: list[ParticipantDraft] = []
        self.charges: list[ChargeDraft] = []
        self.entries: list[EntryDraft] = []
        self.left_out = 0
        self.unnamed = False

    def objects(self, rows: Sequence[Row], what: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The rows that are objects; another is left out, and said."""
        for place, row in rows:
            if isinstance(row, dict):
                yield place, row
            else:
                reason = row.reason if isinstance(row, Flaw) else f"is {kind(row)}, not {what}; it was left out."
                self.problems.error(place, reason)

    def known_parties(self, rows: Sequence[Row]) -> list[tuple[str, dict[str, Any]]]:
        """The rows that are parties; another one is left out and counts as somebody unknown."""
        found = list(self.objects(rows, "a party"))
        self.left_out += len(rows) - len(found)
        return found

    def parties(self, taken: Taken, rows: str, shape: Shape) -> Iterator[tuple[int, Taken]]:
        """Read the list `rows` of parties; gives each with its index among the participants, for what hangs on it."""
        for place, row in self.known_parties(taken.rows.get(rows, [])):
            party = take(shape, row, place, self.problems)
            if (index := self.party(party, rows)) is not None:
                yield index, party

    def party(self, taken: Taken, rows: str, *, source_type: str = "") -> int | None:
        """One party. Without a name it is kept as somebody unknown; without a type it is left out."""
        kind_of_party = taken.text("source_type") or source_type
        if not kind_of_party.strip():
            self.problems.error(taken.place, "is a party without a type that can be read; it was left out.")
            self.left_out += 1
            return None
        if not taken.text("name").strip():
            self.problems.note(taken.place, "is a party without a name: texts of the docket may name somebody unknown.")
            self.unnamed = True
        role = role_of(kind_of_party)
        if not is_known(kind_of_party):
            self.problems.note(taken.place, "is of no type of party that is known; the party's role is 'other'.")
        party = ParticipantDraft(
            role=role,
            source_type=_short(kind_of_party),
            name=taken.text("name"),
            extra=taken.text("extra"),
            contact=taken.text("contact"),
            terminated_on=taken.day("terminated_on"),
            birth_date=taken.day("birth_date"),
            aliases=aliases_in(taken.text("extra")),
            place=taken.place,
            other=taken.other,
        )
        self.participants.append(replace(party, form=form_of(taken, party, rows)))
        return len(self.participants) - 1

    def attorneys(
        self, taken: Taken, rows: str, shape: Shape, represents: int, contact: Callable[[Taken], str] | None = None
    ) -> None:
        """Read the list `rows` of attorneys that stands in a party; `contact` makes one of what is kept in parts."""
        for place, row in self.objects(taken.rows.get(rows, []), "an attorney"):
            attorney = take(shape, row, place, self.problems)
            self.attorney(attorney, rows, represents, of=f"p{represents}", contact=contact(attorney) if contact else "")

    def attorney(
        self, taken: Taken, rows: str, represents: int, *, of: str = "", contact: str = "", roles: tuple[str, ...] = ()
    ) -> None:
        if not taken.text("name").strip():
            self.problems.error(taken.place, "is an attorney without a name that can be read; it was left out.")
            return
        attorney = self._counsel(
            taken.text("name"),
            represents,
            taken.text("contact") or contact,
            place=taken.place,
            attorney_roles=taken.values.get("attorney_roles", roles),
            other=taken.other,
        )
        self.participants.append(replace(attorney, form=form_of(taken, attorney, rows, of)))

    def counsel(self, name: object, represents: int, place: str) -> None:
        """An attorney whose name stands in a list that is kept as it is."""
        if isinstance(name, str) and self.fits(name):
            self.participants.append(self._counsel(name, represents, "", place=place, form={IN: DERIVED}))

    def _counsel(self, name: str, represents: int, contact: str, **more: Any) -> ParticipantDraft:
        party = self.participants[represents]
        role = attorney_role(party.role, party.name, name, contact)
        return ParticipantDraft(
            role=role, source_type=ATTORNEY, name=name, contact=contact, represents=represents, **more
        )

    def judge(self, name: object, source_type: str, place: str) -> None:
        """A judge whose name stands somewhere in the document, which keeps it."""
        if isinstance(name, str) and self.fits(name):
            self.participants.append(
                ParticipantDraft("judge", source_type, name, place=place, form={IN: DERIVED}),
            )

    @staticmethod
    def fits(name: str) -> bool:
        return bool(name.strip()) and len(name) <= LONGEST["name"] and not unstorable(name)

    def entry(self, taken: Taken, rows: str, *, of: str = "", description: str = "", number: str = "") -> int:
        entry = EntryDraft(
            sequence=len(self.entries) + 1,
            number=taken.text("number") or number,
            filed_on=taken.day("filed_on"),
            entered_on=taken.day("entered_on"),
            description=taken.text("description") or description,
            document_id=taken.text("document_id"),
            sequence_id=taken.text("sequence_id"),
            other=taken.other,
        )
        self.entries.append(replace(entry, form=form_of(taken, entry, rows, of)))
        return len(self.entries) - 1

    def all_entries(self, taken: Taken, rows: str, shape: Shape) -> None:
        """Read the list `rows` of docket entries, each with a text of its own."""
        for place, row in self.objects(taken.rows.get(rows, []), "a docket entry"):
            self.entry(take(shape, row, place, self.problems), rows)

    def charge(self, taken: Taken, rows: str, participant: int, *, of: str = "") -> None:
        description = taken.text("description")
        charge = ChargeDraft(
            sequence=len(self.charges) + 1,
            kind="count",
            participant=participant,
            description=description,
            statute=taken.text("statute") or statute_of(description),
            count_number=taken.text("count_number") or count_number_of(description),
            status=taken.text("status"),
            disposition=taken.text("disposition"),
            other=taken.other,
        )
        self.charges.append(replace(charge, form=form_of(taken, charge, rows, of)))

    def case(
        self,
        taken: Taken,
        *,
        family: str,
        court_id: str,
        docket_number: str,
        source_id: str,
        facts: Mapping[str, str],
        category: str = "",
        sealed: bool = False,
        juvenile: bool = False,
        title: str = "",
    ) -> CaseDraft:
        """The case of what was gathered."""
        title = taken.text("title") or title
        nobody = not any(each.represents is None and each.role != "judge" for each in self.participants)
        case = CaseDraft(
            family=family,
            source_system=DOCKET,
            source_id=source_id,
            court_id=court_id,
            docket_number=docket_number,
            title=title,
            filed_on=taken.day("filed_on"),
            terminated_on=taken.day("terminated_on"),
            category=category[: LONGEST["category"]],
            sealed=sealed or sealed_by_title(title),
            juvenile=juvenile or any(each.role == "juvenile" for each in self.participants),
            facts=facts,
            participants=tuple(self.participants),
            charges=tuple(self.charges),
            entries=tuple(self.entries),
            parties_left_out=self.left_out,
            unnamed=self.unnamed or nobody,
            other=taken.other,
        )
        return replace(case, form=form_of(taken, case))


def _short(kind_of_party: str) -> str:
    """A type that was made of other values, which are kept whole, as its column holds it."""
    longest = LONGEST["source_type"]
    return kind_of_party if len(kind_of_party) <= longest else kind_of_party[: longest - 1] + "…"


def form_of(taken: Taken, draft: Any, rows: str = "", of: str = "") -> dict[str, str]:
    """How the source wrote a draft: where it stood, and which of its columns were made of other values."""
    slots = ("contact", "count_number", "description", "number", "source_type", "statute", "title")
    made = " ".join(slot for slot in slots if getattr(draft, slot, "") not in ("", ATTORNEY) and not taken.text(slot))
    return {**taken.form, **{key: value for key, value in ((IN, rows), (OF, of), (MADE, made)) if value}}


def identity(court_id: str, docket_number: str, problems: Problems, key: str = "docket_number") -> str:
    """What a court calls a docket, '' where it cannot be read, which is said; then the docket is refused."""
    if court_id.strip() and docket_number.strip():
        return f"{court_id.strip()}/{docket_number.strip()}"
    missing = "court_id" if not court_id.strip() else key
    problems.error(missing, "cannot be read, and without court and number a docket has no identity; it was refused.")
    return ""
