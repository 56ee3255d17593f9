"""Addresses of the home page and the auditor's pages."""

from django.urls import path

from . import agency_history, board_history, budget_history, policy_history, views
from .authority import authority
from .impact_page import impact
from .law_change import law_change
from .publication_page import publication
from .try_page import try_rule
from .who_sees_what import who_sees_what

app_name = "workbench"
urlpatterns = [
    path("today/", views.home, name="home"),
    path("history/", views.history, name="history"),
    path("history/agreements/<uuid:pk>/", views.agreement_history, name="agreement_history"),
    path("history/agreements/<uuid:pk>/csv/", views.agreement_history_csv, name="agreement_history_csv"),
    path("history/boards/<uuid:pk>/", board_history.board_history, name="board_history"),
    path("history/boards/<uuid:pk>/csv/", board_history.board_history_csv, name="board_history_csv"),
    path("history/budgets/<uuid:pk>/", budget_history.budget_history, name="budget_history"),
    path("history/budgets/<uuid:pk>/csv/", budget_history.budget_history_csv, name="budget_history_csv"),
    path("history/initiatives/<uuid:pk>/", budget_history.initiative_history, name="initiative_history"),
    path("history/initiatives/<uuid:pk>/csv/", budget_history.initiative_history_csv, name="initiative_history_csv"),
    path("history/applications/<uuid:pk>/", budget_history.application_history, name="application_history"),
    path("history/applications/<uuid:pk>/csv/", budget_history.application_history_csv, name="application_history_csv"),
    path("history/policies/<uuid:pk>/", policy_history.policy_history, name="policy_history"),
    path("history/policies/<uuid:pk>/csv/", policy_history.policy_history_csv, name="policy_history_csv"),
    path("history/agencies/<uuid:pk>/", agency_history.agency_history, name="agency_history"),
    path("history/agencies/<uuid:pk>/csv/", agency_history.agency_history_csv, name="agency_history_csv"),
    path("healthz", views.health, name="health"),
    path("access-log/", views.access_log, name="access_log"),
    path("access-log/csv/", views.access_log_csv, name="access_log_csv"),
    path("law/<uuid:pk>/", authority, name="authority"),
    path("law/changes/<uuid:pk>/", law_change, name="law_change"),
    path("impact/<uuid:pk>/", impact, name="impact"),
    path("try-rule/<uuid:pk>/", try_rule, name="try_rule"),
    path("publication/<uuid:pk>/", publication, name="publication"),
    path("who-sees-what/<uuid:pk>/", who_sees_what, name="who_sees_what"),
]
