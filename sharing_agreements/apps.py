from django.apps import AppConfig


class SharingAgreementsConfig(AppConfig):
    name = "sharing_agreements"
    verbose_name = "Sharing agreements"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from agencies import ending

        from . import comment_notices, end_notices, law_notices, obligation_notices
        from .notices import register
        from .standard.loading import load
        from .steps import party_ended

        register()
        post_migrate.connect(load, sender=self)
        comment_notices.register()
        end_notices.register()
        obligation_notices.register()
        law_notices.register()
        ending.register(party_ended)
