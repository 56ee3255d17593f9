"""Disclosure rules in words: what each says to a clerk, to a privacy officer and to the public."""

from __future__ import annotations

from agencies.models import Agency

from .models import ANY, OWN_AGENCY, DataCategory, DisclosureRule, ParticipantRole, Purpose, Treatment

T = Treatment

TREATMENTS: dict[str, tuple[Treatment, ...]] = {
    DataCategory.NAME: (T.SHOWN, T.MASKED, T.PSEUDONYM, T.WITHHELD),
    DataCategory.BIRTH_DATE: (T.SHOWN, T.MASKED, T.WITHHELD),
}
"""What can be done with data of a kind: a name has initials, a date has a year; other data has no parts to show."""

RECIPIENTS: dict[str, str] = {
    ANY: "All agencies",
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
    ParticipantRole.OTHER: "people whose part is not known",
}

DATA: dict[str, str] = {
    ANY: "everything",
    DataCategory.NAME: "names and aliases",
    DataCategory.BIRTH_DATE: "dates of birth",
    DataCategory.CONTACT: "addresses, phone numbers and email",
    DataCategory.CHARGES: "charges and dispositions",
    DataCategory.FREE_TEXT: "free text",
}

VERBS: dict[str, str] = {
    T.SHOWN: "see {data}",
    T.MASKED: "see only {part} of {data}",
    T.PSEUDONYM: "see a label in place of {data}",
    T.WITHHELD: "do not see {data}",
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


def purposes(codes: list[str]) -> str:
    """Purposes in words: `H, public housing; V, visa`. Empty for any purpose."""
    return "; ".join(str(Purpose(code).label) for code in codes)


def sentence(rule: DisclosureRule) -> str:
    """The whole rule as one sentence, without its reason."""
    whose = "" if rule.participant_role == ANY and rule.data_category == ANY else f" of {people(rule.participant_role)}"
    if rule.participant_role == ANY and rule.data_category in (DataCategory.CHARGES, DataCategory.FREE_TEXT):
        whose = ""
    if rule.participant_role != ANY and rule.data_category == ANY:
        data = f"anything about {people(rule.participant_role)}"
    else:
        data = DATA[rule.data_category] + whose
    if rule.data_category == ANY and rule.participant_role == ANY and rule.treatment == T.WITHHELD:
        data = "anything"
    part = "the initials" if rule.data_category == DataCategory.NAME else "the year"
    said = f"{recipients(rule.recipient)} {VERBS[rule.treatment].format(data=data, part=part)}"
    if rule.purposes:
        said += f" for purpose{'s' if len(rule.purposes) > 1 else ''} {purposes(rule.purposes)}"
    return said + "."
