from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "sharing_agreements.funding"
    label = "funding"

    def ready(self) -> None:
        from .notices import register

        register()
