"""Addresses of large exports, inside the namespace of records."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.exports, name="exports"),
    path("<uuid:pk>/", views.detail, name="export_job"),
    path("<uuid:pk>/cancel/", views.cancel, name="export_cancel"),
    path("<uuid:pk>/file/", views.fetch, name="export_file"),
]
