"""The Django project. Importing it makes the Celery application the one that tasks register with."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
