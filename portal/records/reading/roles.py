"""What part a person plays on a case, from the words of the source. In doubt, the more protected part."""

from __future__ import annotations

import re

from portal.records.reading.keys import name_key

PROTECTED = frozenset({"informant", "victim", "witness", "juvenile"})

_BY_WORD = (
    ("informant", r"informants?|informer|cooperating|cooperator|ci|source"),
    ("victim", r"victims?|complainants?|complaining|protected"),
    ("witness", r"witness(es)?"),
    ("juvenile", r"juveniles?|minors?|child|children|infant"),
    ("guardian", r"guardians?|conservator|next friend|parent"),
    ("special_master", r"special master"),
    ("arrest_official", r"arrest(ing)?"),
    ("prosecution_attorney", r"prosecut(ion|ing|or|ors)|district attorney|u s attorney|us attorney|ausa"),
    ("defense_attorney", r"public defender|defen[sc]e (attorney|counsel|lawyer)"),
    ("judge", r"judge|magistrate|justice"),
    ("attorney", r"attorneys?|counsel|lawyer"),
    ("intervenor", r"intervenors?"),
    ("plaintiff", r"(counter|cross) claimants?"),
    ("interested_party", r"interested party|interested parties|claimants?"),
    ("movant", r"movants?"),
    ("plaintiff", r"criminal (the )?state( of)?\b.*"),
    ("defendant", r"criminal appell(ant|ee)"),
    ("petitioner", r"petitioners?"),
    ("respondent", r"respondents?"),
    ("defendant", r"defendants?"),
    ("plaintiff", r"plaintiffs?|appellee ?usa"),
    ("petitioner", r"appellants?|applicants?|relators?"),
    ("respondent", r"appellees?|real part(y|ies) in interest"),
)
_ROLES = tuple((role, re.compile(rf"\b(?:{words})\b")) for role, words in _BY_WORD)
_NO_ROLE = re.compile(r"\b(?:amic(?:us|i)|in re|service list|unknown|other|clerk|trustee|objectors?|garnishees?)\b")
"""Types of parties that have no role of their own here."""
_GOVERNMENT = re.compile(r"^(?:the )?(?:usa|united states|us|u s|u s a|state|people|commonwealth|government|county)\b")


def role_of(party_type: str) -> str:
    """The role slug of a party's type. The protected roles come first: a `Victim/Witness` is a victim, a `Minor Victim`
    too; what no word tells is `other`."""
    plain = name_key(party_type)
    return next((role for role, words in _ROLES if words.search(plain)), "other")


def is_known(party_type: str) -> bool:
    """Whether a party's type is known, be it as one without a role of its own."""
    return role_of(party_type) != "other" or bool(_NO_ROLE.search(name_key(party_type)))


def attorney_role(party_role: str, party_name: str, attorney_name: str, contact: str) -> str:
    """The role of an attorney listed under a party. Who stands there for themselves keeps their own role, so that an
    address or name that is withheld in one place does not show in the other."""
    if on_their_own(party_name, attorney_name, contact):
        return party_role
    if party_role in ("defendant", "juvenile"):
        return "defense_attorney"
    if party_role == "plaintiff" and _GOVERNMENT.search(name_key(party_name)):
        return "prosecution_attorney"
    return "attorney"


def on_their_own(party_name: str, attorney_name: str, contact: str) -> bool:
    """Whether an attorney row is the party itself, without counsel."""
    if name_key(party_name) == name_key(attorney_name):
        return True
    return any(line.strip().casefold() in ("pro se", "pro per") for line in contact.splitlines())
