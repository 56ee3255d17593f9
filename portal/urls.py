"""The addresses of the portal, floor by floor."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.resources.urls")),
    path("resources/", include("portal.resources.library.urls")),
    path("", include("portal.workbench.urls")),
    path("records/", include("portal.records.urls")),
    path("agreements/", include("sharing_agreements.urls")),
    path("boards/", include("sharing_agreements.boards.urls")),
    path("reviews/", include("sharing_agreements.reviews.urls")),
    path("budgets/", include("sharing_agreements.budgets.urls")),
    path("initiatives/", include("sharing_agreements.initiatives.urls")),
    path("budgets/funding/", include("sharing_agreements.funding.urls")),
    path("registers/", include("sharing_agreements.registers.urls")),
    path("ask/", include("privacy.redress.ask_urls")),
    path("requests/", include("privacy.redress.urls")),
    path("privacy/", include("privacy.urls")),
    path("acknowledgements/", include("portal.acknowledgement.urls")),
    path("readiness/", include("agencies.readiness.urls")),
    path("agencies/", include("agencies.urls")),
    path("practitioners/", include("agencies.practitioners.urls")),
    path("notices/", include("portal.notices.urls")),
    path("accounts/", include("agencies.account_urls")),
]
