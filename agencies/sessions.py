"""The session store: Django's database sessions, each of which knows its person."""

from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from .models import Session


class SessionStore(DatabaseSessionStore):
    """What settings.SESSION_ENGINE names."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made: Session = super().create_model_instance(data)  # type: ignore[assignment]
        made.person_id = data.get(SESSION_KEY)
        return made


def end_sessions(person_id: UUID) -> int:
    """End every session of a person on the server, at once; the number ended."""
    return Session.objects.filter(person_id=person_id).delete()[0]
