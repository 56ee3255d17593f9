"""Public lists onto the register."""

import json
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from agencies.commands.importing import import_agencies
from agencies.models import Agency
from agencies.reading import read_agencies, read_courts
from tests import make
from tests.shared_data import COURTS, ORI_CSV, needs_shared_data

pytestmark = pytest.mark.django_db


def courts(path: Path, *rows: dict[str, object]) -> Path:
    base = {"system": "state", "level": "gjc", "type": "trial", "location": "California", "dates": [], "examples": []}
    path.write_text(json.dumps([{**base, **row} for row in rows]))
    return path


def test_courts_are_listed_with_their_parent_and_history(tmp_path: Path) -> None:
    admin = make.portal_administrator()
    path = courts(
        tmp_path / "courts.json", {"id": "part", "name": "Part", "parent": "whole"}, {"id": "whole", "name": "W"}
    )
    report = import_agencies(actor=admin, rows=read_courts(path), source="courts-db")
    part = Agency.objects.get(court_id="part")
    assert (report.added, part.status) == (2, "listed")
    assert part.parent == Agency.objects.get(court_id="whole")
    assert part.history.get().history_user == admin


def test_the_same_list_again_changes_nothing_and_a_new_one_only_what_differs(tmp_path: Path) -> None:
    admin = make.portal_administrator()
    first = courts(tmp_path / "courts.json", {"id": "a", "name": "Alder"}, {"id": "b", "name": "Birch"})
    import_agencies(actor=admin, rows=read_courts(first), source="courts-db")
    again = import_agencies(actor=admin, rows=read_courts(first), source="courts-db")
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    later = courts(tmp_path / "later.json", {"id": "a", "name": "Alder Court"}, {"id": "b", "name": "Birch"})
    changed = import_agencies(actor=admin, rows=read_courts(later), source="courts-db")
    assert (changed.changed, changed.unchanged) == (1, 1)
    assert Agency.objects.get(court_id="a").name == "Alder Court"


def test_what_an_administrator_corrected_outweighs_the_list(tmp_path: Path) -> None:
    admin = make.portal_administrator()
    working = make.agency("Alder County Court", kind="court", court_id="a")
    path = courts(tmp_path / "courts.json", {"id": "a", "name": "Alder"})
    import_agencies(actor=admin, rows=read_courts(path), source="courts-db")
    working = Agency.objects.get(pk=working.pk)
    assert (working.name, working.status) == ("Alder County Court", "active")


def test_same_names_are_listed_and_not_merged(tmp_path: Path) -> None:
    path = courts(tmp_path / "courts.json", {"id": "a", "name": "Same"}, {"id": "b", "name": "Same"})
    report = import_agencies(actor=make.portal_administrator(), rows=read_courts(path), source="courts-db")
    assert report.same_names == [("Same", "CA", ("a", "b"))]
    assert Agency.objects.filter(name="Same").count() == 2


def test_only_a_portal_administrator_imports(tmp_path: Path) -> None:
    person = make.person(roles=("agency_administrator",)).person
    with pytest.raises(PermissionDenied):
        import_agencies(actor=person, rows=[], source="courts-db")


@needs_shared_data
def test_the_whole_public_lists_import() -> None:
    admin = make.portal_administrator()
    found = import_agencies(actor=admin, rows=read_courts(COURTS), source="courts-db")
    assert (found.added, found.problems) == (2154, [])
    police = list(read_agencies(ORI_CSV))
    found = import_agencies(actor=admin, rows=police, source="fbi-ori")
    assert (found.added, len(found.same_names)) == (14509, 86)
    assert [problem.severity for problem in found.problems] == ["note"]  # one agency has no name
    again = import_agencies(actor=admin, rows=police, source="fbi-ori")
    assert (again.added, again.changed, again.unchanged) == (0, 0, 14509)
