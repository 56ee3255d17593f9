"""Addresses of initiatives."""

from django.urls import path

from .views import filling, investments, milestones, moving, register, room

app_name = "initiatives"
urlpatterns = [
    path("", register.register, name="list"),
    path("csv/", register.csv, name="csv"),
    path("new/", register.new, name="new"),
    path("<uuid:pk>/", room.detail, name="detail"),
    path("<uuid:pk>/pdf/", room.pdf_page, name="pdf"),
    path("<uuid:pk>/milestones/", milestones.milestones, name="milestones"),
    path("<uuid:pk>/milestones/csv/", milestones.milestones_csv, name="milestones_csv"),
    path("<uuid:pk>/milestones/new/", milestones.milestone_new, name="milestone_new"),
    path("<uuid:pk>/room/", filling.things, name="things"),
    path("<uuid:pk>/room/<slug:kind>/", filling.link, name="link"),
    path("<uuid:pk>/investments/", investments.investments, name="investments"),
    path("<uuid:pk>/investments/offer/", investments.offer, name="offer"),
    path("<uuid:pk>/investments/take/", investments.take_in, name="take_in"),
    path("<uuid:pk>/change/", moving.change, name="change"),
    path("<uuid:pk>/owner/", moving.owner, name="owner"),
    path("<uuid:pk>/partners/new/", moving.partner_new, name="partner_new"),
    path("<uuid:pk>/partners/remove/", moving.partner_remove, name="partner_remove"),
    path("<uuid:pk>/propose/", moving.propose, name="propose"),
    path("<uuid:pk>/take-back/", moving.take_back, name="take_back"),
    path("<uuid:pk>/begin/", moving.begin, name="begin"),
    path("<uuid:pk>/complete/", moving.complete, name="complete"),
    path("<uuid:pk>/end/", moving.end, name="end"),
    path("milestones/<uuid:pk>/", milestones.milestone, name="milestone"),
    path("milestones/<uuid:pk>/change/", milestones.milestone_change, name="milestone_change"),
    path("milestones/<uuid:pk>/remove/", milestones.milestone_remove, name="milestone_remove"),
    path("milestones/<uuid:pk>/assign/", milestones.assign, name="assign"),
    path("milestones/<uuid:pk>/done/", milestones.done, name="done"),
    path("milestones/<uuid:pk>/open/", milestones.not_done, name="not_done"),
    path("milestones/<uuid:pk>/wait/", milestones.wait, name="wait"),
    path("waits/<uuid:pk>/lift/", milestones.lift, name="lift"),
    path("waits/<uuid:pk>/remove/", milestones.wait_remove, name="wait_remove"),
    path("links/<uuid:pk>/remove/", filling.unlink, name="unlink"),
    path("offers/<uuid:pk>/remove/", investments.offer_remove, name="offer_remove"),
    path("proposals/<uuid:pk>/", moving.proposal, name="proposal"),
]
