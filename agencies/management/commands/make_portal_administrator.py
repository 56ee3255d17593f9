"""`manage.py make_portal_administrator EMAIL`: the first account of a portal, which then registers agencies."""

import getpass
import os
from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from agencies import commands
from agencies.models import User
from portal.kernel.errors import Refused

PASSWORD = "PORTAL_ADMINISTRATOR_PASSWORD"  # noqa: S105 (the name of a variable)


class Command(BaseCommand):
    help = "Make somebody a portal administrator, who keeps agencies and accounts and sees no record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="Work email, with which they sign in")
        parser.add_argument("--first-name", default="")
        parser.add_argument("--last-name", default="")

    def handle(self, *args: object, **given: str) -> None:
        email = given["email"].strip().lower()
        password = "" if User.objects.filter(email=email).exists() else self.new_password()
        try:
            commands.appoint_portal_administrator(
                email=email, password=password, first_name=given["first_name"], last_name=given["last_name"]
            )
        except Refused as no:
            raise CommandError(str(no)) from no
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages)) from wrong
        self.stdout.write(f"{email} is a portal administrator and signs in at the portal's address.")

    def new_password(self) -> str:
        """From the environment, or typed twice; there is no default."""
        if given := os.environ.get(PASSWORD):
            return given
        if not self.stdin_is_a_terminal():
            raise CommandError(f"Set {PASSWORD} in the environment, or run this in a terminal to type a password.")
        first = getpass.getpass("Password for the new account: ")
        if first != getpass.getpass("The same password again: "):
            raise CommandError("These were two different passwords. Run the command again.")
        return first

    def stdin_is_a_terminal(self) -> bool:
        return os.isatty(0)
