"""Addresses of imports, inside the namespace of records."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("format/", views.import_format, name="import_format"),
    path("<uuid:pk>/", views.import_detail, name="import"),
    path("<uuid:pk>/commit/", views.import_commit, name="import_commit"),
    path("<uuid:pk>/cancel/", views.import_cancel, name="import_cancel"),
]
