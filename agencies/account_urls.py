"""The addresses of sign-in: those of allauth's that the portal uses, under the names that allauth asks for.

Signing up, managing addresses and signing in by a mailed code have none, so that they answer as what never existed.
"""

from allauth.account import views
from django.urls import path, re_path

from portal.kernel.access import members, public

urlpatterns = [
    path("login/", public(views.login), name="account_login"),
    path("logout/", members(views.logout), name="account_logout"),
    path("password/change/", members(views.password_change), name="account_change_password"),
    path("password/reset/", public(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", public(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        public(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
