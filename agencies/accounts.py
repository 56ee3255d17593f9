"""The door to sign-in: no open sign-up, a system use notice that must be accepted, every attempt recorded."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.core import context
from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest

from portal.kernel.sign_in import client_address

from . import commands, lockouts, mails
from .middleware import session_seconds
from .models import User

WRONG = "The address or the password is not right. Check both; after 5 failures in a row the account is locked."


class Adapter(DefaultAccountAdapter):
    """Accounts come from invitations only. What allauth does with passwords and sessions becomes commands here."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": WRONG,
        "too_many_login_attempts": "Too many failures from your network. Wait a minute, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """As allauth does, but a deactivated person gets the answer of a wrong password, not a page of their own."""
        email = str(credentials.get("email") or "").strip().lower()
        locked_before = lockouts.is_locked(email)
        found = super().authenticate(request, **credentials)
        if isinstance(found, User) and found.is_active:
            return found
        locked = lockouts.is_locked(email)
        commands.note_failed_sign_in(
            email=email,
            source=client_address(request),
            browser=self.get_http_user_agent(request),
            locked=locked,
            newly_locked=locked and not locked_before,
        )
        return None

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Record first: who can't be recorded is not signed in. `last_login` alone makes no history row."""
        assert isinstance(user, User)  # noqa: S101 (AUTH_USER_MODEL)
        browser = self.get_http_user_agent(request)
        commands.note_sign_in(actor=user, source=client_address(request), browser=browser)
        vars(user)["skip_history_when_saving"] = True
        super().login(request, user)
        del vars(user)["skip_history_when_saving"]

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            commands.note_sign_out(actor=request.user, why="asked", seconds=session_seconds(request))
        super().logout(request)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Change or reset: the command ends every session. Without a session the person came by a mailed link."""
        assert isinstance(user, User)  # noqa: S101 (AUTH_USER_MODEL)
        signed_in = getattr(context.request, "user", None)
        actor = signed_in if isinstance(signed_in, User) and signed_in.pk == user.pk else None
        user.password = commands.set_password(person_id=user.pk, password=password, actor=actor).password


class LoginForm(AllauthLoginForm):
    """Sign-in that asks for the notice first (CJIS Security Policy AC-8); without it no password is looked at."""

    ack = forms.BooleanField(
        label="I have read this notice and accept it",
        error_messages={"required": "Read the system use notice and accept it to sign in."},
    )


class ResetPasswordForm(AllauthResetPasswordForm):
    """Asking for a link to a new password: the same answer, in the same time, whether or not there is an account."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        mails.owe_password_reset(User.objects.filter(email=email, is_active=True).first())
        return email
