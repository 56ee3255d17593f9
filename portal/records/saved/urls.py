"""Addresses of saved searches; they name one by its id, never by what is searched."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.save, name="saved_save"),
    path("<uuid:pk>/", views.open_saved, name="saved_open"),
    path("<uuid:pk>/edit/", views.edit, name="saved_edit"),
    path("<uuid:pk>/delete/", views.delete, name="saved_delete"),
]
