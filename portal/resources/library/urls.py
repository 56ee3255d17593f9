"""Addresses of the resource library."""

from django.urls import path

from .views import curating, reading, suggesting

app_name = "library"
urlpatterns = [
    path("", reading.resource_list, name="list"),
    path("csv/", reading.resource_csv, name="csv"),
    path("feed/", reading.feed, name="feed"),
    path("suggest/", suggesting.suggest, name="suggest"),
    path("suggestions/", suggesting.suggestions, name="suggestions"),
    path("desk/", curating.desk, name="desk"),
    path("desk/csv/", curating.desk_csv, name="desk_csv"),
    path("desk/new/", curating.enter, name="enter"),
    path("desk/<uuid:pk>/", curating.curate, name="curate"),
    path("desk/<uuid:pk>/change/", curating.change, name="change"),
    path("desk/<uuid:pk>/publish/", curating.publish, name="publish"),
    path("desk/<uuid:pk>/decline/", curating.decline, name="decline"),
    path("desk/<uuid:pk>/withdraw/", curating.withdraw, name="withdraw"),
    path("desk/<uuid:pk>/review/", curating.review, name="review"),
    path("<uuid:pk>/", reading.resource_detail, name="detail"),
    path("<uuid:pk>/file/", reading.resource_file, name="file"),
]
