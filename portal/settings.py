"""The one settings file. Values come from the environment; what protects the portal has no insecure default.

PORTAL_ROLE says as whom a process connects: `runtime` (web, worker, beat and every other command) owns nothing;
`owner` migrates; `offline` opens no database at all (linting, the quickstart's own process) and needs no secrets.
"""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from portal.kernel import addresses, logs
from portal.quickstart.state import state_directory

# Django's generic classes take their types at run time too, as django-stubs has them.
django_stubs_ext.monkeypatch()

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# --- This process ---------------------------------------------------------------------------------------------------

ROLE = env.str("PORTAL_ROLE", "runtime")
if ROLE not in {"runtime", "owner", "offline"}:
    raise ImproperlyConfigured(f"PORTAL_ROLE is {ROLE!r}. Set it to runtime, owner or offline.")


def required(name: str, *, offline: str) -> str:
    """A setting that must be given, except where nothing is served and no database is opened."""
    value = env.str(name, offline if ROLE == "offline" else "")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment, or run `python3 manage.py quickstart` once, whose settings "
            "other commands of the same person then use."
        )
    return value


DEBUG = env.bool("DEBUG", False)
SECRET_KEY = required("SECRET_KEY", offline=secrets.token_urlsafe(48))
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = [host.strip() for host in required("ALLOWED_HOSTS", offline="localhost").split(",")]

PORTAL_NAME = env.str("PORTAL_NAME", "Cedar Basin Justice Exchange")
PORTAL_ADDRESS = required("PORTAL_ADDRESS", offline="https://localhost").rstrip("/")
STATE = state_directory()
# Set by quickstart: the accounts are invented and their passwords known, and mail is kept in files to be looked at.
DEMONSTRATION = env.bool("PORTAL_DEMONSTRATION", False)

ENCRYPTED = urlsplit(PORTAL_ADDRESS).scheme == "https"
if not ENCRYPTED and urlsplit(PORTAL_ADDRESS).hostname not in {"localhost", "127.0.0.1", "::1"}:
    raise ImproperlyConfigured("PORTAL_ADDRESS must begin with https:// except on this machine's own addresses.")

# --- Applications ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal.kernel",
    "portal.audit",
    "portal.notices",
    "agencies",
    "agencies.readiness",
    "agencies.practitioners",
    "privacy",
    "privacy.law",
    "privacy.assessment",
    "privacy.development",
    "privacy.redress",
    "sharing_agreements",
    "sharing_agreements.funding",
    "sharing_agreements.budgets",
    "sharing_agreements.initiatives",
    "sharing_agreements.boards",
    "sharing_agreements.registers",
    "sharing_agreements.reviews",
    "portal.acknowledgement",
    "portal.records",
    "portal.workbench",
    "portal.resources",
    "portal.demo",
    "portal.resources.library",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_htmx",
    "django_celery_beat",
    "guardian",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.kernel.typed.PlainText",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "agencies.middleware.Unkept",
    "agencies.middleware.SessionLimits",
    "agencies.middleware.ActingMembership",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.workbench.context.page",
            ]
        },
    }
]

# Django 6 assumes https for addresses typed without a scheme; do so now.
FORMS_URLFIELD_ASSUME_HTTPS = True

# --- Database: one engine, two roles --------------------------------------------------------------------------------

NOWHERE = "postgresql://portal_runtime@/portal?host=/nonexistent"
RUNTIME_URL = required("DATABASE_URL", offline=NOWHERE)
RUNTIME_ROLE = urlsplit(RUNTIME_URL).username or ""

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **addresses.database(required("DATABASE_OWNER_URL", offline=NOWHERE) if ROLE == "owner" else RUNTIME_URL),
        # Kept between requests and checked before use, so that a restart of the server costs one reconnection.
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        # True behind pgbouncer in transaction mode.
        "DISABLE_SERVER_SIDE_CURSORS": env.bool("DATABASE_TRANSACTION_POOLING", False),
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("application_name", f"portal-{ROLE}")
# Without a number psycopg prepares nothing, not even what kernel.prepared asks it to; nothing else reaches this one.
DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 1_000_000_000)

# --- Redis: a doorbell and throttles, never a store -----------------------------------------------------------------

REDIS_URL = required("REDIS_URL", offline="redis://localhost/0")

CACHES = {
    "default": {
        "BACKEND": "portal.kernel.cache.SpareableCache",
        "LOCATION": addresses.redis_database(REDIS_URL, 1),
        "KEY_PREFIX": env.str("PORTAL_CACHE_PREFIX", "portal"),
        "OPTIONS": {
            "serializer": "portal.kernel.cache.JSONSerializer",
            # Once for a request at most: the cache leaves a server alone that did not answer.
            "socket_timeout": 0.4,
            # Unix sockets take no connect time-out; only a TCP connection can hang on connecting.
            **({} if REDIS_URL.startswith("unix:") else {"socket_connect_timeout": 0.4}),
        },
    }
}

CELERY_BROKER_URL = addresses.celery_broker(REDIS_URL)
# Lost tasks come back after the visibility time-out; without the two restore options killed ones did not (measured).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # A request that rings the worker must not wait for a broker that is down, and not for ever for one that hangs
    # (measured: without the two time-outs it did); the sweep finds the work. A worker waits longer (portal/celery.py).
    "socket_timeout": 0.4,
    "socket_connect_timeout": 0.4,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# Below the visibility time-out, else a slow task would be handed to a second worker.
CELERY_TASK_SOFT_TIME_LIMIT = 480
CELERY_TASK_TIME_LIMIT = 540
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "portal"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A task goes on when the broker is lost, and may come again: each claims what it works on in PostgreSQL, so that two do
# no harm. Cancelled, it would die between sending a mail and marking it, and send it twice (measured).
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
DJANGO_CELERY_BEAT_TZ_AWARE = True

# --- Notices --------------------------------------------------------------------------------------------------------

# How long a worker has a notice to itself. The delivery's own time limits are derived from it, so that no worker is
# still sending what another one may take over.
NOTICES_LEASE_SECONDS = env.int("PORTAL_NOTICES_LEASE", 120)
NOTICES_SWEEP_SECONDS = env.int("PORTAL_NOTICES_SWEEP", 30)
# How long delivered notices are kept: sent mail and what was read in the portal. Events stay.
NOTICES_KEPT_DAYS = env.int("PORTAL_NOTICES_KEPT_DAYS", 365)
if NOTICES_KEPT_DAYS < 1:
    raise ImproperlyConfigured("PORTAL_NOTICES_KEPT_DAYS must be at least 1.")

# --- Outside --------------------------------------------------------------------------------------------------------

# Whether workers may ask servers of the Internet whether links of the library still lead somewhere. Off, nothing of the
# portal reaches outside but its mail.
PORTAL_OUTSIDE_ACCESS = env.bool("PORTAL_OUTSIDE_ACCESS", False)

# --- People ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "agencies.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=24).total_seconds())

# Nobody signs up by themselves: an agency's administrator invites, and accepting proves the address.
ACCOUNT_ADAPTER = "agencies.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# Who changed their password is told through the outbox, like everybody who is told anything.
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_FORMS = {"login": "agencies.accounts.LoginForm", "reset_password": "agencies.accounts.ResetPasswordForm"}
# Throttles, in Redis. Failures are counted by network here and by account in PostgreSQL, where axes locks.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip",
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENCRYPTED else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# Five failures in a row lock an account until an administrator releases it. CJIS 5.5.3 counts those within 15 minutes
# only; counting all of them is stricter and needs no clock.
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = None
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "portal.kernel.sign_in.address_tried"
AXES_CLIENT_IP_CALLABLE = "portal.kernel.sign_in.client_address"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_HTTP_RESPONSE_CODE = 403
AXES_VERBOSE = False
# Sign-ins and sign-outs are events of the account; a second list of them would keep more about people than is needed.
AXES_DISABLE_ACCESS_LOG = True
# Axes would count by network address too; a courthouse shares one, and must not be locked out by one person's typing.
# Guessing from one address is slowed by allauth's throttles.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]

# Guardian has no person for those who are not signed in, and leaves our user and group classes as they are.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True

# --- Sessions -------------------------------------------------------------------------------------------------------

# In the database alone: a session outlives a flush of Redis, and one that was ended never comes back from a cache.
SESSION_ENGINE = "agencies.sessions"
SESSION_IDLE_SECONDS = int(timedelta(minutes=30).total_seconds())
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "__Host-session" if ENCRYPTED else "session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENCRYPTED
# What a page is to say once is kept there too: in a cookie, Django's default, it would go back and forth in clear.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_NAME = "__Host-csrf" if ENCRYPTED else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = ENCRYPTED
CSRF_TRUSTED_ORIGINS = [PORTAL_ADDRESS]

# --- Transport and browser ------------------------------------------------------------------------------------------

# How many proxies of ours stand before the web servers. Only then is what they say about the client believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

SECURE_SSL_REDIRECT = ENCRYPTED
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if ENCRYPTED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENCRYPTED
SECURE_HSTS_PRELOAD = ENCRYPTED
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
}

# --- Language, time, mail, files ------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
TIME_ZONE = env.str("PORTAL_TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True

_mail = env.dj_email_url("EMAIL_URL", "smtp://localhost:25")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_FILE_PATH = _mail["EMAIL_FILE_PATH"]
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 20)
if NOTICES_LEASE_SECONDS < 4 * EMAIL_TIMEOUT:
    raise ImproperlyConfigured("PORTAL_NOTICES_LEASE must be at least four times EMAIL_TIMEOUT, both in seconds.")
# A demonstration that keeps its mail in files shows them at /notices/mailbox/.
if DEMONSTRATION and EMAIL_FILE_PATH:
    EMAIL_BACKEND = "portal.notices.mailbox.Backend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{PORTAL_NAME} <no-reply@{urlsplit(PORTAL_ADDRESS).hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

MEDIA_ROOT = env.path("PORTAL_FILES", STATE / "files")
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

STATIC_URL = "/static/"
STATIC_ROOT = env.path("PORTAL_STATIC", BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
# As they lie in the checkout (tests, DEBUG), or under names that carry a digest of their content, which browsers may
# keep for ever; compressed besides, which takes longer to prepare than the quickstart cares to wait.
STATIC_FORMS = {
    "checkout": "django.contrib.staticfiles.storage.StaticFilesStorage",
    "named": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    "compressed": "whitenoise.storage.CompressedManifestStaticFilesStorage",
}
STATIC_FORM = env.str("PORTAL_STATIC_FORM", "checkout" if DEBUG else "compressed")
if STATIC_FORM not in STATIC_FORMS:
    raise ImproperlyConfigured(f"PORTAL_STATIC_FORM is {STATIC_FORM!r}. Set it to {', '.join(STATIC_FORMS)}.")
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = STATIC_FORM == "checkout"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_FORMS[STATIC_FORM]},
}

LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logs.configuration(level=env.str("LOG_LEVEL", "INFO"))
