"""Addresses of legal authorities, of the register of gaps in law, and of changes in law and practice."""

from django.urls import path

from .views import changes
from .views import register as views

app_name = "law"
urlpatterns = [
    path("", views.authorities, name="authorities"),
    path("new/", views.enter, name="enter"),
    path("<uuid:pk>/", views.correct, name="correct"),
    path("<uuid:pk>/retire/", views.retire, name="retire"),
    path("provisions/<uuid:pk>/", views.cite, name="cite"),
    path("gaps/", views.gaps, name="gaps"),
    path("gaps/csv/", views.gaps_csv, name="gaps_csv"),
    path("gaps/new/", views.open_gap, name="open_gap"),
    path("gaps/<uuid:pk>/", views.gap, name="gap"),
    path("gaps/<uuid:pk>/change/", views.change_gap, name="change_gap"),
    path("gaps/<uuid:pk>/close/", views.close_gap, name="close_gap"),
    path("gaps/<uuid:pk>/reopen/", views.reopen_gap, name="reopen_gap"),
    path("changes/", changes.changes, name="changes"),
    path("changes/csv/", changes.changes_csv, name="changes_csv"),
    path("changes/agenda/", changes.agenda, name="agenda"),
    path("changes/new/", changes.enter, name="enter_change"),
    path("changes/<uuid:pk>/revise/", changes.revise, name="revise_change"),
    path("changes/<uuid:pk>/move/<slug:to>/", changes.move, name="move_change"),
]
