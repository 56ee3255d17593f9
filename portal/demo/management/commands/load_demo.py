"""`manage.py load_demo`: the demonstration's agencies, people, records and agreements."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo.load import load


class Command(BaseCommand):
    help = "Loads the demonstration data; what is there already is left alone. Only on this machine's own address."

    def handle(self, **options: Any) -> None:
        if urlsplit(settings.PORTAL_ADDRESS).hostname not in {"localhost", "127.0.0.1", "::1"}:
            raise CommandError(
                "The demonstration has a password that everybody knows, so it is loaded on localhost only."
            )
        load(self.stdout.write)
