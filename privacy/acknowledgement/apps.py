from django.apps import AppConfig


class AcknowledgementConfig(AppConfig):
    name = "privacy.acknowledgement"
    label = "acknowledgement"
    verbose_name = "Acknowledgement of policies"

    def ready(self) -> None:
        from .notices import register

        register()
