from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "sharing_agreements.boards"
    label = "boards"

    def ready(self) -> None:
        from sharing_agreements import governance
        from sharing_agreements.budgets import sponsors

        from . import budget_notices
        from .governing import Boards
        from .notices import register
        from .sponsoring import Sponsoring

        register()
        budget_notices.register()
        governance.register(Boards())
        sponsors.register(Sponsoring())
