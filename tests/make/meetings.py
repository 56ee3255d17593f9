"""Meetings whose time has come, and what their minutes say."""

from django.db import connection

from sharing_agreements.boards.models import AgendaItem, Meeting, Minutes


def its_time(meeting: Meeting, *, minutes_ago: int = 0) -> Meeting:
    """Let the time for which a meeting was noticed come: no command can, and waiting for it takes minutes."""
    later = "UPDATE boards_meeting SET starts_at = clock_timestamp() - make_interval(mins => %s) WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute(later, [minutes_ago, meeting.pk])
    return Meeting.objects.get(pk=meeting.pk)


def wording(of: AgendaItem | Minutes) -> str:
    """The fingerprint of minutes, or of those that an item names, as they stand now."""
    mine = {"agenda_items": of} if isinstance(of, AgendaItem) else {"pk": of.pk}
    return Minutes.objects.get(**mine).sha256
