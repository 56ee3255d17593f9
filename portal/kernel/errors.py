"""The one refusal of the house: who is `PermissionDenied`, what is `ValidationError`, when is `Refused`."""


class Refused(Exception):
    """A rule of the house said no. `str(error)` is safe to show to the person and says what to do next.

    `repeated`: the same person has done the very thing already, as when a form is sent twice. The page then says how it
    stands, and shows no error.
    """

    def __init__(self, message: str, *, code: str, repeated: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.repeated = repeated
