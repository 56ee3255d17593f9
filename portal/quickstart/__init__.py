"""What `manage.py quickstart` and `manage.py test` start by themselves: PostgreSQL, broker, web, worker, beat."""
