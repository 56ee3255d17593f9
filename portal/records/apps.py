from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "portal.records"
    label = "records"

    def ready(self) -> None:
        from . import approval_notices, counted, notices
        from .importing.notices import register

        register()
        notices.register()
        approval_notices.register()
        counted.register()
