from django.apps import AppConfig


class PractitionersConfig(AppConfig):
    name = "agencies.practitioners"
    label = "practitioners"

    def ready(self) -> None:
        from .notices import register

        register()
