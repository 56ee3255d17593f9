"""Addresses of privacy policies, for those who keep them."""

from django.urls import include, path

from . import views
from .development import views as development

app_name = "privacy"
urlpatterns = [
    path("", views.policy_list, name="list"),
    path("new/", views.draft, name="draft"),
    path("<uuid:pk>/new-version/", views.start_version, name="start_version"),
    path("versions/<uuid:pk>/", views.version, name="version"),
    path("versions/<uuid:pk>/head/", views.edit_head, name="edit_head"),
    path("versions/<uuid:pk>/changes/", views.changes, name="changes"),
    path("versions/<uuid:pk>/ask-review/", development.ask_review, name="ask_review"),
    path("versions/<uuid:pk>/review/", development.review, name="review"),
    path("versions/<uuid:pk>/adopt/", development.adopt, name="adopt"),
    path("versions/<uuid:pk>/still-right/", development.still_right, name="still_right"),
    path("versions/<uuid:pk>/publish/", views.publish, name="publish"),
    path("versions/<uuid:pk>/discard/", views.discard, name="discard"),
    path("versions/<uuid:pk>/provisions/new/", views.add_provision, name="add_provision"),
    path("versions/<uuid:pk>/rules/new/", views.add_rule, name="add_rule"),
    path("provisions/<uuid:pk>/", views.edit_provision, name="edit_provision"),
    path("provisions/<uuid:pk>/remove/", views.remove_provision, name="remove_provision"),
    path("rules/<uuid:pk>/", views.edit_rule, name="edit_rule"),
    path("rules/<uuid:pk>/remove/", views.remove_rule, name="remove_rule"),
    path("law/", include("privacy.law.urls")),
    path("", include("privacy.assessment.urls")),
]
