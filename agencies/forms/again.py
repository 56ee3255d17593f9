"""What is asked of somebody again who is signed in already."""

from django import forms


def password_again() -> forms.CharField:
    """For what binds an agency."""
    return forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="It is asked again so that nobody binds your agency at a screen that you left open.",
    )
