"""Disclosure rules in words: what each says to a clerk, to a privacy officer and to the public."""

from __future__ import annotations

from django.utils.formats import date_format

from agencies.models import Agency

from .models import ANY, OWN_AGENCY, DataCategory, DisclosureRule, Obligation, ParticipantRole, Purpose, Treatment

T = Treatment

TREATMENTS: dict[str, tuple[Treatment, ...]] = {
    DataCategory.NAME: (T.SHOWN, T.MASKED, T.PSEUDONYM, T.WITHHELD),
    DataCategory.BIRTH_DATE: (T.SHOWN, T.MASKED, T.WITHHELD),
}
"""What can be done with data of a kind: a name has initials, a date has a year; other data has no parts to show."""

RECIPIENTS: dict[str, str] = {
    ANY: "Every agency",
    OWN_AGENCY: "The agency's own staff",
    Agency.Kind.COURT: "Courts",
    Agency.Kind.LAW_ENFORCEMENT: "Law enforcement agencies",
    Agency.Kind.PROSECUTOR: "Prosecutors",
    Agency.Kind.PUBLIC_DEFENDER: "Public defenders",
    Agency.Kind.CORRECTIONS: "Corrections agencies",
    Agency.Kind.PRETRIAL: "Pretrial services",
    Agency.Kind.PROBATION: "Probation and parole agencies",
    Agency.Kind.JAIL: "Jails",
    Agency.Kind.REPOSITORY: "State repositories",
    Agency.Kind.EMERGENCY: "911 centres",
    Agency.Kind.MOTOR_VEHICLES: "Motor vehicle agencies",
    Agency.Kind.JUVENILE: "Juvenile services",
    Agency.Kind.OTHER: "Agencies of other kinds",
}

PEOPLE: dict[str, str] = {
    ANY: "anybody",
    ParticipantRole.INTERESTED: "interested parties",
    ParticipantRole.SPECIAL_MASTER: "special masters",
    ParticipantRole.DETAINEE: "people in custody",
    ParticipantRole.SUPERVISED: "supervised people",
    ParticipantRole.PROTECTED: "protected people",
    ParticipantRole.REPORTING: "people who report",
    ParticipantRole.OTHER: "people whose part is not known",
}

DATA: dict[str, str] = {
    ANY: "everything",
    DataCategory.NAME: "names and aliases",
    DataCategory.BIRTH_DATE: "dates of birth",
    DataCategory.CONTACT: "addresses, phone numbers and email",
    DataCategory.CHARGES: "charges and dispositions",
    DataCategory.FREE_TEXT: "free text",
    DataCategory.IDENTIFIERS: "state and FBI numbers",
    DataCategory.NONCONVICTION: "dismissals, acquittals and old arrests without disposition",
    DataCategory.ORDERS: "the terms of warrants and orders",
    DataCategory.CUSTODY: "custody, release and supervision",
    DataCategory.INCIDENT: "what is said of incidents and arrests",
    DataCategory.INTELLIGENCE: "criminal intelligence",
}

LAST_BEFORE_FIRST = "This is before the first day. Set one of them right."
ABOUT_SOMEBODY = (DataCategory.NAME, DataCategory.BIRTH_DATE, DataCategory.CONTACT, DataCategory.IDENTIFIERS)

NOTHING_TO_HANDLE = "What is withheld is seen by nobody, so there is nothing to ask of them. Choose none, or show it."

DAY = "M j, Y"

SEEN: dict[str, str] = {
    T.SHOWN: "{data}",
    T.MASKED: "only {part} of {data}",
    T.PSEUDONYM: "a label in place of {data}",
}


def treatments_of(data_category: str) -> tuple[Treatment, ...]:
    """The treatments that make sense for a category of data (`*` included)."""
    return TREATMENTS.get(data_category, (T.SHOWN, T.WITHHELD))


def recipients(code: str) -> str:
    """The recipients of a rule, in the plural: `Law enforcement agencies`."""
    return RECIPIENTS.get(code, code)


def people(role: str) -> str:
    """People in a role, in the plural: `victims`."""
    return PEOPLE.get(role) or f"{ParticipantRole(role).label.lower()}" + ("es" if role.endswith("s") else "s")


def sentence(rule: DisclosureRule) -> str:
    """The whole rule in words, without its reason."""
    return f"{_days(rule)}: {_said(rule)}" if rule.dated else _said(rule)


def _days(rule: DisclosureRule) -> str:
    """When a dated rule holds: `From Jan 1, 2027, until Jun 30, 2027`."""
    until = f"until {date_format(rule.effective_to, DAY)}" if rule.effective_to else ""
    if rule.effective_from is None:
        return until.replace("until", "Until", 1)
    begins = f"From {date_format(rule.effective_from, DAY)}"
    return f"{begins}, {until}" if until else begins


def _said(rule: DisclosureRule) -> str:
    said = f"{_who_sees(rule)} for {_purposes(rule.purposes)}" if rule.purposes else _who_sees(rule)
    wide = ANY in (rule.participant_role, rule.data_category) and rule.participant_role != ParticipantRole.INFORMANT
    if rule.recipient == ANY and rule.treatment == T.WITHHELD and wide:
        return f"{said}, unless a more exact rule shows it."
    return " ".join([f"{said}.", *obligations(rule)])


def obligations(rule: DisclosureRule) -> list[str]:
    """What goes with the data, as sentences; nothing for most rules."""
    found = [f"{each.label}." for each in Obligation if each in rule.obligations]
    return [*found, f"Beside it stands: “{rule.handling}”"] if rule.handling else found


def _who_sees(rule: DisclosureRule) -> str:
    data = _data(rule)
    if rule.treatment == T.WITHHELD:
        data = data.replace("everything", "anything", 1)
        return f"No agency sees {data}" if rule.recipient == ANY else f"{recipients(rule.recipient)} do not see {data}"
    part = "the initials" if rule.data_category == DataCategory.NAME else "the year"
    seen = SEEN[rule.treatment].format(data=data, part=part)
    return f"{recipients(rule.recipient)} {'sees' if rule.recipient == ANY else 'see'} {seen}"


def _data(rule: DisclosureRule) -> str:
    data, role = DATA[rule.data_category], rule.participant_role
    if rule.data_category == ANY:
        return data if role == ANY else f"{data} about {people(role)}"
    return data if role == ANY and rule.data_category not in ABOUT_SOMEBODY else f"{data} of {people(role)}"


def _purposes(codes: list[str]) -> str:
    """Purposes in words: `purposes H, public housing; V, visa`."""
    labels = "; ".join(str(Purpose(code).label) for code in codes)
    return f"purpose{'s' if len(codes) > 1 else ''} {labels}"
