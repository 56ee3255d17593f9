"""Addresses of privacy policies, for those who keep them."""

from django.urls import URLPattern

app_name = "privacy"
urlpatterns: list[URLPattern] = []
