"""Addresses of the home page and the auditor's pages."""

from django.urls import URLPattern

app_name = "workbench"
urlpatterns: list[URLPattern] = []
