"""Addresses of records, inquiries and imports."""

from django.urls import URLPattern, URLResolver, include, path

from .views import (
    approvals,
    clearing,
    custody,
    disclosures,
    disputes,
    expungements,
    inquiries,
    intelligence,
    keeping,
    record,
    releases,
    search,
)

app_name = "records"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", search.search, name="search"),
    path("inquiry/", inquiries.inquiry_open, name="inquiry"),
    path("inquiry/change/", inquiries.inquiry_change, name="inquiry_change"),
    path("inquiry/end/", inquiries.inquiry_end, name="inquiry_end"),
    path("inquiry/approval/", approvals.ask, name="ask_approval"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<uuid:pk>/", approvals.decide, name="approval"),
    path("export/", releases.export, name="export"),
    path("exports/", include("portal.records.exports.urls")),
    path("imports/", include("portal.records.importing.urls")),
    path("saved/", include("portal.records.saved.urls")),
    path("clearing/", clearing.work_list, name="clearing"),
    path("keeping/", keeping.keeping, name="keeping"),
    path("watches/", include("portal.records.watches.urls")),
    path("expunged/", expungements.expungements, name="expungements"),
    path("taken-back/<uuid:event>/", expungements.recalled, name="recalled"),
    path("<uuid:pk>/", record.detail, name="detail"),
    path("<uuid:pk>/print/", releases.print_record, name="print"),
    path("<uuid:pk>/told/", releases.told, name="told"),
    path("<uuid:pk>/disclosures/", disclosures.accounting, name="disclosures"),
    path("<uuid:pk>/disclosures/csv/", disclosures.csv, name="disclosures_csv"),
    path("<uuid:pk>/disputes/", disputes.disputes, name="disputes"),
    path("<uuid:pk>/disputes/<uuid:dispute>/end/", disputes.end, name="dispute_end"),
    path("<uuid:pk>/corrected/", custody.corrected, name="corrected"),
    path("<uuid:pk>/seal/", custody.seal, name="seal"),
    path("<uuid:pk>/unseal/", custody.unseal, name="unseal"),
    path("<uuid:pk>/orders/<uuid:order>/", custody.order_document, name="order_document"),
    path("<uuid:pk>/review/", intelligence.review, name="review"),
    path("<uuid:pk>/expunge/", expungements.expunge, name="expunge"),
    path("<uuid:pk>/expunge/withdraw/", expungements.withdraw, name="expunge_withdraw"),
    path("<uuid:pk>/entries/<uuid:entry>/clear/", custody.entry_clear, name="entry_clear"),
    path("<uuid:pk>/entries/<uuid:entry>/withdraw/", custody.entry_withdraw, name="entry_withdraw"),
]
