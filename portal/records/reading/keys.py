"""How searches compare docket numbers and names: two writings of one thing get one key. Keys are never identities."""

from __future__ import annotations

import re
import unicodedata

LONGEST_DOCKET_KEY = 64
LONGEST_NAME_KEY = 600
"""Characters; four bytes each still fit an entry of a PostgreSQL index."""
_CASE_TYPES = frozenset({"bk", "cr", "crim", "cv", "civ", "mc", "misc", "mj", "po"})
_TOKEN = re.compile(r"[0-9]+|[^\W0-9_]+")
_INTRODUCTION = re.compile(r"^\W*(?:(?:case|docket|nos?|number)[\s.#:]+)+")
_OFFICE = re.compile(r"^\s*[0-9]{1,2}\s*:")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_CENTURY = re.compile(r"(?:19|20)[0-9]{2}")
_YEAR = re.compile(r"[0-9]{2}|0*(?:19|20)[0-9]{2}")
_SERIAL = re.compile(r"0*[0-9]{1,7}")
_BARE = re.compile(r"[0-9]{2}-[a-z]+-[0-9]+")
_SUFFIX = re.compile(r"[a-z]{1,4}|0*[0-9]{1,3}")
_AS_STATUTE = re.compile(
    r"\d{1,2}\s*(?::\s*\d|u\W{0,2}s\W{0,2}c)|\u00a7|\b(?:title|sec(?:tion|\.)?)\s*\d|\d\w*\(\w{1,5}\)|[a-z][.\s]+\d"
)
_OF_STATUTES = re.compile(r"\bu\W{0,2}s\W{0,2}c\b(?:\W{0,2}a\b)?|\b(?:title|sec(?:tion)?s?)\b")
_OF_STATUTE = re.compile(r"[a-z0-9]+")
# Codes of California as police write them, with the letter of their state or without.
_CODE = r"(c?(?:pc|vc|hs|bp|wi))"
_SECTION = r"(\d{1,5}(?:\.\d+)*[a-z]?(?:\s*\(\w{1,5}\))*)"
_CODE_BEHIND = re.compile(rf"\W*{_SECTION}\s*{_CODE}\W*")
_CODE_GLUED = re.compile(rf"\W*{_CODE}{_SECTION}\W*")
_CODES = {
    "pc": r"\bpen(?:al)?\.?\s*c(?:ode)?\b\.?",
    "vc": r"\bveh(?:icle)?\.?\s*c(?:ode)?\b\.?",
    "hs": r"\bh(?:ealth)?\.?\s*(?:&|and)\s*s(?:af(?:ety)?)?\b\.?(?:\s*c(?:ode)?\b\.?)?",
    "bp": r"\bb(?:us(?:iness)?)?\.?\s*(?:&|and)\s*p(?:rof(?:essions)?)?\b\.?(?:\s*c(?:ode)?\b\.?)?",
    "wi": r"\bw(?:elf(?:are)?)?\.?\s*(?:&|and)\s*i(?:nst(?:itutions)?)?\b\.?(?:\s*c(?:ode)?\b\.?)?",
}
_ORI = re.compile(r"[A-Z]{2}[A-Z0-9]{7}")
LEAST_OF_NUMBER = 5
_GLUED = re.compile(r"\W*([a-z]{1,5})[\W_]*([0-9]{5,12})\W*")
_BEFORE_NUMBERS = _CASE_TYPES | {"case", "docket", "no", "nos", "number"}
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h"})


def docket_key(text: str) -> str:
    """One key for the common writings of a docket number, at most 64 characters; empty for text without any.

    A number of the federal form, year, case type, serial, becomes `15-cr-331`, whatever surrounds it: the office before
    the colon, the judges' initials and the defendant's number behind it, zeros in front, two or four digits of the year
    and separators do not count. So `3:15-cr-00331`, `3:15-cr-00331-W`, `15-cr-331`, `15CR331`, `CR 15-331` and
    `1:2015cr00331` are one. Any other number keeps its parts, in lower case, divided by `-`, without leading zeros:
    `CC-24-CR-0117` becomes `cc-24-cr-117`, which a search for `24-cr-117` finds too (`docket_tail`). There do not count
    `No.` inside a number (`MDL No. 2168`), a comma between thousands (`WR-70,849-04`), the century of a year
    (`2022-1234`, `2D2025-2797`), `CR` or `CV` behind a number of a court of appeals of Texas (`01-18-00277-CR`).
    """
    key = _key(text)
    while (shorter := _key(key)) != key:  # what was left out may have hidden another form
        key = shorter
    return key


def glued_keys(text: str) -> tuple[str, ...]:
    """Keys of the numbers that are meant where year and serial are written as one: `W2600123` is `W-26-00123`, and
    `W202600123` is `W-2026-00123` or `W-20-2600123`. Nothing for what is written in another way."""
    glued = _GLUED.fullmatch(unicodedata.normalize("NFKC", text).lower())
    if not glued:
        return ()
    letters, digits = glued.groups()
    widths = (4, 2) if _CENTURY.match(digits) and len(digits) > LEAST_OF_NUMBER else (2,)
    return tuple(docket_key(f"{letters} {digits[:width]} {digits[width:]}") for width in widths)


def name_and_number(text: str) -> tuple[str, str]:
    """A name and the number that stands before, behind or within it in one line; two empty texts where there are not
    both. The number goes from the first word with a digit to the last, the case type before it included."""
    words = [word.strip(",;") for word in text.split()]
    numbered = [at for at, word in enumerate(words) if any(map(str.isdigit, word))]
    if not numbered:
        return "", ""
    first, end = numbered[0], numbered[-1] + 1
    while first and words[first - 1].lower().strip(".#:") in _BEFORE_NUMBERS:
        first -= 1
    name, number = " ".join(words[:first] + words[end:]), " ".join(words[first:end])
    return (name, number) if len(name_key(name)) > 1 else ("", "")


def _key(text: str) -> str:
    plain = _INTRODUCTION.sub("", unicodedata.normalize("NFKC", text).lower())
    tokens = _TOKEN.findall(_THOUSANDS.sub("", _OFFICE.sub("", plain)))
    if federal := _federal(tokens):
        return _joined([federal[0], *map(_without_zeros, federal[1:])])
    return _joined(_other([_without_zeros(token) for token in tokens]))


def _joined(parts: list[str]) -> str:
    return "-".join(parts)[:LONGEST_DOCKET_KEY].rstrip("-")


def _without_zeros(token: str) -> str:
    return (token.lstrip("0") or "0") if token.isdigit() else token


def _other(parts: list[str]) -> list[str]:
    """The parts of another number that tell it from others."""
    if any(part.isdigit() for part in parts):
        parts = [part for part in parts if part not in ("no", "nos")]
    if len(parts) == 4 and parts[3] in ("cr", "cv") and all(part.isdigit() for part in parts[:3]):
        return parts[:3]
    at = next((at for at, part in enumerate(parts[:3]) if _CENTURY.fullmatch(part)), None)
    behind = parts[at + 1 :] if at is not None else []
    if at is not None and behind and behind[0].isdigit() and (at == 0 or parts[at - 1] in ("d", "sc")):
        parts = [*parts[:at], _without_zeros(parts[at][-2:]), *behind]
    return parts


def names_no_court(key: str) -> bool:
    """Whether a docket key is year, case type and serial alone, so that it stands for those of every court."""
    return bool(_BARE.fullmatch(key))


def _federal(tokens: list[str]) -> list[str]:
    """Year, case type and serial of a number of the federal form, else nothing."""
    if len(tokens) < 3:
        return []
    year, case_type, serial, *rest = tokens
    if year in _CASE_TYPES and case_type.isdigit():
        year, case_type = case_type, year
    fits = (
        _YEAR.fullmatch(year)
        and re.fullmatch(r"[a-z]{1,5}", case_type)
        and _SERIAL.fullmatch(serial)
        and len(rest) <= 4
        and all(_SUFFIX.fullmatch(part) for part in rest)
    )
    return [year[-2:], case_type, serial] if fits else []


def name_key(text: str) -> str:
    """A name without case, accents, punctuation, double spaces: `García-López,  José` becomes `garcia lopez jose`."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_UNDECOMPOSED)
    plain = unicodedata.normalize("NFKD", plain)
    letters = (letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
    return " ".join("".join(letters).split())[:LONGEST_NAME_KEY].rstrip()


def statute_keys(text: str) -> tuple[str, ...]:
    """How the first statute that is cited may stand in an index: its parts in small letters, divided by spaces; nothing
    for what does not look like a citation. `18:924(c)(1)`, `18 U.S.C. § 924(c)(1)` and `Title 18, Section 924(c)(1)`
    are `18 924 c 1`; `G.S. 14-72(a)` is `g s 14 72 a`, and `14 72 a` too, since sources leave out the name of their own
    code, and `CPC 211` is `pc 211` too, since police leave out the letter of their state; so are `211 PC`, `PC211` and
    `Penal Code 211`. A docket number of the federal form is no citation."""
    plain = _code_first(unicodedata.normalize("NFKC", text).lower())
    numbers = docket_key(text).split("-")
    is_docket = (len(numbers) == 3 and numbers[1] in _CASE_TYPES) or _INTRODUCTION.match(plain)
    if is_docket or not _AS_STATUTE.search(plain):
        return ()
    parts = _OF_STATUTE.findall(_OF_STATUTES.sub(" ", re.split(r";|\band\b|&", plain, maxsplit=1)[0]))
    first = next((at for at, part in enumerate(parts) if part[0].isdigit()), 0)
    stateless = [parts[0][1:], *parts[1:]] if len(parts) > 1 and re.fullmatch("[a-z]{3}", parts[0]) else []
    bare = parts[first:] if len(parts[first:]) > 1 else []
    return tuple(dict.fromkeys(" ".join(each) for each in (parts, stateless, bare) if each))


def _code_first(plain: str) -> str:
    """A citation with its code before the section, as an abbreviation."""
    for code, named in _CODES.items():
        plain = re.sub(named, f"{code} ", plain)
    if behind := _CODE_BEHIND.fullmatch(plain):
        return f"{behind[2]} {behind[1]}"
    glued = _CODE_GLUED.fullmatch(plain)
    return f"{glued[1]} {glued[2]}" if glued else plain


def person_number(text: str) -> str:
    """A state or FBI number as it is compared, letters and digits alone; empty for what is too short."""
    number = "".join(filter(str.isalnum, text)).upper()
    return number if number.isascii() and len(number) >= LEAST_OF_NUMBER else ""


def ori_key(text: str) -> str:
    """An ORI, the nine signs that name an agency, in capitals; empty for anything else."""
    plain = text.strip().upper()
    return plain if _ORI.fullmatch(plain) and any(sign.isdigit() for sign in plain) else ""
