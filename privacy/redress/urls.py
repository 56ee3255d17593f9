"""Addresses of requests, for the agency that answers."""

from django.urls import path

from .views import answering

app_name = "redress"
urlpatterns = [
    path("", answering.register, name="list"),
    path("csv/", answering.csv, name="csv"),
    path("<uuid:pk>/", answering.detail, name="detail"),
    path("<uuid:pk>/take/", answering.take, name="take"),
    path("<uuid:pk>/who-asks/", answering.act, {"name": "prove"}, name="prove"),
    path("<uuid:pk>/more-time/", answering.act, {"name": "extend"}, name="extend"),
    path("<uuid:pk>/answer/", answering.act, {"name": "answer"}, name="answer"),
    path("<uuid:pk>/appeal/", answering.act, {"name": "decide_appeal"}, name="decide_appeal"),
]
