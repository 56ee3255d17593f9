"""An invented docket in the federal form that tests bend, and what must hold of any reading."""

from __future__ import annotations

import copy
import json
from typing import Any

from portal.kernel.reading.strict_json import unstorable
from portal.records.reading import Reading, read_docket, write_docket
from portal.records.reading.draft import from_json, to_json

DOCKET: dict[str, Any] = {
    "assigned_to_str": "Wilhelmina Testbench",
    "case_name": "United States v. Sampleton",
    "cause": "",
    "court_id": "casd",
    "date_converted": None,
    "date_discharged": None,
    "date_filed": "2015-02-10",
    "date_terminated": None,
    "demand": "",
    "docket_entries": [
        {
            "date_entered": "2015-02-11",
            "date_filed": "2015-02-10",
            "description": "INDICTMENT as to Arlo Sampleton (1) count 1.",
            "document_number": "1",
            "pacer_doc_id": "03700000001",
            "pacer_seq_no": "7",
        },
        {
            "date_entered": "2015-02-12",
            "date_filed": "2015-02-12",
            "description": "Arrest of Arlo Sampleton",
            "document_number": None,
            "pacer_doc_id": None,
            "pacer_seq_no": None,
        },
    ],
    "docket_number": "3:15-cr-00331",
    "federal_defendant_number": "1",
    "federal_dn_case_type": "cr",
    "federal_dn_judge_initials_assigned": "W",
    "federal_dn_judge_initials_referred": None,
    "federal_dn_office_code": "3",
    "jurisdiction": "",
    "jury_demand": "",
    "mdl_status": "",
    "nature_of_suit": "",
    "ordered_by": "date_filed",
    "parties": [
        {
            "attorneys": [
                {
                    "contact": "Sample Street 1\nEmail: counsel@example.org\n",
                    "name": "Dora Defender",
                    "roles": ["LEAD ATTORNEY", "ATTORNEY TO BE NOTICED"],
                }
            ],
            "criminal_data": {
                "complaints": [{"disposition": "", "name": "8:1324 - Transportation"}],
                "counts": [{"disposition": "", "name": "8:1324(a)(1)(A)(ii) - Transportation(1)", "status": "pending"}],
                "highest_offense_level_opening": "Felony",
                "highest_offense_level_terminated": "None",
            },
            "date_terminated": None,
            "extra_info": "also known as\nArlo Example\nTERMINATED: 08/24/2015",
            "name": "Arlo Sampleton",
            "type": "Defendant",
        },
        {
            "attorneys": [{"contact": "", "name": "Wanda Witnesscounsel", "roles": []}],
            "date_terminated": "2015-08-24",
            "extra_info": "",
            "name": "Vera Onlooker",
            "type": "Material Witness",
        },
        {
            "attorneys": [{"contact": "", "name": "Paul Prosecutor", "roles": []}],
            "date_terminated": None,
            "extra_info": "",
            "name": "USA",
            "type": "Plaintiff",
        },
    ],
    "referred_to_str": "",
}


def docket(**changes: Any) -> dict[str, Any]:
    """The docket with some top keys changed."""
    return copy.deepcopy(DOCKET) | changes


def read(value: Any) -> Reading:
    return read_docket(json.dumps(value).encode())


def told(reading: Reading, severity: str = "error") -> dict[str, str]:
    """Reasons by place."""
    return {each.place: each.reason for each in reading.problems if each.severity == severity}


def canonical(value: Any) -> str:
    """JSON text in which equal means equal: 1, 1.0 and true differ."""
    return json.dumps(value, sort_keys=True)


def hold_to_account(reading: Reading, source: Any = None) -> None:
    """What holds of every reading: its case can be stored and staged; without an error it is the source exactly."""
    errors = told(reading)
    if reading.case is None:
        assert errors
        return
    staged = to_json(reading.case)
    assert not unstorable("".join(texts(staged)))
    json.dumps(staged, allow_nan=False)
    assert from_json(json.loads(json.dumps(staged))) == reading.case
    written = write_docket(reading.case)
    assert canonical(write_docket(read(written).case or reading.case)) == canonical(written)
    if source is not None and not errors:
        assert canonical(written) == canonical(source)


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in texts(part)]
    if isinstance(value, (list, tuple)):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []
