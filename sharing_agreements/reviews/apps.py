from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "sharing_agreements.reviews"
    label = "reviews"

    def ready(self) -> None:
        from sharing_agreements import reviewing

        from .floor import AgreementReviews
        from .notices import register

        register()
        reviewing.register(AgreementReviews())
