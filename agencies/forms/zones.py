"""The time zones of the United States and its territories, by the names that people know."""

from django import forms

ZONES = [
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona, without daylight saving"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("America/Adak", "Aleutian Islands"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Puerto Rico and the Virgin Islands"),
    ("Pacific/Guam", "Guam and the Northern Marianas"),
    ("Pacific/Pago_Pago", "American Samoa"),
    ("UTC", "UTC"),
]

_STATES = {
    "America/New_York": "CT DE DC FL GA IN KY ME MD MA MI NH NJ NY NC OH PA RI SC VT VA WV",
    "America/Chicago": "AL AR IL IA KS LA MN MS MO NE ND OK SD TN TX WI",
    "America/Denver": "CO ID MT NM UT WY",
    "America/Phoenix": "AZ",
    "America/Los_Angeles": "CA NV OR WA",
    "America/Anchorage": "AK",
    "Pacific/Honolulu": "HI",
    "America/Puerto_Rico": "PR VI",
    "Pacific/Guam": "GU MP",
    "Pacific/Pago_Pago": "AS",
}
_ZONE_OF = {state: zone for zone, states in _STATES.items() for state in states.split()}


def zone_of(state: str) -> str:
    """The zone in which most of a state lies; Washington's for federal bodies. Somebody can choose another one."""
    return _ZONE_OF.get(state, "America/New_York")


class ZoneField(forms.ChoiceField):
    """A zone of the list; one that somebody has already stays a choice for them."""

    def __init__(self, **more: object) -> None:
        super().__init__(choices=ZONES, label=str(more.pop("label", "Time zone")), **more)  # type: ignore[arg-type]

    def keep(self, zone: str) -> None:
        if zone and zone not in dict(ZONES):
            self.choices = [(zone, zone.replace("_", " ")), *ZONES]
