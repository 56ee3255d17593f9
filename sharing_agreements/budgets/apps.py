from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "sharing_agreements.budgets"
    label = "budgets"

    def ready(self) -> None:
        from . import counting
        from .counted import USERS
        from .models import Basis
        from .notices import register

        register()
        counting.register(Basis.USERS, USERS)
