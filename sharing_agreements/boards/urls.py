"""Addresses of boards, motions and ballots."""

from django.urls import path

from .views import acting, boards, business, motions, moving, setting_up

app_name = "boards"
urlpatterns = [
    path("", boards.docket, name="docket"),
    path("all/", boards.board_list, name="list"),
    path("new/", setting_up.new, name="new"),
    path("<uuid:pk>/", boards.detail, name="detail"),
    path("<uuid:pk>/charter/", setting_up.charter, name="charter"),
    path("<uuid:pk>/seats/fill/", setting_up.seat, name="seat"),
    path("seats/<uuid:pk>/vacate/", setting_up.vacate, name="vacate"),
    path("<uuid:pk>/convene/", business.convene, name="convene"),
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
]
