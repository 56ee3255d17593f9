"""Addresses of reviews and of the plans of boards."""

from django.urls import path

from .views import plans, register, reviews

app_name = "reviews"
urlpatterns = [
    path("", register.register, name="list"),
    path("csv/", register.csv, name="csv"),
    path("boards/<uuid:pk>/", plans.plan, name="plan"),
    path("boards/<uuid:pk>/adopt/", plans.adopt, name="adopt"),
    path("<uuid:pk>/", reviews.detail, name="detail"),
    path("<uuid:pk>/take/", reviews.take, name="take"),
    path("<uuid:pk>/give-back/", reviews.give_back, name="give_back"),
    path("<uuid:pk>/delegate/", reviews.delegate, name="delegate"),
    path("<uuid:pk>/remark/", reviews.remark, name="remark"),
    path("<uuid:pk>/remarks/<uuid:remark>/remove/", reviews.remark_remove, name="remark_remove"),
    path("<uuid:pk>/approve/", reviews.approve, name="approve"),
    path("<uuid:pk>/send-back/", reviews.send_back, name="send_back"),
]
