"""Meetings whose time has come."""

from django.db import connection

from sharing_agreements.boards.models import Meeting


def its_time(meeting: Meeting) -> Meeting:
    """Let the time for which a meeting was noticed come now: no command can, and waiting for it takes minutes."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE boards_meeting SET starts_at = clock_timestamp() WHERE id = %s", [meeting.pk])
    return Meeting.objects.get(pk=meeting.pk)
