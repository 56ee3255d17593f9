"""Addresses for people who ask, without an account."""

from django.urls import path

from .views import asking

app_name = "ask"
urlpatterns = [
    path("", asking.index, name="index"),
    path("status/", asking.status, name="status"),
    path("appeal/", asking.appeal, name="appeal"),
    path("<uuid:pk>/", asking.ask, name="ask"),
]
