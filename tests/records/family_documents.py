"""An invented document of each family of dockets, as its source would write it."""

from __future__ import annotations

import copy
import json
from typing import Any
from xml.sax.saxutils import escape

from tests.records.dockets import DOCKET

APPEAL: dict[str, Any] = {
    "appeal_from": "Southern District of Sampleland",
    "case_name": "Sampleton v. Testbury",
    "case_type_information": "civil, private",
    "court_id": "ca9",
    "date_filed": "2024-06-18",
    "date_terminated": None,
    "docket_entries": [
        {
            "attachments": [{"attachment_number": 1, "description": "Statement of Vera Onlooker", "page_count": 88}],
            "date_entered": "2024-06-19",
            "date_filed": "2024-06-18",
            "description": "OPENING BRIEF of Arlo Sampleton as to Vera Onlooker",
            "document_number": "7",
            "pacer_doc_id": "00900000001",
            "pacer_seq_no": None,
        }
    ],
    "docket_number": "24-9071",
    "fee_status": "Paid",
    "nature_of_suit": "3190 Other Contract",
    "originating_court_information": {
        "assigned_to": "Wilhelmina Testbench",
        "court_id": "casd",
        "date_judgment": "2024-05-20",
        "docket_number": "3:23-cv-09017",
        "ordering_judge": "",
    },
    "panel": ["Judge Alpha", "Judge Beta"],
    "parties": [
        {
            "attorneys": [{"contact": "1 Sample Street", "name": "Dora Defender", "roles": ["COR LD NTC Retained"]}],
            "name": "ARLO SAMPLETON",
            "type": "Appellant",
            "unparsed": ["\u00a0\u00a0A000-000-000, "],
        },
        {"attorneys": [], "date_terminated": "2024-07-01", "name": "Vera Onlooker", "type": "Victim"},
        {"attorneys": [], "name": "TESTBURY", "type": "Plaintiff - Appellee"},
    ],
}
ACMS: dict[str, Any] = {
    "caseDetails": {
        "aNumber": None,
        "byteCount": 1325,
        "caseId": "00000000-0000-4000-8000-000000000001",
        "caseNumber": "24-9072",
        "caseOpened": "2024-06-18",
        "caseSubSubType": None,
        "caseSubType": "Private",
        "caseType": "Prisoner",
        "court": {"identifier": "160", "name": "San Sample"},
        "districtCourtName": None,
        "feeStatus": "IFP",
        "name": "Sampleton v. Testbury",
        "partyAttorneyList": "<table width='100%'><tr><td width='30%'> ARLO SAMPLETON<br>&nbsp;&nbsp;A000-000-000, "
        "<br>&nbsp;&nbsp;Petitioner, </td><td><div>Dora Defender, Attorney<br>Direct: 555-0101<br>[Retained]<br>"
        "1 Sample Street</div><div><p>&nbsp;</p></div></td></tr><tr><td> Vera Onlooker<br>&nbsp;Victim, </td>"
        "<td></td></tr></table>",
        "receivedDate": "2024-06-18T10:55:11Z",
        "shortCaption": "ARLO SAMPLETON,<br>\n v. TESTBURY",
    },
    "docketInfo": {
        "byteCount": 544,
        "docketEntries": [
            {
                "createdOn": "2024-06-19T15:10:22Z",
                "docketEntryId": "00000000-0000-4000-8000-000000000002",
                "docketEntryText": "<p><strong>PETITION</strong> of Arlo&nbsp;Sampleton &amp; Vera Onlooker</p>",
                "documentCount": 1,
                "endDate": "2024-06-18",
                "endDateFormatted": "06/18/2024",
                "entryNumber": 1,
                "fileSize": 142,
                "pageCount": 18,
                "restrictedDocsAvailable": False,
                "restrictedPartyFilingDocketEntry": True,
                "selected": False,
            }
        ],
        "isCaseSealed": False,
        "isUserCaseParticipant": False,
    },
}
SCOTUS: dict[str, Any] = {
    "capital_case": False,
    "case_name": "Arlo Sampleton, Petitioner v. Testbury",
    "date_filed": "2024-05-15",
    "discretionary_court_decision": None,
    "docket_entries": [
        {
            "attachments": [
                {
                    "description": "Petition on Onlooker",
                    "document_number": 309612,
                    "document_url": "https://example.org",
                }
            ],
            "date_filed": "2024-05-15",
            "description": "Petition for a writ of certiorari filed by Arlo Sampleton, with Vera Onlooker.",
            "description_html": "Petition for a writ of certiorari filed by Arlo Sampleton.",
            "document_number": 309612,
        }
    ],
    "docket_number": "23-97483",
    "links": "",
    "lower_court": "Court of Appeals of Sampleland",
    "lower_court_case_numbers": ["23-3422"],
    "lower_court_case_numbers_raw": "(23-3422)",
    "lower_court_decision_date": None,
    "lower_court_rehearing_denied_date": "2024-03-07",
    "parties": [
        {
            "attorneys": [
                {
                    "address": "1 Sample Street\nSuite 2",
                    "city": "Sampleton",
                    "email": "counsel@example.org",
                    "is_counsel_of_record": True,
                    "name": "Dora Defender",
                    "phone": "555-0101",
                    "state": "OH",
                    "title": "Defender",
                    "zip": "00000",
                }
            ],
            "name": "Arlo Sampleton",
            "type": "Petitioner",
        },
        {"attorneys": [], "name": "Vera Onlooker", "type": "Victim"},
    ],
    "questions_presented": None,
}
SITE: dict[str, Any] = {
    "AttorneyHeaderPetitioner": "Attorneys for Petitioner",
    "CaseNumber": "23A9999 *** CAPITAL CASE ***",
    "DocketedDate": "May 9, 2024",
    "Links": "Linked with 24-5142",
    "LowerCourt": "Court of Appeals of Sampleland",
    "LowerCourtCaseNumbers": "(24-275)",
    "Petitioner": [
        {
            "Address": "1 Sample Street",
            "Attorney": "Dora Defender",
            "City": "Sampleton",
            "Email": "counsel@example.org",
            "IsCounselofRecord": True,
            "PartyName": "Arlo Sampleton",
            "Phone": "555-0101",
            "PrisonerId": None,
            "State": "ID",
            "Title": "Defender",
            "Zip": "00000",
        },
        {"Attorney": "Paul Second", "IsCounselofRecord": False, "PartyName": "Arlo Sampleton"},
    ],
    "PetitionerTitle": "Arlo Sampleton, Applicant",
    "ProceedingsandOrder": [
        {
            "Date": "May 07 2024",
            "Links": [{"Description": "Main Document", "DocumentUrl": "https://example.org", "File": "x.pdf"}],
            "Text": "Application (23A9999) to extend the time, by Arlo Sampleton.",
        }
    ],
    "RelatedCaseNumber": [],
    "RespondentTitle": "Warden Testbury",
    "bCapitalCase": True,
    "sJsonCaseNumber": "09999",
    "sJsonCaseType": None,
    "sJsonCreationDate": "07/25/2024",
    "sJsonTerm": "2023",
}
TEXAS: dict[str, Any] = {
    "appeals_court": {"case_number": ["09-23-90371-CR"], "court_id": "texas_coa09", "justice": "", "opinion_cite": ""},
    "appellate_briefs": [
        {
            "attachments": [],
            "date": "2018-08-06",
            "description": "State",
            "type": "Brief filed - oral argument requested",
        }
    ],
    "case_events": [
        {
            "attachments": [
                {"description": "Mandate", "document_url": "https://example.org", "file_size_bytes": 161000}
            ],
            "date": "2019-01-11",
            "disposition": "Affirm TC judgment",
            "remarks": "as to Arlo Sampleton and Vera Onlooker",
            "type": "Mandate issued",
        }
    ],
    "case_name": "Arlo Sampleton v. The State",
    "case_name_full": "Arlo Sampleton v. The State",
    "case_type": "Intoxication",
    "court_id": "texas_coa01",
    "court_type": "texas_appellate",
    "date_filed": "2018-04-11",
    "docket_number": "01-18-90277-CR",
    "originating_court": {
        "case": "1272585D",
        "county": "Sample",
        "court_type": "texas_district",
        "district": 55,
        "judge": "Honorable Wilhelmina Testbench",
        "name": "Crim Dist Ct 2",
        "punishment": "7 yrs",
        "reporter": "",
    },
    "parties": [
        {"name": "The State of Texas", "representatives": ["Paul Prosecutor"], "type": "Criminal - State of Texas"},
        {"name": "Sampleton, Arlo", "representatives": ["Dora Defender", ""], "type": "Criminal - Appellant"},
        {"name": "Vera Onlooker", "representatives": [], "type": "Victim"},
    ],
    "publication_service": "",
    "transfer_from": {"court_id": "texas_coa02", "date": "2018-04-12T00:00:00", "origin_docket": "02-18-90091-CR"},
    "transfer_to": None,
}
FLORIDA: dict[str, Any] = {
    "arguments": [],
    "case_name": "Sampleton v. Testbury",
    "case_name_full": "Sampleton v. Testbury",
    "case_name_short": "Sampleton",
    "case_uuid": "00000000-0000-4000-8000-000000000003",
    "closed_flag": True,
    "court_abbreviation": "2nd District Court of Appeal",
    "court_id": "flca02",
    "date_filed": "2025-10-17",
    "datetime_filed": "2025-10-17T19:42:00Z",
    "docket_number": "2D2025-92797",
    "docket_type": "civil",
    "docket_type_raw": ["NOA Final", "Circuit Civil", "Other"],
    "entries": [
        {
            "attachments": [],
            "date_filed": "2025-10-18",
            "date_submitted": "2025-10-18T05:00:00Z",
            "docket_entry_uuid": "00000000-0000-4000-8000-000000000004",
            "entry_description": "of Arlo Sampleton and Vera Onlooker",
            "entry_name": "Notice - Notice of Appeal",
            "secured_document": False,
        }
    ],
    "originating_cases": [{"case_number": "522025CA903442", "court_id": "flcrct", "court_name": "Circuit Court"}],
    "parties": [
        {
            "name": "Arlo Sampleton",
            "non_public_flag": False,
            "party_number": 1,
            "party_subtype": "Appellant",
            "party_type": "appellant",
            "party_uuid": "00000000-0000-4000-8000-000000000005",
            "representatives": [{"name": "Dora Defender", "party_uuid": "6", "primary_flag": True}],
        },
        {"name": "Vera Onlooker", "non_public_flag": True, "party_subtype": "Participant", "representatives": []},
    ],
    "transfers": [],
}
FLORIDA_PAGE: dict[str, Any] = {
    "_embedded": {
        "results": [
            {
                "caseHeader": {
                    "caseClassification": "NOA Final - Circuit Juvenile - Dependency",
                    "caseClassificationID": "1000101",
                    "caseInstanceUUID": "00000000-0000-4000-8000-000000000007",
                    "caseNumber": f"SC2026-9070{number}",
                    "caseTitle": "In re Onlooker, a child",
                    "closedFlag": False,
                    "courtAbbreviation": "Supreme Court of Florida",
                    "courtID": "1",
                    "filedDate": "2026-05-05T15:00:00.000+00:00",
                    "originatingCourtCases": [
                        {"originatingCaseNumber": "5220", "originatingCourtName": "Circuit Court"},
                    ],
                }
            }
            for number in (3, 4)
        ]
    },
    "page": {"number": 25, "size": 50, "totalElements": 3411, "totalPages": 69},
}
NORTH_CAROLINA: dict[str, Any] = {
    "@odata.context": "https://example.org/$metadata#Events",
    "CaseId": "9054321",
    "Count": 2,
    "Events": [
        {
            "@odata.type": "#CaseSummaryCriminalDispositionEvent",
            "CriminalDispositionLabel": "Disposition",
            "Event": {
                "CriminalDispositions": [
                    {
                        "Charge": {
                            "CaseManagerCaseNumber": "21CR954321-910",
                            "ChargeOffense": {
                                "ChargeNumber": "01",
                                "ChargeOffenseDescription": "MISDEMEANOR LARCENY",
                                "DegreeId": {"Description": "Misdemeanor"},
                                "FineAmount": 0,
                                "Statute": "14-72(A)",
                            },
                            "OffenseDate": "12/01/2001",
                            "PartyExtConn": {"Description": "Defendant", "Word": "DEF"},
                            "PartyName": "Arlo Sampleton",
                        },
                        "ChargeID": "77",
                        "CriminalDispositionTypeId": {"Description": "Dismissed by the Court", "Word": "DVD"},
                    }
                ],
                "Date": "12/01/2001",
            },
            "Type": "CriminalDispositionEvent",
        },
        {"Type": "PleaEvent"},
    ],
    "Skipped": 0,
}
ITEM: dict[str, Any] = {
    "assigned_to_str": "",
    "case_name": "Sampleton v. Onlooker",
    "chapter": "",
    "court_id": "nysd",
    "date_filed": None,
    "docket_entries": [
        {
            "date_filed": "2018-04-18T00:09:55+00:00",
            "description": "",
            "document_number": "3",
            "pacer_doc_id": "127022264358",
            "pacer_seq_no": "10",
            "short_description": "Notice of Appearance",
        }
    ],
    "docket_number": "1:18-cv-93365",
    "federal_defendant_number": None,
    "federal_dn_case_type": "cv",
    "office": "",
    "pacer_case_id": "492165",
    "parties": None,
    "trustee_str": "",
}
JSON: dict[str, dict[str, Any]] = {
    "federal_district": DOCKET,
    "federal_appellate": APPEAL,
    "federal_appellate_acms": ACMS,
    "scotus": SCOTUS,
    "scotus_site": SITE,
    "state_texas": TEXAS,
    "state_florida": FLORIDA,
    "state_florida_service": FLORIDA_PAGE,
    "state_nc_odyssey": NORTH_CAROLINA,
    "feed_items": ITEM,
}
RECAP_XML = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE gov_uscourts_docket SYSTEM "docket.dtd">
<gov_uscourts_docket>
  <nonce>MtwSoQ</nonce>
  <case_details><court>ohsd</court><docket_num>1:10-cv-90744</docket_num>
    <case_name>Sampleton v. Testbury &amp; Co.</case_name>
    <date_case_filed>2010-10-23</date_case_filed><assigned_to>Judge Wilhelmina Testbench</assigned_to>
    <case_cause>42:2000e  Job Discrimination</case_cause><jurisdiction>Federal Question</jurisdiction></case_details>
  <party_list><party><name>Arlo Sampleton</name><type>Plaintiff</type><attorney_list><attorney>
    <attorney_name>Dora Defender</attorney_name><contact>1 Sample Street
Sampleton</contact><attorney_role>LEAD ATTORNEY
ATTORNEY TO BE NOTICED</attorney_role></attorney></attorney_list></party>
    <party><name>Vera Onlooker</name><type>Victim</type></party></party_list>
  <document_list>
    <document doc_num="10" attachment_num="0"><pacer_doc_id>143</pacer_doc_id><date_filed>2011-03-11</date_filed>
      <long_desc>MOTION by Arlo Sampleton as to Vera Onlooker</long_desc></document>
    <document doc_num="10" attachment_num="1"><short_desc>Exhibit A</short_desc></document>
    <document doc_num="11" attachment_num="0"><date_filed>0000-00-00</date_filed></document>
  </document_list>
</gov_uscourts_docket>"""
_LINK = "<a href='https://ecf.nysd.uscourts.gov/doc1/127122264358'>{}</a>"
RSS = """<?xml version="1.0" encoding="ISO-8859-1"?>
<rss version="2.0"><channel><title>Sample - Recent Entries</title><link>https://ecf.nysd.uscourts.gov</link>
{}</channel></rss>""".format(
    "".join(
        f"<item><title>{title}</title><link>https://example.org</link><description>[{said}] "
        f'({escape(_LINK.format(number))})</description><guid isPermaLink="true">https://example.org/{number}</guid>'
        "<pubDate>Wed, 18 Apr 2018 00:09:55 GMT</pubDate></item>\n"
        for title, said, number in (
            ("1:18-cv-93366 Sampleton v. Onlooker et al", "Notice of Appearance", 3),
            ("1:18-cv-93367 Testbury v. Testbury", "Complaint", 1),
            ("1:18-cv-93366 Sampleton v. Onlooker et al", "Letter", 4),
        )
    )
)
XML: dict[str, bytes] = {"recap_xml": RECAP_XML.encode(), "feed_xml": RSS.encode("iso-8859-1")}


def raw_of(family: str) -> bytes:
    return XML[family] if family in XML else json.dumps(JSON[family]).encode()


def fresh(family: str) -> dict[str, Any]:
    """A document of the family to bend."""
    return copy.deepcopy(JSON[family])
