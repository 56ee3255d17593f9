from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "sharing_agreements.boards"
    label = "boards"

    def ready(self) -> None:
        from .notices import register

        register()
