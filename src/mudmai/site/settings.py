"""Django's settings, all of them derived from :class:`mudmai.site.environment.Environment`.

Figures live in the workspace folder and need no database; accounts, rights and the log do. Pages that anybody may read
touch neither the database nor a session.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from django.utils.functional import SimpleLazyObject

from mudmai.site.account_settings import APPS, LIBRARY_APPS, account_settings
from mudmai.site.addresses import database_settings, mail_settings
from mudmai.site.environment import read_environment
from mudmai.site.secret import signing_key

ENVIRONMENT = read_environment(os.environ)
MUDMAI_HOME = ENVIRONMENT.home.resolve()
MUDMAI_SITE_ADDRESS = ENVIRONMENT.site_address
MUDMAI_MAIL_LINKS = ENVIRONMENT.site_address or ENVIRONMENT.served_at
MUDMAI_PUBLISHER = ENVIRONMENT.publisher
MUDMAI_OC4IDS_PREFIX = ENVIRONMENT.oc4ids_prefix
MUDMAI_OCID_PREFIX = ENVIRONMENT.ocid_prefix
MUDMAI_SECOND_FACTOR_FROM = ENVIRONMENT.second_factor_from
MUDMAI_PAGE_CACHE_BYTES = ENVIRONMENT.page_cache_mb * 1024 * 1024

WEB = Path(__file__).resolve().parents[1] / "web"

DEBUG = ENVIRONMENT.debug
# Made on first use: importing the settings writes nothing.
SECRET_KEY = ENVIRONMENT.secret_key or SimpleLazyObject(lambda: signing_key(MUDMAI_HOME))
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.trusted_origins)

ROOT_URLCONF = "mudmai.site.urls"
WSGI_APPLICATION = "mudmai.site.wsgi.application"
INSTALLED_APPS = [
    "mudmai.site",  # its migrate, before the one of Django
    "django.contrib.staticfiles",
    *(["ninja"] if find_spec("mudmai.api.urls") else []),  # serves the API's documentation page from our own address
    "mudmai.web",
    *APPS,
    *LIBRARY_APPS,
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "mudmai.site.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mudmai.site.wiring.WorkspaceMiddleware",
    "mudmai.site.requests.RequestMarks",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "mudmai.web.faults.FaultPages",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "mudmai.web.pages.context_of_library_pages",
            ]
        },
    }
]
DATABASES = {"default": database_settings(ENVIRONMENT.database_url, MUDMAI_HOME)}
MUDMAI_CONNECT_NETWORKS = ENVIRONMENT.connect_networks
MUDMAI_CONNECT_FOLDERS = ENVIRONMENT.connect_folders
MUDMAI_CATALOGUE = "mudmai.site.wiring.catalogue"
MUDMAI_WORKSPACE = "mudmai.site.wiring.workspace"
MUDMAI_JOBS = "worker"  # or "immediate": run in the process that asks, once its transaction is kept
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
globals().update(account_settings(ENVIRONMENT))
globals().update(mail_settings(ENVIRONMENT.mail_url))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
FILE_UPLOAD_TEMP_DIR = MUDMAI_HOME / "cache" / "incoming"
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "mudmai.site.uploads.WorkspaceUploadHandler",
]
MUDMAI_UPLOAD_BYTES = 512 * 1024 * 1024  # a file handed in on a page or by the API
MUDMAI_WORKBOOK_BYTES = 20 * 1024 * 1024  # a form of the site that was filled in as a workbook
MUDMAI_EVIDENCE_BYTES = 100 * 1024 * 1024  # a file that a city attaches as evidence

USE_I18N = False  # our own catalogue of wordings (mudmai.web.wording); no compiled message files needed
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"
LANGUAGE_CODE = "th"
APPEND_SLASH = True

STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 3600
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[-.][0-9A-Za-z_-]{8,}\.(?:js|css|woff2|svg|png|ttf)$"

CSRF_COOKIE_NAME = "mudmai_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "mudmai.web.faults.form_refused"
CSRF_COOKIE_SECURE = ENVIRONMENT.https
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False
if ENVIRONMENT.https:
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level},
    "loggers": {"django.request": {"level": "ERROR"}},
}
