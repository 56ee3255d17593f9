"""The URL names that the layouts rely on, so that they can be rendered before and without the pages behind them."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


_public = [
    path("", nothing, name="home"),
    path("policies", nothing, name="policies"),
    path("agreements", nothing, name="agreements"),
    path("meetings", nothing, name="meetings"),
    path("decisions", nothing, name="decisions"),
]

_own = [
    path("switch", nothing, name="switch"),
    path("me", nothing, name="profile"),
]

_records = [
    path("", nothing, name="search"),
    path("inquiry", nothing, name="inquiry"),
]

urlpatterns = [
    path("", include(([path("", nothing, name="home")], "workbench"))),
    path("search", include((_records, "records"))),
    path("notices", include(([path("", nothing, name="list")], "notices"))),
    path("agencies/", include((_own, "agencies"))),
    path("public/", include((_public, "public"))),
    path("acknowledgements/", include(([path("", nothing, name="mine")], "acknowledgement"))),
    path("resources/", include(([path("", nothing, name="list")], "library"))),
    path("ask/", include(([path("", nothing, name="index")], "ask"))),
    path("accounts/", include("allauth.account.urls")),
]
