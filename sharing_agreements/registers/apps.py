from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "sharing_agreements.registers"
    label = "registers"
