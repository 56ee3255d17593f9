"""Addresses of readiness: partners, assessments, plans."""

from django.urls import path

from .views import assessing, partners, planning

app_name = "readiness"
urlpatterns = [
    path("", partners.partners, name="partners"),
    path("csv/", partners.partners_csv, name="partners_csv"),
    path("agencies/<uuid:pk>/", partners.agency, name="agency"),
    path("agencies/<uuid:pk>/begin/", assessing.begin, name="begin"),
    path("agencies/<uuid:pk>/plan/", planning.plan, name="plan"),
    path("agencies/<uuid:pk>/plan/csv/", planning.plan_csv, name="plan_csv"),
    path("agencies/<uuid:pk>/plan/new/", planning.add, name="add_action"),
    path("actions/<uuid:pk>/", planning.action, name="action"),
    path("actions/<uuid:pk>/change/", planning.change, name="change_action"),
    path("<uuid:pk>/", assessing.detail, name="detail"),
    path("<uuid:pk>/csv/", assessing.answers_csv, name="answers_csv"),
    path("<uuid:pk>/submit/", assessing.submit, name="submit"),
    path("<uuid:pk>/review/", assessing.review, name="review"),
    path("<uuid:pk>/show/", partners.show, name="show"),
    path("<uuid:pk>/evidence/<slug:question>/", assessing.evidence, name="evidence"),
    path("<uuid:pk>/questions/<slug:dimension>/", assessing.questions, name="questions"),
    path("evidence/<uuid:pk>/", assessing.download, name="download"),
    path("evidence/<uuid:pk>/remove/", assessing.remove_evidence, name="remove_evidence"),
]
