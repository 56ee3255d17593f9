from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "portal.records"
    label = "records"

    def ready(self) -> None:
        from . import approval_notices, counted, notices
        from .exports import notices as export_notices
        from .importing.notices import register
        from .watches import notices as watch_notices

        register()
        notices.register()
        approval_notices.register()
        counted.register()
        watch_notices.register()
        export_notices.register()
