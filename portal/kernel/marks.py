"""Icons and states as the pages show them: each mark has one meaning everywhere, so each is written down once."""

from typing import NamedTuple

# Strokes on a 16 by 16 grid. The key stands for permission and nothing else.
ICONS = {
    "bell": "M3.5 11.5h9c-1-1-1.2-2.2-1.2-4a3.3 3.3 0 0 0-6.6 0c0 1.8-.2 3-1.2 4M6.7 14h2.6",
    "check": "M3 8.5l3.2 3.2L13 4.8",
    "clock": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 4.5V8l2.4 1.6",
    "cross": "M4 4l8 8M12 4l-8 8",
    "down": "M4 6l4 4 4-4",
    "download": "M8 2v8M4.8 7L8 10.2 11.2 7M2.5 13.5h11",
    "good": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5 8.2l2.1 2.1L11 6.3",
    "key": "M10.5 1.8a3.7 3.7 0 1 0 0 7.4 3.7 3.7 0 0 0 0-7.4M7.7 8.1L2 13.8M4 11.8l1.8 1.8",
    "mail": "M2 3.5h12v9H2zM2.3 4l5.7 4.700L13.700 4",
    "menu": "M2 4h12M2 8h12M2 12h12",
    "minus": "M3 8h10",
    "none": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5 8h6",
    "pause": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M6.3 5.5v5M9.7 5.5v5",
    "pen": "M2.500 13.500l.8-3.200 7.400-7.400 2.400 2.400-7.400 7.400z",
    "person": "M8 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6M2.5 14c.5-3 2.7-4.5 5.500-4.500s5 1.500 5.500 4.500",
    "plus": "M8 3v10M3 8h10",
    "print": "M4 6V2h8v4M4 12H2V6.500h12V12h-2M4 9.500h8V14H4z",
    "upload": "M8 10.500V2.500M4.800 5.500L8 2.300l3.200 3.200M2.500 13.500h11",
}

# "gone" is the plain grey of `.p-state`; it needs no class of its own.
TONES = ("good", "warn", "stop", "plain", "gone")


class Mark(NamedTuple):
    """How a state is shown: tone and icon repeat what the word says."""

    tone: str
    icon: str
    word: str
    joint: str = ", "  # stands between the word and its detail: "In force, version 3", "Expiring in 9 days"


# Every code of a status or position that a model names, and those that are derived from dates; a house test compares.
STATES = {
    # agreements and policies
    "draft": Mark("gone", "pen", "Draft"),
    "in_review": Mark("plain", "clock", "In review"),
    "before_board": Mark("plain", "clock", "Before the board"),
    "approved": Mark("plain", "good", "Approved"),
    "signing": Mark("plain", "pen", "Signing"),
    "begins": Mark("plain", "clock", "Begins", " "),
    "in_force": Mark("good", "good", "In force"),
    "published": Mark("good", "good", "In force"),
    "amending": Mark("plain", "pen", "Being amended"),
    "expiring": Mark("warn", "clock", "Expiring", " "),
    "expired": Mark("gone", "none", "Expired"),
    "suspended": Mark("stop", "pause", "Suspended"),
    "terminated": Mark("gone", "none", "Terminated"),
    "superseded": Mark("gone", "none", "Superseded"),
    "rejected": Mark("stop", "cross", "Rejected"),
    "withdrawn": Mark("gone", "none", "Withdrawn"),
    # applications for funding
    "submitted": Mark("plain", "clock", "Submitted"),
    "awarded": Mark("good", "good", "Awarded"),
    # what a review finds of a provision of a policy
    "fully_met": Mark("good", "good", "Fully met"),
    "partially_met": Mark("warn", "none", "Partially met"),
    "not_addressed": Mark("stop", "cross", "Not addressed"),
    "not_applicable": Mark("gone", "none", "Not applicable"),
    "unreviewed": Mark("plain", "clock", "Awaits a review"),
    "adopted": Mark("good", "good", "Adopted"),
    # levels of a risk in an impact assessment
    "low": Mark("good", "good", "Low"),
    "moderate": Mark("warn", "none", "Moderate"),
    "high": Mark("stop", "cross", "High"),
    # readiness of an agency, and its plan
    "reviewed": Mark("good", "good", "Reviewed"),
    "planned": Mark("plain", "clock", "Planned"),
    "begun": Mark("plain", "pen", "Begun"),
    "done": Mark("good", "good", "Done"),
    "given_up": Mark("gone", "none", "Given up"),
    # resources of the library
    "suggested": Mark("warn", "clock", "Suggested"),
    # gaps in law
    "proposed": Mark("plain", "pen", "Change proposed"),
    "under_way": Mark("plain", "clock", "Change under way"),
    # changes in law and practice
    "idea": Mark("gone", "pen", "Idea"),
    "drafted": Mark("plain", "pen", "Drafted"),
    "introduced": Mark("plain", "clock", "Introduced"),
    "enacted": Mark("good", "good", "Enacted"),
    # initiatives
    "running": Mark("good", "clock", "Under way"),
    "completed": Mark("good", "good", "Completed"),
    # reviews of agreements
    "waits": Mark("gone", "clock", "Waits for an earlier step"),
    "sent_back": Mark("warn", "pen", "Sent back"),
    # motions and ballots
    "moved": Mark("plain", "clock", "Awaits a second"),
    "pending": Mark("plain", "clock", "Awaits a ballot"),
    "voting": Mark("plain", "clock", "Ballot open"),
    "closes": Mark("warn", "clock", "Closes", " "),
    "carried": Mark("good", "good", "Carried"),
    "lost": Mark("stop", "cross", "Lost"),
    "no_quorum": Mark("warn", "none", "No quorum"),
    "tied": Mark("warn", "none", "Tied"),
    "moot": Mark("gone", "none", "Without object"),
    # meetings
    "called": Mark("plain", "clock", "Called"),
    "in_session": Mark("good", "person", "In session"),
    "adjourned": Mark("gone", "none", "Adjourned"),
    # votes and signatures
    "yes": Mark("good", "good", "Approve"),
    "no": Mark("stop", "cross", "Disapprove"),
    "abstain": Mark("gone", "none", "Abstain"),
    "recused": Mark("gone", "none", "Recused"),
    "vacant": Mark("gone", "none", "Vacant"),
    "not_voted": Mark("gone", "clock", "Not voted yet"),
    "awaits_you": Mark("plain", "pen", "Awaits you"),
    "awaits_signature": Mark("plain", "pen", "Awaits signature"),
    "signed": Mark("good", "good", "Signed"),
    "declined": Mark("stop", "cross", "Declined"),
    # requests of people about information on them
    "in_hand": Mark("plain", "person", "In hand"),
    "answered": Mark("good", "good", "Answered"),
    "appealed": Mark("warn", "clock", "Appealed"),
    "appeal_answered": Mark("good", "good", "Appeal decided"),
    # cases
    "open": Mark("plain", "clock", "Open"),
    "closed": Mark("gone", "none", "Closed"),
    # exports in the background
    "waiting": Mark("plain", "clock", "Waiting"),
    "writing": Mark("plain", "clock", "Being written"),
    "ready": Mark("good", "good", "Ready"),
    "stopped": Mark("stop", "cross", "Stopped"),
    "removed": Mark("gone", "none", "Removed"),
    # imports
    "received": Mark("plain", "clock", "Received"),
    "reading": Mark("plain", "clock", "Reading"),
    "preview": Mark("plain", "pen", "Ready to commit"),
    "committing": Mark("plain", "clock", "Committing"),
    "committed": Mark("good", "good", "Committed"),
    "cancelled": Mark("gone", "none", "Cancelled"),
    "failed": Mark("stop", "cross", "Failed"),
    # issues of registers
    "resolved": Mark("good", "good", "Resolved"),
    "dismissed": Mark("gone", "none", "Dismissed"),
    # notices
    "owed": Mark("plain", "clock", "On its way"),
    "sent": Mark("good", "good", "Sent"),
    "dropped": Mark("gone", "none", "No longer owed"),
    # agencies, people, memberships
    "listed": Mark("gone", "none", "Listed"),
    "active": Mark("good", "good", "Active"),
    "inactive": Mark("gone", "none", "Inactive"),
    "invited": Mark("plain", "mail", "Invited"),
    "ended": Mark("gone", "none", "Ended"),
    "locked": Mark("stop", "cross", "Locked"),
}

# What a checklist line says: the icon, its tone, and the words for those who do not see the icon.
LINES = {
    "ok": Mark("good", "check", ""),
    "missing": Mark("warn", "none", "missing"),
    "fail": Mark("stop", "cross", "fails"),
    "now": Mark("warn", "clock", "now"),
    "next": Mark("soft", "none", ""),
}
