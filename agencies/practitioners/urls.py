"""Addresses of practitioners and their working groups."""

from django.urls import path

from .views import directory, groups, messages, moderating

app_name = "practitioners"
urlpatterns = [
    path("", directory.directory, name="directory"),
    path("me/", directory.mine, name="mine"),
    path("me/leave/", directory.leave, name="leave"),
    path("messages/", messages.message_list, name="messages"),
    path("messages/<uuid:pk>/", messages.message, name="message"),
    path("messages/<uuid:pk>/delete/", messages.delete_message, name="delete_message"),
    path("messages/<uuid:pk>/report/", messages.report_message, name="report_message"),
    path("moderation/", moderating.moderation, name="moderation"),
    path("moderation/<uuid:pk>/settle/", moderating.settle, name="settle"),
    path("groups/", groups.group_list, name="groups"),
    path("groups/new/", groups.open_group, name="open_group"),
    path("groups/<uuid:pk>/", groups.group, name="group"),
    path("groups/<uuid:pk>/join/", groups.join_group, name="join_group"),
    path("groups/<uuid:pk>/leave/", groups.leave_group, name="leave_group"),
    path("groups/<uuid:pk>/chair/", groups.name_chair, name="name_chair"),
    path("groups/<uuid:pk>/close/", groups.close_group, name="close_group"),
    path("groups/<uuid:pk>/change/", groups.change_group, name="change_group"),
    path("groups/<uuid:pk>/announce/", groups.announce, name="announce"),
    path("groups/<uuid:pk>/add-document/", groups.add_document, name="add_document"),
    path("groups/announcements/<uuid:pk>/take-back/", groups.take_back, name="take_back"),
    path("groups/documents/<uuid:pk>/", groups.document, name="document"),
    path("groups/documents/<uuid:pk>/remove/", groups.remove_document, name="remove_document"),
    path("groups/members/<uuid:pk>/admit/", groups.admit, name="admit"),
    path("groups/members/<uuid:pk>/refuse/", groups.refuse, name="refuse"),
    path("groups/members/<uuid:pk>/remove/", groups.remove, name="remove"),
    path("<uuid:pk>/", directory.profile, name="profile"),
    path("<uuid:pk>/write/", messages.write, name="write"),
    path("<uuid:pk>/report/", directory.report, name="report"),
    path("<uuid:pk>/hide/", moderating.hide, name="hide"),
    path("<uuid:pk>/show/", moderating.show, name="show"),
]
