"""Addresses of the impact assessment of a version."""

from django.urls import path

from . import views

app_name = "assessment"
urlpatterns = [
    path("versions/<uuid:pk>/assessment/", views.detail, name="detail"),
    path("versions/<uuid:pk>/assessment/questions/", views.questions, name="questions"),
    path("versions/<uuid:pk>/assessment/show/", views.show_risks, name="show_risks"),
    path("versions/<uuid:pk>/assessment/risks/new/", views.add_risk, name="add_risk"),
    path("assessment/risks/<uuid:pk>/", views.edit_risk, name="edit_risk"),
    path("assessment/risks/<uuid:pk>/remove/", views.remove_risk, name="remove_risk"),
]
