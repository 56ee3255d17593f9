"""What is asked of somebody again who is signed in already."""

from django import forms

BINDS = "It is asked again so that nobody binds your agency at a screen that you left open."


def password_again(why: str = BINDS) -> forms.CharField:
    """For what binds an agency, or closes much at once."""
    return forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=why,
    )
