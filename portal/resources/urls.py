"""Addresses that anybody may read."""

from django.urls import path

from . import meetings, views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("policies/", views.policies, name="policies"),
    path("policies/<uuid:pk>/", views.policy, name="policy"),
    path("policies/versions/<uuid:pk>/", views.policy_version, name="policy_version"),
    path("agreements-in-force/", views.agreements, name="agreements"),
    path("agreements-in-force/csv/", views.agreements_csv, name="agreements_csv"),
    path("agreements-in-force/<uuid:pk>/", views.agreement, name="agreement"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/<uuid:pk>/", meetings.meeting, name="meeting"),
]
