"""Addresses of boards, motions and ballots."""

from django.urls import path

from .views import acting, boards, calendars, meetings, minutes, motions, moving, setting_up

app_name = "boards"
urlpatterns = [
    path("", boards.docket, name="docket"),
    path("all/", boards.board_list, name="list"),
    path("new/", setting_up.new, name="new"),
    path("<uuid:pk>/", boards.detail, name="detail"),
    path("<uuid:pk>/charter/", setting_up.charter, name="charter"),
    path("<uuid:pk>/seats/fill/", setting_up.seat, name="seat"),
    path("seats/<uuid:pk>/vacate/", setting_up.vacate, name="vacate"),
    path("<uuid:pk>/convene/", meetings.convene, name="convene"),
    path("<uuid:pk>/move/", moving.move, name="move"),
    path("<uuid:pk>/suspend/", moving.suspend, name="suspend"),
    path("motions/<uuid:pk>/", motions.motion, name="motion"),
    path("motions/<uuid:pk>/second/", acting.second, name="second"),
    path("motions/<uuid:pk>/withdraw/", acting.withdraw, name="withdraw"),
    path("motions/<uuid:pk>/remark/", acting.remark, name="remark"),
    path("motions/<uuid:pk>/open/", acting.open_ballot, name="open"),
    path("motions/<uuid:pk>/vote/", acting.vote, name="vote"),
    path("motions/<uuid:pk>/settle/", acting.settle, name="settle"),
    path("motions/<uuid:pk>/cancel/", acting.cancel, name="cancel"),
    path("meetings/<uuid:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:pk>/file/", meetings.ics, name="meeting_ics"),
    path("meetings/<uuid:pk>/cancel/", meetings.cancel, name="meeting_cancel"),
    path("meetings/<uuid:pk>/agenda/", meetings.add_item, name="item_add"),
    path("meetings/<uuid:pk>/open/", meetings.call_to_order, name="meeting_open"),
    path("meetings/<uuid:pk>/seats/<uuid:seat>/arrive/", meetings.arrive, name="arrive"),
    path("meetings/<uuid:pk>/seats/<uuid:seat>/leave/", meetings.leave, name="leave"),
    path("meetings/<uuid:pk>/adjourn/", meetings.adjourn, name="meeting_adjourn"),
    path("meetings/<uuid:pk>/minutes/", minutes.minutes, name="minutes"),
    path("meetings/<uuid:pk>/minutes/draft/", minutes.draft, name="minutes_draft"),
    path("meetings/<uuid:pk>/minutes/edit/", minutes.edit, name="minutes_edit"),
    path("items/<uuid:pk>/drop/", meetings.drop_item, name="item_drop"),
    path("items/<uuid:pk>/up/", meetings.move_item_up, name="item_up"),
    path("items/<uuid:pk>/discussion/", meetings.discuss, name="item_discuss"),
    path("items/<uuid:pk>/vote/", meetings.open_ballot, name="item_vote"),
    path("items/<uuid:pk>/close/", meetings.close_ballot, name="item_close"),
    path("items/<uuid:pk>/approve/", minutes.approve, name="minutes_approve"),
    path("calendar/", calendars.settings_page, name="calendar"),
    path("calendar/close/", calendars.revoke, name="calendar_revoke"),
    path("calendar/meetings.ics", calendars.feed, name="calendar_feed"),
]
