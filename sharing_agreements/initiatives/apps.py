from django.apps import AppConfig


class InitiativesConfig(AppConfig):
    name = "sharing_agreements.initiatives"
    label = "initiatives"

    def ready(self) -> None:
        from sharing_agreements.boards import proposing

        from .before_boards import Proposals
        from .notices import register

        register()
        proposing.register(Proposals())
