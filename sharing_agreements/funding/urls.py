"""Addresses of programs, applications and awards."""

from django.urls import path

from .views import applications, awards, programs

app_name = "funding"
urlpatterns = [
    path("", programs.register, name="list"),
    path("csv/", programs.csv, name="csv"),
    path("new/", programs.new, name="new"),
    path("<uuid:pk>/", programs.program, name="program"),
    path("<uuid:pk>/change/", programs.change, name="change"),
    path("<uuid:pk>/apply/", applications.apply, name="apply"),
    path("applications/", applications.register, name="applications"),
    path("applications/csv/", applications.csv, name="applications_csv"),
    path("applications/<uuid:pk>/", applications.application, name="application"),
    path("applications/<uuid:pk>/change/", applications.change, name="application_change"),
    path("applications/<uuid:pk>/submit/", applications.submit, name="submit"),
    path("applications/<uuid:pk>/withdraw/", applications.withdraw, name="withdraw"),
    path("applications/<uuid:pk>/award/", applications.award, name="award"),
    path("applications/<uuid:pk>/reject/", applications.reject, name="reject"),
    path("applications/<uuid:pk>/tasks/new/", applications.task_new, name="task_new"),
    path("applications/<uuid:pk>/documents/new/", applications.attach, name="attach"),
    path("tasks/<uuid:pk>/done/", applications.task_done, name="task_done"),
    path("tasks/<uuid:pk>/remove/", applications.task_remove, name="task_remove"),
    path("documents/<uuid:pk>/", applications.document, name="document"),
    path("documents/<uuid:pk>/remove/", applications.document_remove, name="document_remove"),
    path("awards/<uuid:pk>/draw/", awards.draw, name="draw"),
    path("awards/<uuid:pk>/reports/new/", awards.report_new, name="report_new"),
    path("reports/<uuid:pk>/sent/", awards.report_sent, name="report_sent"),
]
