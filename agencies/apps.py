from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AgenciesConfig(AppConfig):
    name = "agencies"

    def ready(self) -> None:
        from .middleware import start_session
        from .notices import register

        register()
        # The one hook that every way of signing in passes, the test client's included.
        user_logged_in.connect(start_session, dispatch_uid="agencies.start_session")
