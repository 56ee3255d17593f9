"""gunicorn's settings, for the quickstart and for production alike; addresses and numbers are given when it starts."""

from portal.kernel import logs

wsgi_app = "portal.wsgi"
worker_class = "gthread"
timeout = 60
graceful_timeout = 15
keepalive = 5
# Workers are renewed now and then, not all at once, so that a slow leak never fills a host.
max_requests = 5000
max_requests_jitter = 500
# It would lie in the home directory, which a service has none of.
control_socket_disable = True

accesslog = "-"
# The path without its query, which may name a person searched for.
access_log_format = "%(m)s %(U)s %(s)s %(b)s bytes %(M)s ms"
logconfig_dict = logs.configuration(level="INFO") | {
    "loggers": {
        "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
        "gunicorn.access": {"handlers": [], "level": "INFO", "propagate": True},
    }
}
