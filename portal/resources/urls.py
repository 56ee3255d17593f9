"""Addresses that anybody may read."""

from django.urls import path

from . import decisions, meetings, views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("policies/", views.policies, name="policies"),
    path("policies/<uuid:pk>/", views.policy, name="policy"),
    path("policies/versions/<uuid:pk>/", views.policy_version, name="policy_version"),
    path("policies/versions/<uuid:pk>/pdf/", views.policy_pdf, name="policy_pdf"),
    path("policies/versions/<uuid:pk>/changes/", views.policy_changes, name="policy_changes"),
    path("law/proposed/", views.law_changes, name="law_changes"),
    path("agreements-in-force/", views.agreements, name="agreements"),
    path("agreements-in-force/csv/", views.agreements_csv, name="agreements_csv"),
    path("agreements-in-force/<uuid:pk>/", views.agreement, name="agreement"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/<uuid:pk>/", meetings.meeting, name="meeting"),
    path("decisions/", decisions.register, name="decisions"),
    path("decisions/csv/", decisions.csv, name="decisions_csv"),
    path("decisions/<uuid:pk>/", decisions.decision, name="decision"),
    path("decisions/<uuid:pk>/pdf/", decisions.decision_pdf, name="decision_pdf"),
]
