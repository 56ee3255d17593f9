from django.apps import AppConfig


class SharingAgreementsConfig(AppConfig):
    name = "sharing_agreements"
    verbose_name = "Sharing agreements"

    def ready(self) -> None:
        from agencies import ending

        from . import comment_notices
        from .notices import register
        from .steps import party_ended

        register()
        comment_notices.register()
        ending.register(party_ended)
