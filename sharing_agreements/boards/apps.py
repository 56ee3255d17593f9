from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "sharing_agreements.boards"
    label = "boards"

    def ready(self) -> None:
        from sharing_agreements import governance

        from .governing import Boards
        from .notices import register

        register()
        governance.register(Boards())
