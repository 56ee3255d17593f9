"""What each class of records holds. Names are NIEM 6 properties of the justice (`j:`), core (`nc:`) and `ncic:`
namespaces; `portal:` stands before what NIEM has no property for.

Terms of protection orders follow NCIC's codes of conditions 01 to 09 (`ncic:ProtectionOrderConditionCode`); the fields
of
criminal intelligence 28 CFR 23.20.
"""

from __future__ import annotations

from agencies.models import RecordSet
from portal.records.models import Charge
from privacy.models import DataCategory as D
from privacy.models import ParticipantRole as R

from .fields import Field, Kind, RecordClass

C = RecordSet.RecordClass

KEPT = Field("retain_until", "Kept until", "portal:RetentionDate", kind=Kind.DATE)
DOCKET = Field("case_number", "Case", "nc:CaseDocketID")
COURT = Field("court", "Issuing court", "j:CourtOrderIssuingCourt", kind=Kind.AGENCY)
REMARKS = Field("remarks", "Remarks", "nc:ActivityDescriptionText", D.FREE_TEXT, Kind.TEXT)

SERVED = {"active": "Active", "served": "Served", "recalled": "Recalled", "quashed": "Quashed", "expired": "Expired"}
IN_FORCE = {
    "issued": "Issued",
    "served": "Served",
    "modified": "Modified",
    "dismissed": "Dismissed",
    "expired": "Expired",
}
LIMITS = {
    "full": "Full extradition",
    "surrounding": "Surrounding states only",
    "in_state": "In the state only",
    "none": "No extradition",
    "pickup_county": "Pick up in the county only",
}
CONDITIONS = {
    "01": "No assault, threat, abuse, following or contact",
    "02": "No threat to household members",
    "03": "Exclusive possession of the residence to the protected person",
    "04": "Stay away from residence, school or work",
    "05": "No communication of any kind",
    "06": "Temporary custody of children to the protected person",
    "07": "No possession of firearms or other weapons",
    "08": "Other conditions, in the order",
    "09": "Temporary custody of children to the respondent",
}
OFFICIALS = {"j:CaseJudge": R.JUDGE, "j:CaseProsecutionAttorney": R.PROSECUTION, "j:CaseDefenseAttorney": R.DEFENSE}

CASE = RecordClass(
    C.CASE,
    "nc:CaseDocketID",
    "Docket number",
    (
        Field("category", "Category", "nc:CaseCategoryText", required=True),
        Field("filed_on", "Filed", "nc:CaseFiling", kind=Kind.DATE, required=True),
        Field("closed_on", "Closed", "nc:ActivityStatus/nc:StatusDate", kind=Kind.DATE),
        Field("court", "Court", "j:CaseCourt", kind=Kind.AGENCY, required=True),
        Field("case_number", "Lineage case", "j:CaseLineageCase"),
        Field("domestic_violence", "Domestic violence", "j:CaseDomesticViolenceIndicator", D.CHARGES, Kind.FLAG),
        Field("title", "Title", "nc:CaseTitleText", D.FREE_TEXT, Kind.TEXT),
        KEPT,
    ),
    {
        "j:CaseDefendantParty": R.DEFENDANT,
        "j:Victim": R.VICTIM,
        "j:Witness": R.WITNESS,
        "portal:JuvenileParty": R.JUVENILE,
        "portal:Guardian": R.GUARDIAN,
        **OFFICIALS,
    },
    begins="filed_on",
    ends=("closed_on",),
    case="case_number",
    kind="category",
)

WARRANT = RecordClass(
    C.WARRANT,
    "nc:ActivityIdentification",
    "Warrant number",
    (
        Field("status", "Status", "j:CourtOrderStatus", kind=Kind.CODE, codes=SERVED, required=True, listed=True),
        Field("kind", "Kind", "j:WarrantCategoryText", required=True),
        Field("issued_on", "Issued", "j:CourtOrderIssuingDate", kind=Kind.DATE, required=True),
        Field("expires_on", "Expires", "portal:ExpirationDate", kind=Kind.DATE),
        Field("served_on", "Served", "j:CourtOrderServiceDate", kind=Kind.DATE),
        Field("recalled_on", "Recalled", "j:CourtOrderRecallDate", kind=Kind.DATE),
        COURT,
        DOCKET,
        Field("offense", "Offense", "j:OffenseNDExCode", D.CHARGES),
        Field("bond", "Bond", "j:BailBondAmount", D.ORDERS, Kind.MONEY, listed=True),
        Field(
            "extradition", "Extradition and pickup", "j:WarrantExtraditionLimitationText", D.ORDERS, Kind.CODE, LIMITS
        ),
        Field("caution", "Caution", "j:CourtOrderServiceCautionText", D.ORDERS, Kind.TEXT),
        REMARKS,
        KEPT,
    ),
    {"j:Subject": R.SUBJECT, "j:Victim": R.VICTIM, "j:Witness": R.WITNESS, **OFFICIALS},
    begins="issued_on",
    ends=("served_on", "recalled_on"),
    expires="expires_on",
    case="case_number",
    kind="kind",
)

PROTECTION_ORDER = RecordClass(
    C.PROTECTION_ORDER,
    "nc:ActivityIdentification",
    "Order number",
    (
        Field("status", "Status", "j:CourtOrderStatus", kind=Kind.CODE, codes=IN_FORCE, required=True, listed=True),
        Field("kind", "Kind", "nc:ActivityCategoryText", required=True),
        Field("issued_on", "Issued", "j:CourtOrderIssuingDate", kind=Kind.DATE, required=True),
        Field("modified_on", "Modified", "portal:ModificationDate", kind=Kind.DATE),
        Field("served_on", "Served on the respondent", "j:CourtOrderServiceDate", D.ORDERS, Kind.DATE),
        Field("expires_on", "Expires", "portal:ExpirationDate", kind=Kind.DATE),
        Field("dismissed_on", "Dismissed", "j:CourtOrderRecallDate", kind=Kind.DATE),
        COURT,
        DOCKET,
        Field("firearms", "Firearms prohibited", "j:ProtectionOrderBradyIndicator", D.ORDERS, Kind.FLAG, listed=True),
        Field("conditions", "Conditions", "ncic:ProtectionOrderConditionCode", D.ORDERS, Kind.CODES, CONDITIONS),
        Field("terms", "Other terms", "j:ProtectionOrderConditionText", D.ORDERS, Kind.TEXT),
        REMARKS,
        KEPT,
    ),
    {
        "j:ProtectionOrderRestrictedPerson": R.RESPONDENT,
        "portal:Petitioner": R.PROTECTED,
        "portal:ProtectedPerson": R.PROTECTED,
        "j:Witness": R.WITNESS,
        **OFFICIALS,
    },
    begins="issued_on",
    ends=("dismissed_on",),
    expires="expires_on",
    case="case_number",
    kind="kind",
)

CUSTODY_STATES = {
    "in_custody": "In custody",
    "released": "Released",
    "transferred": "Transferred",
    "escaped": "Escaped",
}

CUSTODY = RecordClass(
    C.CUSTODY,
    "nc:ActivityIdentification",
    "Booking number",
    (
        Field(
            "status",
            "Custody status",
            "nc:SupervisionCustodyStatus",
            D.CUSTODY,
            Kind.CODE,
            CUSTODY_STATES,
            required=True,
            listed=True,
        ),
        Field("booked_on", "Booked", "nc:ActivityDate", kind=Kind.DATE, required=True),
        Field("released_on", "Released", "j:SupervisionReleaseDate", kind=Kind.DATE),
        Field("facility", "Facility", "nc:SupervisionFacility", D.CUSTODY, listed=True),
        Field("agency", "Booked by", "j:BookingAgency", kind=Kind.AGENCY),
        DOCKET,
        Field("bond", "Bond", "j:BailBondAmount", D.CUSTODY, Kind.MONEY),
        Field("bond_conditions", "Conditions of bond", "j:BailBondConditionDescriptionText", D.CUSTODY, Kind.TEXT),
        Field("hold", "Holds of other agencies", "j:DetainerOrder", D.CUSTODY, listed=True),
        Field("release_reason", "Why released", "nc:ActivityReasonText", D.CUSTODY),
        Field("prosecution_active", "Prosecution is active", "portal:ProsecutionActiveIndicator", D.CHARGES, Kind.FLAG),
        REMARKS,
        KEPT,
    ),
    {
        "j:BookingSubject": R.DETAINEE,
        "j:Victim": R.VICTIM,
        "j:BookingEmployee": R.OFFICER,
        "portal:JuvenileParty": R.JUVENILE,
    },
    begins="booked_on",
    ends=("released_on",),
    case="case_number",
)

ARREST = RecordClass(
    C.ARREST,
    "nc:ActivityIdentification",
    "Arrest number",
    (
        Field("arrested_on", "Arrested", "nc:ActivityDate", kind=Kind.DATE, required=True),
        Field("agency", "Arrested by", "j:ArrestAgency", kind=Kind.AGENCY, required=True),
        Field("kind", "Kind", "nc:ActivityCategoryText"),
        Field("tracking_number", "Tracking number", "j:ChargeTrackingIdentification", D.IDENTIFIERS),
        DOCKET,
        Field("place", "Where", "portal:ArrestLocation", D.INCIDENT),
        Field("prosecution_active", "Prosecution is active", "portal:ProsecutionActiveIndicator", D.CHARGES, Kind.FLAG),
        Field("probable_cause", "Probable cause", "j:ArrestProbableCauseText", D.INCIDENT, Kind.TEXT),
        REMARKS,
        KEPT,
    ),
    {
        "j:ArrestSubject": R.ARRESTEE,
        "j:ArrestOfficial": R.ARREST_OFFICIAL,
        "j:Victim": R.VICTIM,
        "j:Witness": R.WITNESS,
        "portal:JuvenileParty": R.JUVENILE,
        "portal:ConfidentialInformant": R.INFORMANT,
    },
    begins="arrested_on",
    case="case_number",
    kind="kind",
)

INCIDENT_STATES = {"open": "Open", "inactive": "Inactive", "cleared": "Cleared", "unfounded": "Unfounded"}

INCIDENT = RecordClass(
    C.INCIDENT,
    "nc:ActivityIdentification",
    "Incident number",
    (
        Field(
            "status", "Status", "nc:ActivityStatus", D.INCIDENT, Kind.CODE, INCIDENT_STATES, required=True, listed=True
        ),
        Field("kind", "Kind", "j:IncidentGeneralCategoryText", required=True),
        Field("happened_on", "Happened", "nc:ActivityDate", kind=Kind.DATE, required=True),
        Field("cleared_on", "Cleared", "j:IncidentExceptionalClearanceDate", kind=Kind.DATE),
        Field("agency", "Reported by", "portal:ReportingAgency", kind=Kind.AGENCY),
        DOCKET,
        Field("place", "Where", "portal:IncidentLocation", D.INCIDENT),
        Field("domestic_violence", "Domestic violence", "j:OffenseDomesticViolenceIndicator", D.INCIDENT, Kind.FLAG),
        Field("narrative", "Narrative", "nc:IncidentReportedNarrative", D.INCIDENT, Kind.TEXT),
        REMARKS,
        KEPT,
    ),
    {
        "j:IncidentSubject": R.SUSPECT,
        "j:IncidentVictim": R.VICTIM,
        "j:IncidentWitness": R.WITNESS,
        "portal:ReportingPerson": R.REPORTING,
        "j:IncidentReportingOfficial": R.OFFICER,
        "portal:JuvenileParty": R.JUVENILE,
        "portal:ConfidentialInformant": R.INFORMANT,
    },
    begins="happened_on",
    ends=("cleared_on",),
    case="case_number",
    kind="kind",
)

SUPERVISION_KINDS = {
    "pretrial": "Pretrial",
    "probation": "Probation",
    "parole": "Parole",
    "supervised_release": "Supervised release",
    "diversion": "Diversion",
}
LEVELS = {
    "administrative": "Administrative",
    "low": "Low",
    "medium": "Medium",
    "high": "High",
    "intensive": "Intensive",
}

SUPERVISION = RecordClass(
    C.SUPERVISION,
    "nc:ActivityIdentification",
    "Supervision number",
    (
        Field(
            "kind",
            "Kind",
            "nc:ActivityCategoryText",
            D.CUSTODY,
            Kind.CODE,
            SUPERVISION_KINDS,
            required=True,
            listed=True,
        ),
        Field("status", "Status", "nc:SupervisionPersonStatus", D.CUSTODY),
        Field("level", "Level", "portal:SupervisionLevel", D.CUSTODY, Kind.CODE, LEVELS, listed=True),
        Field("began_on", "Began", "nc:ActivityDate", kind=Kind.DATE, required=True),
        Field("expires_on", "Ends", "portal:ExpirationDate", kind=Kind.DATE),
        Field("ended_on", "Ended", "j:SupervisionReleaseDate", kind=Kind.DATE),
        Field("agency", "Supervised by", "portal:SupervisingAgency", kind=Kind.AGENCY),
        DOCKET,
        Field("conditions", "Conditions", "portal:SupervisionConditionText", D.CUSTODY, Kind.TEXT),
        REMARKS,
        KEPT,
    ),
    {"nc:SupervisionPerson": R.SUPERVISED, "nc:SupervisionSupervisor": R.OFFICER, "j:Victim": R.VICTIM},
    begins="began_on",
    ends=("ended_on",),
    expires="expires_on",
    case="case_number",
)

SENSITIVITY = {
    "restricted": "Restricted",
    "confidential": "Confidential",
    "sensitive": "Sensitive",
    "unclassified": "Unclassified",
}
CONFIDENCE = {
    "reliable": "Reliable",
    "usually_reliable": "Usually reliable",
    "unreliable": "Unreliable",
    "unknown": "Unknown",
}

INTELLIGENCE = RecordClass(
    C.INTELLIGENCE,
    "nc:ActivityIdentification",
    "Submission number",
    (
        Field("submitted_on", "Submitted", "nc:ActivityDate", kind=Kind.DATE, required=True),
        Field("review_due_on", "Review due", "portal:ReviewDueDate", kind=Kind.DATE, required=True),
        Field("agency", "Submitting agency", "portal:SubmittingAgency", kind=Kind.AGENCY, required=True),
        Field("control_official", "Control official", "portal:ControlOfficial", D.INTELLIGENCE, required=True),
        Field(
            "sensitivity",
            "Sensitivity",
            "portal:SensitivityLevelCode",
            D.INTELLIGENCE,
            Kind.CODE,
            SENSITIVITY,
            required=True,
            listed=True,
        ),
        Field(
            "confidence",
            "Confidence",
            "portal:ConfidenceLevelCode",
            D.INTELLIGENCE,
            Kind.CODE,
            CONFIDENCE,
            required=True,
            listed=True,
        ),
        Field("activity", "Criminal activity", "portal:CriminalActivityText", D.INTELLIGENCE, Kind.TEXT, required=True),
        Field(
            "suspicion",
            "Basis of reasonable suspicion",
            "portal:ReasonableSuspicionText",
            D.INTELLIGENCE,
            Kind.TEXT,
            required=True,
        ),
        Field("reviewed_on", "Reviewed", "j:DocumentReviewDate", kind=Kind.DATE),
        Field("reviewer", "Reviewer", "portal:Reviewer", D.INTELLIGENCE),
        Field("reason_retained", "Why it is kept", "portal:RetentionReasonText", D.INTELLIGENCE, Kind.TEXT),
        REMARKS,
        KEPT,
    ),
    {
        "j:Subject": R.SUBJECT,
        "j:Witness": R.WITNESS,
        "portal:Source": R.INFORMANT,
        "portal:ConfidentialInformant": R.INFORMANT,
    },
    begins="submitted_on",
    closes="review_due_on",
)

DESCRIBED = (CASE, WARRANT, PROTECTION_ORDER, CUSTODY, ARREST, INCIDENT, SUPERVISION, INTELLIGENCE)
CLASSES: dict[str, RecordClass] = {each.name: each for each in DESCRIBED}


def described(record_class: str) -> RecordClass:
    """The description of a class."""
    return CLASSES[record_class]


# --- What hangs on a record of any class ------------------------------------------------------------------------------

PERSON = (
    Field("name", "Name", "nc:PersonFullName", D.NAME, required=True),
    Field("alias", "Other name", "portal:AlternateName", D.NAME),
    Field("birth_date", "Date of birth", "nc:PersonBirthDate", D.BIRTH_DATE, Kind.DATE),
    Field("contact", "Address", "nc:ContactInformationDescriptionText", D.CONTACT),
    Field("state_id", "State id", "j:PersonStateFingerprintIdentification", D.IDENTIFIERS),
    Field("fbi_id", "FBI number", "j:PersonFBIIdentification", D.IDENTIFIERS),
)
"""Of a person or body in a role."""

CHARGE = (
    Field("count_number", "No.", "j:ChargeSequenceID", D.CHARGES),
    Field("description", "Charge", "j:ChargeDescriptionText", D.CHARGES, required=True),
    Field("statute", "Statute", "j:ChargeStatute", D.CHARGES),
    Field("degree", "Degree", "j:ChargeDegreeText", D.CHARGES),
    Field("filed_on", "Filed", "j:ChargeFilingDate", D.CHARGES, Kind.DATE),
    Field("plea", "Plea", "j:ChargePlea", D.CHARGES),
    Field("status", "Standing", "j:ChargeStatus", D.CHARGES),
    Field(
        "outcome",
        "Outcome",
        "j:ChargeDisposition/j:DispositionCategoryCodeText",
        D.CHARGES,
        Kind.CODE,
        dict(Charge.Outcome.choices),
    ),
    Field("disposed_on", "Disposed", "j:ChargeDisposition/nc:DispositionDate", D.CHARGES, Kind.DATE),
    Field("disposition", "Disposition", "j:ChargeDisposition/nc:DispositionText", D.FREE_TEXT, Kind.TEXT),
    Field("sentenced_on", "Sentenced", "j:ChargeSentence/j:SentenceDate", D.CHARGES, Kind.DATE),
    Field("sentence", "Sentence", "j:ChargeSentence/j:SentenceDescriptionText", D.FREE_TEXT, Kind.TEXT),
    Field("fine", "Fine", "j:ChargeSentence/j:SentenceFineAmount", D.CHARGES, Kind.MONEY),
)
"""Of a charge, which stands under the person against whom it is."""

EVENT = (
    Field("filed_on", "Day", "nc:ActivityDate", kind=Kind.DATE, required=True),
    Field("number", "Number", "nc:DocumentIdentification"),
    Field("description", "What happened", "nc:ActivityDescriptionText", D.FREE_TEXT, Kind.TEXT, required=True),
)
"""Of a docket entry, or another event of a record."""

HEARING = (
    Field("filed_on", "Day", "nc:ActivityDate", kind=Kind.DATE, required=True),
    Field("hour", "Time", "portal:HearingTime"),
    Field("kind", "Kind", "nc:ActivityCategoryText", required=True),
    Field("place", "Where", "j:CourtEventCourt"),
    Field("description", "Result", "nc:ActivityDescriptionText", D.FREE_TEXT, Kind.TEXT),
)
CHARGES, EVENTS, HEARINGS = "j:Charge", "j:CaseCourtEvent", "j:CaseHearing"
"""Lists: of a person, and twice of a record."""
SEALED, JUVENILE = "portal:SealedIndicator", "portal:JuvenileIndicator"
