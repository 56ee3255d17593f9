from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "privacy.assessment"
    label = "assessment"
    verbose_name = "Impact assessments"
