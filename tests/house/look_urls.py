"""The URL names that the layouts rely on, so that they can be rendered before and without the pages behind them."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


_public = [
    path("", nothing, name="home"),
    path("policies", nothing, name="policies"),
    path("agreements", nothing, name="agreements"),
]

urlpatterns = [
    path("", nothing, name="home"),
    path("search", nothing, name="search"),
    path("notices", include(([path("", nothing, name="list")], "notices"))),
    path("accounts/switch", include(([path("", nothing, name="switch")], "accounts"))),
    path("public/", include((_public, "public"))),
    path("accounts/", include("allauth.account.urls")),
]
