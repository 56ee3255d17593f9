"""A register of agreements that the court made before the exchange: two snapshots, open issues, one text."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from agencies.models import Agency, User
from portal.kernel import files
from portal.kernel.files import PDF, TEXT, Stored
from portal.kernel.reading.pdf_text import text_of_plain
from sharing_agreements.registers import commands
from sharing_agreements.registers.models import FILES, Entry, Register

SAMPLE = Path(__file__).parent / "sample" / "registers"
NAME = "Agreements made before the exchange"


def load(owner: Agency, keeper: User) -> None:
    """What is there already is left alone."""
    if Register.objects.filter(owner=owner, name=NAME).exists():
        return
    register = commands.open_register(
        actor=keeper, owner_id=owner.pk, name=NAME, source="Kept by the court's executive office since 2017"
    )
    base = None
    for name, days in (("2025.csv", 400), ("2026.csv", 30)):
        preview = commands.receive(
            actor=keeper, register_id=register.pk, stored=_kept(name), taken_on=localdate() - timedelta(days=days)
        )
        base = commands.commit(actor=keeper, snapshot_id=preview.pk, base_id=base.pk if base else None)
    entry = Entry.objects.get(register=register, kind="Jail roster feed")
    stored = _kept("jail-roster.txt")
    text = text_of_plain(files.path_of(FILES, stored.id))
    commands.attach(actor=keeper, entry_id=entry.pk, stored=stored, text=text)


def _kept(name: str) -> Stored:
    upload = SimpleUploadedFile(name, (SAMPLE / name).read_bytes())
    return files.keep(upload, folder=FILES, kinds=(TEXT, PDF), most=files.MEBIBYTE)
