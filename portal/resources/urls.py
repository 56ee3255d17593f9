"""Addresses that anybody may read."""

from django.urls import path

from . import views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("policies/", views.policies, name="policies"),
    path("policies/<uuid:pk>/", views.policy, name="policy"),
    path("policies/versions/<uuid:pk>/", views.policy_version, name="policy_version"),
    path("agreements-in-force/", views.agreements, name="agreements"),
    path("agreements-in-force/csv/", views.agreements_csv, name="agreements_csv"),
    path("agreements-in-force/<uuid:pk>/", views.agreement, name="agreement"),
]
