"""What changed between two versions of a policy, word by word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal.kernel.redline import Piece, words_changed

from .models import PolicyVersion, Principle, Provision
from .rules import sentence
from .sections import in_order


@dataclass(frozen=True)
class ProvisionChange:
    """A provision that was added, removed or changed; `note` says what changed besides its text."""

    provision: Provision
    note: str
    pieces: list[Piece]


def provisions_changed(old: PolicyVersion, new: PolicyVersion) -> list[ProvisionChange]:
    """Provisions of either version that differ, as a person counts. A provision is known by its number."""
    before, after = _provisions(old), _provisions(new)
    found = [
        _change(before.get(each.number), after.get(each.number)) for each in in_order({**before, **after}.values())
    ]
    return [change for change in found if change is not None]


def _provisions(version: PolicyVersion) -> dict[str, Provision]:
    return {each.number: each for each in version.provisions.prefetch_related("citations__authority")}


def _change(old: Provision | None, new: Provision | None) -> ProvisionChange | None:
    there = new or old
    assert there is not None  # noqa: S101  (its number is in one of the versions)
    if old is None or new is None:
        kind, note = ("add", "New provision") if old is None else ("del", "Removed provision")
        return ProvisionChange(there, note, [(kind, there.text)])
    notes = list(_notes(old, new))
    if not notes and old.text == new.text:
        return None
    return ProvisionChange(new, ". ".join(notes), words_changed(old.text, new.text))


def _notes(old: Provision, new: Provision) -> Iterator[str]:
    if old.heading != new.heading:
        yield f"Heading was “{old.heading}”"
    if (was := _law(old)) != (now := _law(new)):
        yield f"Rested on {was or 'no law'}, rests on {now or 'none'}"
    if set(old.principles) != set(new.principles):
        yield f"Served {_principles(old)}, serves {_principles(new)}"


def _law(provision: Provision) -> str:
    return "; ".join(each.authority.citation for each in provision.citations.all())


def _principles(provision: Provision) -> str:
    return ", ".join(str(each.label).lower() for each in Principle if each in provision.principles) or "no principle"


def rest_changed(old: PolicyVersion, new: PolicyVersion) -> list[tuple[str, list[Piece]]]:
    """What changed of the summary, the contact and the disclosure rules, each by its name."""
    pairs = [("In short", old.summary, new.summary), ("Privacy officer", _contact(old), _contact(new))]
    before, after = _rules(old), _rules(new)
    pairs += [(f"Rule {code}", before.get(code, ""), after.get(code, "")) for code in {**before, **after}]
    return [(name, words_changed(was, now)) for name, was, now in pairs if was != now]


def _contact(version: PolicyVersion) -> str:
    return ", ".join(filter(None, [version.officer_name, version.officer_email, version.officer_phone]))


def _rules(version: PolicyVersion) -> dict[str, str]:
    rules = in_order(version.rules.select_related("provision"))
    return {each.code: f"{sentence(each)} Because: {each.reason}. Provision {each.provision.number}." for each in rules}
