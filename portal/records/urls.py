"""Addresses of records, inquiries and imports."""

from django.urls import URLPattern

app_name = "records"
urlpatterns: list[URLPattern] = []
