from django.apps import AppConfig


class LawConfig(AppConfig):
    name = "privacy.law"
    label = "law"
    verbose_name = "Law"

    def ready(self) -> None:
        from .notices import register

        register()
