"""Addresses of agencies, people and accounts."""

from django.urls import path

from .views import accounts, auditors, invitations, own, register, staff

app_name = "agencies"
urlpatterns = [
    path("", register.agency_list, name="list"),
    path("register/", register.agency_register, name="register"),
    path("me/", own.profile, name="profile"),
    path("switch/", own.switch, name="switch"),
    path("locked/", accounts.locked_list, name="locked"),
    path("people/", accounts.people_list, name="people_list"),
    path("people/<uuid:pk>/", accounts.person_detail, name="person"),
    path("people/<uuid:pk>/training/", staff.training_record, name="record_training"),
    path("people/<uuid:pk>/deactivate/", accounts.deactivate, name="deactivate"),
    path("people/<uuid:pk>/reactivate/", accounts.reactivate, name="reactivate"),
    path("people/<uuid:pk>/release/", accounts.release, name="release"),
    path("memberships/<uuid:pk>/", staff.membership_change, name="membership"),
    path("memberships/<uuid:pk>/end/", staff.membership_end, name="end_membership"),
    path("invitation/", invitations.accept, name="accept"),
    path("invitations/<uuid:pk>/withdraw/", invitations.withdraw, name="withdraw_invitation"),
    path("invitations/<uuid:pk>/send-again/", invitations.send_again, name="send_again"),
    path("auditors/", auditors.auditor_list, name="auditors"),
    path("auditors/appoint/", auditors.appoint, name="appoint_auditor"),
    path("auditors/<uuid:pk>/end/", auditors.end, name="end_auditor"),
    path("<uuid:pk>/", register.agency_detail, name="detail"),
    path("<uuid:pk>/activate/", register.agency_activate, name="activate"),
    path("<uuid:pk>/correct/", register.agency_correct, name="correct"),
    path("<uuid:pk>/end/", register.agency_end, name="end"),
    path("<uuid:pk>/record-sets/", staff.record_sets, name="record_sets"),
    path("<uuid:pk>/record-sets/open/", staff.open_record_set, name="open_record_set"),
    path("<uuid:pk>/people/", staff.agency_people, name="people"),
    path("<uuid:pk>/invitations/", invitations.agency_invitations, name="invitations"),
    path("<uuid:pk>/invite/", invitations.invite, name="invite"),
    path("<uuid:pk>/auditors/appoint/", auditors.appoint, name="appoint_agency_auditor"),
]
