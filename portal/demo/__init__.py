"""The demonstration: an invented county that shares records, and the accounts to try it with."""

PASSWORD = "cedar-basin-demo"  # noqa: S105 - shown to whoever starts the demonstration, which is refused on a public address

PEOPLE = (
    ("admin@portal.example", "Ada", "Portal", "portal administrator: agencies and accounts, no records, no vote"),
    (
        "a.okafor@court.example",
        "Amara",
        "Okafor",
        "clerk and records custodian of the Superior Court, which owns records",
    ),
    ("k.adeyemi@court.example", "Kemi", "Adeyemi", "drafts agreements for the Superior Court and administers it"),
    ("h.lindqvist@court.example", "Helga", "Lindqvist", "presiding judge: signs for the Superior Court, board seat 5"),
    ("p.odhiambo@court.example", "Peter", "Odhiambo", "privacy officer of the Superior Court"),
    (
        "n.bergstrom@court.example",
        "Nora",
        "Bergstrom",
        "counsel of the Superior Court: reviews its policy (one awaits)",
    ),
    (
        "m.ferreira@police.example",
        "Mara",
        "Ferreira",
        "clerk of Cedar City Police: sees the court's cases by agreement",
    ),
    (
        "e.sato@police.example",
        "Emi",
        "Sato",
        "custodian and privacy officer of Cedar City Police: arrests, incidents, criminal intelligence",
    ),
    ("j.moreau@police.example", "Jules", "Moreau", "chief of police: signs for Cedar City Police (one awaits)"),
    (
        "o.tran@da.example",
        "Oanh",
        "Tran",
        "clerk of the District Attorney, certified for intelligence, and of Probation: must accept policies",
    ),
    ("t.bauer@da.example", "Tilda", "Bauer", "district attorney: signs, board seat 4"),
    ("d.vance@sheriff.example", "Dora", "Vance", "clerk of the Sheriff, who keeps bookings: sees nothing of the court"),
    ("s.whitlock@sheriff.example", "Sam", "Whitlock", "sheriff: board seat 3"),
    ("r.abernathy@corrections.example", "Ruth", "Abernathy", "chairs the board, seat 1 (a vote awaits)"),
    ("v.nakamura@probation.example", "Vera", "Nakamura", "board seat 2"),
    ("l.reyes@casd.example", "Lina", "Reyes", "custodian, drafter and signatory of the federal court"),
    ("c.whitfield@casd.example", "Clara", "Whitfield", "chief deputy of the federal court: adopts its policy"),
    (
        "l.marchetti@audit.example",
        "Luca",
        "Marchetti",
        "auditor of the whole portal: history and access log, no records",
    ),
)
ACCOUNTS = [(email, PASSWORD, what) for email, _, _, what in PEOPLE]
"""(email, password, what they do), as the quickstart prints them."""
