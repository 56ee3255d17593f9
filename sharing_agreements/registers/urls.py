"""Addresses of registers of existing agreements."""

from django.urls import path

from .views import entries, issues, registers, snapshots

app_name = "registers"
urlpatterns = [
    path("", registers.register_list, name="list"),
    path("new/", registers.new, name="new"),
    path("search/", registers.search, name="search"),
    path("<uuid:pk>/", registers.detail, name="detail"),
    path("<uuid:pk>/csv/", registers.csv, name="csv"),
    path("<uuid:pk>/snapshots/", snapshots.snapshot_list, name="snapshots"),
    path("<uuid:pk>/differences/", snapshots.compare, name="differences"),
    path("<uuid:pk>/issues/", issues.issue_list, name="issues"),
    path("snapshots/<uuid:pk>/", snapshots.detail, name="snapshot"),
    path("snapshots/<uuid:pk>/columns/", snapshots.columns, name="snapshot_columns"),
    path("snapshots/<uuid:pk>/commit/", snapshots.commit, name="snapshot_commit"),
    path("snapshots/<uuid:pk>/cancel/", snapshots.cancel, name="snapshot_cancel"),
    path("snapshots/<uuid:pk>/file/", snapshots.download, name="snapshot_file"),
    path("issues/<uuid:pk>/", issues.issue, name="issue"),
    path("issues/<uuid:pk>/dismiss/", issues.dismiss, name="issue_dismiss"),
    path("entries/<uuid:pk>/", entries.detail, name="entry"),
    path("entries/<uuid:pk>/attach/", entries.attach, name="attach"),
    path("attachments/<uuid:pk>/", entries.download, name="attachment"),
    path("attachments/<uuid:pk>/remove/", entries.remove, name="attachment_remove"),
]
