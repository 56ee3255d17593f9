from django.apps import AppConfig


class LawConfig(AppConfig):
    name = "privacy.law"
    label = "law"
    verbose_name = "Law"
