from django.apps import AppConfig


class RedressConfig(AppConfig):
    name = "privacy.redress"
    label = "redress"

    def ready(self) -> None:
        from .notices import register

        register()
