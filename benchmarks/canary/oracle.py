"""Who may be sent which canary, written down by hand: nothing here asks the portal.

A row is a pattern of fields and the roles to whom a page or a file may show them; the first row that fits a field
counts, and what no row names may be shown to nobody. Mails, logs, broker, cache, sessions, events and addresses may
hold none at all.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache

SHORT = {
    "own": "clerk of owner",
    "rec": "clerk of recipient",
    "thi": "clerk of third",
    "boa": "board member",
    "sig": "signatory",
    "off": "privacy officer",
    "cus": "custodian",
    "aud": "auditor",
    "adm": "portal administrator",
}

TABLE = """
# What is kept and never shown
*: *hidden fact                       -

# The shared set: the recipient is law enforcement, under the standard rules
open: judge alias                     own off cus rec
open: judge name                      own off cus rec
open: judge source type               own off cus rec
open: judge *                         own off cus
open: defense_attorney born           own off cus
open: *                               own off cus rec
victim: defendant *                   own off cus rec
victim: attorney roles                -
victim: attorney born                 own off cus
victim: attorney *                    own off cus rec
victim: cleared entry                 own off cus rec
victim: charge                        own off cus rec
victim: statute                       own off cus rec
victim: standing                      own off cus rec
victim: docket                        own off cus rec
victim: court                         own off cus rec
victim: category                      own off cus rec
victim: source id                     own off cus rec
victim: nature of suit                own off cus rec
victim: *                             own off cus
informant: defendant *                own off cus rec
informant: charge                     own off cus rec
informant: statute                    own off cus rec
informant: standing                   own off cus rec
informant: docket                     own off cus rec
informant: court                      own off cus rec
informant: category                   own off cus rec
informant: source id                  own off cus rec
informant: nature of suit             own off cus rec
informant: *                          -
juvenile: *                           own off cus
sealed: *                             cus

# Records of other classes: warrants are shared, criminal intelligence is for who is certified
warrant: field caution                own off cus
warrant: field remarks                own off cus
warrant: charge sentence              own off cus
warrant: entry                        own off cus
warrant: victim *                     own off cus
warrant: subject contact              own off cus
warrant: *                            own off cus rec
intelligence: informant *             -
# An informant is on it, so that its texts are nobody's
intelligence: charge sentence         -
intelligence: entry                   -
intelligence: field activity          -
intelligence: field reason_retained   -
intelligence: field remarks           -
intelligence: field suspicion         -
intelligence: *                       cus
protection_order: *                   own off cus
custody: *                            own off cus
arrest: *                             own off cus
incident: *                           own off cus
supervision: *                        own off cus

# Other sets
expunged: *                           -
erased: *                             cus aud
doomed: *                             cus
unshared: *                           own off cus
ended: *                              own off cus
third: *                              thi
staged: docket                        cus
staged: file name                     cus
staged: *                             -
order: *                              cus

# Who looked and what left
inquiry: *                            rec aud
release: *                            off cus aud
kept: watch case number               rec aud
kept: *                               rec

# Agreements
draft: *                              own off cus aud
party: comment                        own off cus aud sig
lead: comment                         own off cus aud
review: remark                        own off cus aud boa
done: *                               own off cus aud boa rec sig
board: closed minutes                 boa
board: *                              boa aud

# Privacy, law, registers
# The draft of a policy lies before a board; auditors read what a policy was at any time
policy: *                             off boa aud
risk: *                               off boa aud
gap: *                                own off cus aud
change: *                             own off cus aud
# Scores are for partners; answers, evidence and plans are the agency's own
readiness: *                          own off cus aud
plan: *                               own off cus aud
asked *: why longer                   -
asked *                               off
register: *                           own off cus aud adm

# Money: a budget is its board's and its parties', an application its agency's
budget: *                             own off cus rec sig boa aud
# An initiative is its partners' and its board's
initiative: *                         own off cus rec sig boa aud
funding: *                            own off cus aud
# Practitioners: who wrote and to whom; a working group; whose words are hidden, and moderators; curators
practice: message                     rec own
practice: hidden words                rec adm
practice: *                           rec off
suggestion: *                         adm
"""

WIDTH = 38


@cache
def _rows(table: str) -> list[tuple[str, str]]:
    lines = (line for line in table.splitlines() if line and not line.startswith("#"))
    return [(line[:WIDTH].strip(), line[WIDTH:].strip()) for line in lines]


@cache
def who_may(field: str) -> frozenset[str]:
    """The roles to whom a page or a file may show a field."""
    roles = next((roles for pattern, roles in _rows(TABLE) if fnmatchcase(field, pattern)), "-")
    return frozenset(SHORT[each] for each in roles.split() if each in SHORT)


TABLES = """
staged: file name                     records_*import*
intelligence: informant name          records_*
staged: refused *                     -
staged: *                             records_*stagedcase*
order: scope                          records_courtorder
order: *                              records_courtorder records_historicalrecord
inquiry: *                            records_inquiry
expunged: *                           -
erased: *                             records_expungement
doomed: *                             records_expungementrequest
risk: *                               assessment_*risk*
*: * dispute                          records_*dispute
release: *                            records_release
kept: watch case number               records_watch
kept: *                               records_savedsearch
draft: obligation                     sharing_agreements_*obligation*
draft: comment                        sharing_agreements_*comment*
draft: title                          sharing_agreements_*agreement*
draft: attached words                 -
draft: attached title                 sharing_agreements_*attachment*
draft: purpose                        sharing_agreements_*agreementversion*
draft: handling                       sharing_agreements_*term*
draft: *                              sharing_agreements_*clause*
party: comment                        sharing_agreements_*comment*
lead: comment                         sharing_agreements_*comment*
review: remark                        reviews_*reviewremark*
done: note                            sharing_agreements_*fulfilment*
done: *                               -
board: remark                         boards_*remark*
board: discussion                     boards_*agendaitem*
board: *                              boards_*minutes*
policy: *                             privacy_*provision*
gap: *                                law_*lawgap*
change: *                             law_*lawchange*
readiness: note                       readiness_answer
readiness: evidence                   readiness_*evidence
plan: *                               readiness_*planaction
asked *: appeal                       redress_appeal
asked *                               redress_redressrequest
register: *                           registers_*attachment*
*: field *                            records_*record
*: charge *                           records_*charge
budget: line                          budgets_*line
budget: source                        budgets_*denominator
budget: *                             budgets_*budget
initiative: purpose                   initiatives_*initiative
initiative: milestone                 initiatives_*milestone
initiative: need                      initiatives_*block
funding: task                         funding_*task
funding: document                     funding_*document
funding: *                            funding_*application
practice: message                     practitioners_message
practice: hidden words                practitioners_profile
practice: news*                       practitioners_*announcement
practice: file                        -
practice: file *                      practitioners_*groupdocument
suggestion: *                         library_*resource
*: docket                             records_*record
*: title                              records_*record
*: court                              records_*record
*: category                           records_*record
*: source id                          records_*record
*: nature of suit                     records_*record
*: hidden fact                        records_*record
*: kept hidden fact                   records_*record
*: *entry                             records_*docketentry
*: charge                             records_*charge
*: statute                            records_*charge
*: standing                           records_*charge
*: disposition                        records_*charge
*: *                                  records_*participant
"""
"""Where each field is kept, its history included."""


@cache
def homes(field: str, table: str) -> bool:
    """Whether a table may hold a field."""
    patterns = next((where for which, where in _rows(TABLES) if fnmatchcase(field, which)), "-")
    return any(fnmatchcase(table, pattern) for pattern in patterns.split())
