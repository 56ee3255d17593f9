"""Addresses of watches. The id is of no record, so it has a name of its own: a refusal notes no record."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.watches, name="watches"),
    path("new/", views.new, name="watch_new"),
    path("<uuid:watch>/", views.detail, name="watch"),
    path("<uuid:watch>/confirm/", views.confirm, name="watch_confirm"),
    path("<uuid:watch>/end/", views.end, name="watch_end"),
]
