from django.apps import AppConfig


class AcknowledgementConfig(AppConfig):
    name = "portal.acknowledgement"
    label = "acknowledgement"
    verbose_name = "Acknowledgement of policies"

    def ready(self) -> None:
        from .notices import register

        register()
