"""Addresses of agreements. A clause is #c4-2 on an agreement's first page."""

from django.urls import path

from .views import (
    changing,
    clauses,
    closing,
    drafting,
    parties,
    reading,
    redlines,
    register,
    signing,
    submitting,
    terms,
)

app_name = "agreements"
urlpatterns = [
    path("", register.register, name="list"),
    path("csv/", register.csv, name="csv"),
    path("new/", drafting.new, name="new"),
    path("<uuid:pk>/", reading.detail, name="detail"),
    path("<uuid:pk>/text/", reading.text, name="text"),
    path("<uuid:pk>/pdf/", reading.executed, name="executed"),
    path("<uuid:pk>/redline/", redlines.redlined, name="redline"),
    path("<uuid:pk>/terms/", reading.terms, name="terms"),
    path("<uuid:pk>/signatures/", reading.signatures, name="signatures"),
    path("<uuid:pk>/history/", reading.history, name="history"),
    path("<uuid:pk>/draft/", drafting.edit, name="edit"),
    path("<uuid:pk>/draft/parties/", parties.parties, name="parties"),
    path("<uuid:pk>/draft/parties/<uuid:agency>/add/", parties.add_party, name="party_add"),
    path("<uuid:pk>/draft/parties/<uuid:agency>/remove/", parties.remove_party, name="party_remove"),
    path("<uuid:pk>/draft/clauses/", clauses.clauses, name="clauses"),
    path("<uuid:pk>/draft/clauses/new/", clauses.clause_add, name="clause_add"),
    path("<uuid:pk>/draft/clauses/<uuid:clause>/", clauses.clause, name="clause"),
    path("<uuid:pk>/draft/clauses/<uuid:clause>/remove/", clauses.remove_clause, name="clause_remove"),
    path("<uuid:pk>/draft/terms/", terms.term_list, name="term_list"),
    path("<uuid:pk>/draft/terms/new/", terms.term_add, name="term_add"),
    path("<uuid:pk>/draft/terms/<uuid:term>/", terms.term, name="term"),
    path("<uuid:pk>/draft/terms/<uuid:term>/remove/", terms.remove_term, name="term_remove"),
    path("<uuid:pk>/submit/", submitting.submit, name="submit"),
    path("<uuid:pk>/take-back/", submitting.take_back, name="take_back"),
    path("<uuid:pk>/withdraw/", submitting.withdraw, name="withdraw"),
    path("<uuid:pk>/sign/", signing.sign, name="sign"),
    path("<uuid:pk>/change/", changing.change, name="change"),
    path("<uuid:pk>/leave/", changing.leave, name="leave"),
    path("<uuid:pk>/stay/", changing.stay, name="stay"),
    path("<uuid:pk>/closing/", closing.duties, name="closing"),
    path("<uuid:pk>/closing/<uuid:record_set>/", closing.certify, name="certify"),
]
