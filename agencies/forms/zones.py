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


class ZoneField(forms.ChoiceField):
    """A zone of the list; one that somebody has already stays a choice for them."""

    def __init__(self, **more: object) -> None:
        super().__init__(choices=ZONES, label=str(more.pop("label", "Time zone")), **more)  # type: ignore[arg-type]

    def keep(self, zone: str) -> None:
        if zone and zone not in dict(ZONES):
            self.choices = [(zone, zone.replace("_", " ")), *ZONES]
