"""Addresses of notices."""

from django.urls import path

from . import views

app_name = "notices"
urlpatterns = [
    path("", views.inbox_page, name="list"),
    path("read/", views.read_all, name="read_all"),
    path("<uuid:pk>/read/", views.read, name="read"),
    path("preferences/", views.preferences, name="preferences"),
    path("failed/", views.failed, name="failed"),
    path("failed/retry/", views.retry_all, name="retry_all"),
    path("failed/<uuid:pk>/retry/", views.retry, name="retry"),
    path("mailbox/", views.mailbox_list, name="mailbox"),
    path("mailbox/<uuid:pk>/", views.mailbox_mail, name="mail"),
]
