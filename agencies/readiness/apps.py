from django.apps import AppConfig


class ReadinessConfig(AppConfig):
    name = "agencies.readiness"
    label = "readiness"
    verbose_name = "Readiness"

    def ready(self) -> None:
        from .notices import register

        register()
