"""Names of protected people in a docket entry: what its custodian is warned of before it is released."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agencies.models import Agency
from portal.records.decision import Decision
from portal.records.decision.disclosure import CONDITIONS
from portal.records.decision.rules import by_rules
from portal.records.reading import aliases_in, name_key
from privacy.models import ANY, DataCategory, ParticipantRole, Purpose, Treatment
from sharing_agreements.models import Grant

from .values import Person

WORD = re.compile(r"[^\W_]+")
COMMON = frozenset({"and", "for", "inc", "llc", "the"})
SHORTEST = 3


@dataclass(frozen=True)
class Naming:
    """A text with the words marked that seem to name protected people, and how many of them it names; and whether it
    tells, or may tell, of an end without conviction."""

    text: SafeString
    people: int
    outcome: bool = False

    @property
    def is_read_first(self) -> bool:
        """Whether it is released on purpose only."""
        return self.people > 0 or self.outcome


def naming(decision: Decision, record_set_id: UUID, people: list[Person], text: str) -> Naming:
    """The protected people whom a text seems to name, by the words of their names and aliases. What the custodian is
    not shown cannot be told."""
    return named(protected_roles(decision, record_set_id), people, text)


def named(hidden: set[str], people: list[Person], text: str) -> Naming:
    """The same with the roles that are protected; for many texts, whose roles are asked once."""
    others = {word for person in people if person.role not in hidden for word in _words(person)}
    telling = [_words(person) for person in people if person.role in hidden]
    borne = set().union(*telling)
    pieces, found, end = [], set(), 0
    before: set[str] = set()
    for match in WORD.finditer(text):
        keys = set(name_key(match[0]).split())
        # A family name that others bear too tells of them only right behind a name that is theirs alone.
        if keys & borne and not (keys & borne <= others and before & (others - borne)):
            pieces += [format_html("{}<mark>{}</mark>", text[end : match.start()], match[0])]
            found |= keys
            end = match.end()
        before = keys
    marked = format_html("{}{}", format_html_join("", "{}", ((piece,) for piece in pieces)), text[end:])
    return Naming(marked, sum(bool(words & found) for words in telling))


def protected_roles(decision: Decision, record_set_id: UUID) -> set[str]:
    """Roles of people whose name somebody does not see who reads a released entry: by the owner's rules alone, whoever
    may share one day, and by the terms under which the set is shared now."""
    open_set = decision.sets[record_set_id]
    rules = decision.disclosure.rules[open_set.owner_id]
    roles = [str(role) for role in ParticipantRole]

    def shows(kind: str, purpose: str, role: str, category: str) -> bool:
        ruling = by_rules(rules, kind, purpose, role, category)
        # A name that is shown under conditions is withheld where they are not met.
        return ruling.treatment == Treatment.SHOWN and not {*ruling.obligations} & {*CONDITIONS}

    readers = [
        (kind, purpose)
        for kind in Agency.Kind.values
        for purpose in Purpose.values
        if shows(kind, purpose, ANY, DataCategory.FREE_TEXT)
    ]
    hidden = {role for role in roles if not all(shows(*reader, role, DataCategory.NAME) for reader in readers)}
    for grant in Grant.objects.live().filter(record_set=record_set_id).select_related("term"):
        if DataCategory.FREE_TEXT in grant.term.data_categories:
            named = DataCategory.NAME in grant.term.data_categories
            hidden |= {role for role in roles if not named or role not in grant.term.participant_roles}
    return hidden | {str(ParticipantRole.INFORMANT)}


def _words(person: Person) -> set[str]:
    """The words of a person's name and aliases as they are shown, but for those that any text holds."""
    names: Iterable[str] = [person.name.value or "", *aliases_in(person.aliases.value or "")]
    words = {word for name in names for word in name_key(name).split()}
    return {word for word in words if len(word) >= SHORTEST and word not in COMMON} or words
