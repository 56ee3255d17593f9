"""The one refusal of the house: who is `PermissionDenied`, what is `ValidationError`, when is `Refused`."""


class Refused(Exception):
    """A rule of the house said no. `str(error)` is safe to show to the person and says what to do next."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code
