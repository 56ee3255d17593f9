"""Addresses of budgets."""

from django.urls import path

from .views import importing, invoices, plan, register, shares, versions

app_name = "budgets"
urlpatterns = [
    path("", register.register, name="list"),
    path("csv/", register.csv, name="csv"),
    path("new/", register.new, name="new"),
    path("<uuid:pk>/", plan.detail, name="detail"),
    path("<uuid:pk>/change/", plan.change, name="change"),
    path("<uuid:pk>/lines/csv/", plan.lines_csv, name="lines_csv"),
    path("<uuid:pk>/lines/new/", plan.line_new, name="line_new"),
    path("<uuid:pk>/lines/import/", importing.lines, name="lines_import"),
    path("<uuid:pk>/sources/new/", plan.source_new, name="source_new"),
    path("<uuid:pk>/parties/new/", plan.party_new, name="party_new"),
    path("<uuid:pk>/shares/", shares.shares, name="shares"),
    path("<uuid:pk>/shares/csv/", shares.shares_csv, name="shares_csv"),
    path("<uuid:pk>/figures/<slug:basis>/", shares.figures, name="figures"),
    path("<uuid:pk>/figures/<slug:basis>/count/", shares.count, name="count"),
    path("<uuid:pk>/figures/<slug:basis>/import/", importing.figures, name="figures_import"),
    path("<uuid:pk>/formulas/new/", shares.formula_new, name="formula_new"),
    path("<uuid:pk>/versions/", versions.versions, name="versions"),
    path("<uuid:pk>/propose/", versions.propose, name="propose"),
    path("<uuid:pk>/invoices/", invoices.invoices, name="invoices"),
    path("<uuid:pk>/invoices/csv/", invoices.invoices_csv, name="invoices_csv"),
    path("lines/<uuid:pk>/", plan.line, name="line"),
    path("lines/<uuid:pk>/remove/", plan.line_remove, name="line_remove"),
    path("sources/<uuid:pk>/", plan.source, name="source"),
    path("sources/<uuid:pk>/remove/", plan.source_remove, name="source_remove"),
    path("parties/<uuid:pk>/", plan.party, name="party"),
    path("parties/<uuid:pk>/remove/", plan.party_remove, name="party_remove"),
    path("formulas/<uuid:pk>/", shares.formula, name="formula"),
    path("formulas/<uuid:pk>/remove/", shares.formula_remove, name="formula_remove"),
    path("versions/<uuid:pk>/", versions.version, name="version"),
    path("versions/<uuid:pk>/issue/", invoices.issue, name="issue"),
    path("invoices/<uuid:pk>/", invoices.invoice, name="invoice"),
    path("invoices/<uuid:pk>/pdf/", invoices.invoice_pdf, name="invoice_pdf"),
    path("invoices/<uuid:pk>/pay/", invoices.pay, name="pay"),
    path("invoices/<uuid:pk>/cancel/", invoices.cancel, name="cancel"),
]
