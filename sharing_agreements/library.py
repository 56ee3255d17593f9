"""What the clause library asks of drafts: topics by kind, the texts they begin with, and fixed words. Reads only."""

from __future__ import annotations

from collections.abc import Iterator

from .models import REQUIRED_TOPICS, Agreement, AgreementVersion, Clause, LibraryVersion, Topic

K, T = Agreement.Kind, Topic

MANDATORY: dict[str, tuple[tuple[Topic, ...], str]] = {
    K.MOU: (REQUIRED_TOPICS, "CJIS Security Policy 5.1.1.3"),
    K.USER: (REQUIRED_TOPICS, "CJIS Security Policy 5.1.1.3"),
    K.MANAGEMENT: (
        (T.PURPOSE, T.AUTHORITY, T.MANAGEMENT, T.SECURITY, T.SCREENING, T.TRAINING, T.AUDIT, T.TERM),
        "CJIS Security Policy 5.1.1.4",
    ),
    K.ADDENDUM: (
        (
            *(T.PURPOSE, T.AUTHORITY, T.USE, T.DISSEMINATION, T.SECURITY, T.SCREENING, T.TRAINING, T.BREACH),
            *(T.SANCTIONS, T.AUDIT, T.TERM, T.PARTICULARS),
        ),
        "CJIS Security Policy 5.1.1.5",
    ),
    K.DATA_USE: (
        (
            *(T.PURPOSE, T.AUTHORITY, T.SHARING, T.USE, T.DISSEMINATION, T.SECURITY, T.BREACH),
            *(T.SANCTIONS, T.AUDIT, T.RETURN, T.TERM),
        ),
        "28 CFR 20.21(b)(4)",
    ),
}
"""Kind -> topics that its text must cover before submission, and the rule that says so."""

SHARES_NOTHING_BY_ITSELF = frozenset({K.MANAGEMENT, K.ADDENDUM})
"""Kinds that bind people who run systems; records need not be opened to anybody under them."""

ONLY_STANDARD = frozenset({K.ADDENDUM})
"""Kinds whose text takes no clause besides those of the library."""


def template(kind: str) -> list[LibraryVersion]:
    """The newest words of each clause that the standard text of a kind is made of."""
    return list(LibraryVersion.objects.offered(kind).exclude(clause__number=""))


def newer(clause: Clause) -> LibraryVersion | None:
    """Newer words of the library for a clause that came from it."""
    taken = clause.library_version
    if taken is None or taken.clause.retired_at is not None:
        return None
    return LibraryVersion.objects.newest().filter(clause=taken.clause_id, number__gt=taken.number).first()


def unfitting(version: AgreementVersion) -> Iterator[str]:
    """Where the fixed text is not what the library says, each as a sentence that says what to do."""
    present = {
        clause.library_version.clause_id: clause
        for clause in version.clauses.select_related("library_version__clause")
        if clause.library_version is not None
    }
    for clause in present.values():
        if clause.is_fixed and not _is_exact(clause):
            yield f"take clause {clause.number} from the library again: its text is fixed, and differs."
    if version.agreement.change == Agreement.Change.JOINDER:
        return  # it leaves the text as it was signed
    for wanted in template(version.agreement.kind):
        if not wanted.clause.is_fixed:
            continue
        found = present.get(wanted.clause_id)
        if found is None:
            yield f"insert “{wanted.heading}” from the library: its text is fixed, and belongs here."
        elif found.library_version_id != wanted.pk:
            yield f"take the newer library text of clause {found.number} over: its text is fixed."


def _is_exact(clause: Clause) -> bool:
    """Whether a fixed clause says, under its number, what its library version says."""
    source = clause.library_version
    return source is None or (
        (clause.heading, clause.text, clause.topic) == (source.heading, source.text, source.clause.topic)
        and source.clause.number in {"", clause.number}
    )
