from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "sharing_agreements.boards"
    label = "boards"
