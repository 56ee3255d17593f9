from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LibraryConfig(AppConfig):
    name = "portal.resources.library"
    label = "library"

    def ready(self) -> None:
        from .notices import register
        from .seed import load

        register()
        # As the standard clauses of agreements: a new installation has them without anybody's doing.
        post_migrate.connect(load, sender=self, dispatch_uid="library.seed")
