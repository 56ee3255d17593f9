from django.apps import AppConfig


class SharingAgreementsConfig(AppConfig):
    name = "sharing_agreements"
    verbose_name = "Sharing agreements"

    def ready(self) -> None:
        from .notices import register

        register()
