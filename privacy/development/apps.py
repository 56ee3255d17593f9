from django.apps import AppConfig


class DevelopmentConfig(AppConfig):
    name = "privacy.development"
    label = "development"
    verbose_name = "Development of policies"

    def ready(self) -> None:
        from .notices import register

        register()
