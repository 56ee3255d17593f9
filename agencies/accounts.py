"""The door to sign-in: no open sign-up, and a system use notice that must be acknowledged."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """Accounts come from invitations only; what allauth mails is sent through the configured backend."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """Sign-in that asks for the notice first (CJIS Security Policy AC-8)."""

    ack = forms.BooleanField(
        label="I have read this notice and accept it",
        error_messages={"required": "Read the system use notice and accept it to sign in."},
    )
