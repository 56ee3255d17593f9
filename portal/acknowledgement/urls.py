"""Addresses under which people accept policies and rules of behavior."""

from django.urls import path

from . import views

app_name = "acknowledgement"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("agencies/<uuid:pk>/", views.people, name="people"),
    path("rules/new/", views.publish_rules, name="publish_rules"),
    path("rules/<int:number>/", views.rules, name="rules"),
]
