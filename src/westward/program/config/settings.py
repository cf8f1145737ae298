"""Django settings: everything from the data folder and three environment variables.

``WESTWARD_FOLDER`` names the data folder, ``WESTWARD_DATABASE`` a PostgreSQL database, ``WESTWARD_SERVING`` is set by
``westward serve``. Mail and OIDC have variables of their own, both off without them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from westward.program.database import VARIABLE as DATABASE
from westward.program.database import databases
from westward.program.folder import DataFolder
from westward.program.serving import Serving
from westward.program.shell import site

FOLDER = DataFolder(Path(os.environ.get("WESTWARD_FOLDER") or "westward-data").absolute())
SERVING = Serving.from_environment()
SITE_DETAILS = site.load(FOLDER.path)

DEBUG = False
SECRET_KEY = FOLDER.read_key()
ALLOWED_HOSTS = SERVING.hosts
ROOT_URLCONF = "westward.program.config.urls"
ASGI_APPLICATION = "westward.program.config.asgi.application"
DATABASES = databases(os.environ.get(DATABASE, ""), FOLDER.database)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "westward.program.shell",
    "westward.program.audit",
    "westward.program.accounts",
    "westward.program.local",
    "westward.program.people",
    "westward.program.letters",
    "westward.program.referral",
    "westward.program.diagnosis",
    "westward.program.etiology",
    "westward.program.treatment",
    "westward.program.followup",
    "westward.program.journey",
    "westward.program.quality",
    "westward.program.public",
    "westward.program.oversight",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "westward.program.config.middleware.headers",
    "django.middleware.security.SecurityMiddleware",
    "westward.program.config.static.StaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "westward.program.config.middleware.session_limits",
    "westward.program.config.middleware.second_factor",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "westward.program.accounts.context.verbs",
                "westward.program.shell.context.program",
                "westward.program.referral.context.waiting",
                "westward.program.treatment.context.late_steps",
            ]
        },
    }
]

LANGUAGE_CODE = "en-us"
TIME_ZONE = os.environ.get("WESTWARD_TIME_ZONE") or SITE_DETAILS.time_zone or "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = FOLDER.static
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "westward.program.shell.finders.LookFinder",
]
MEDIA_ROOT = FOLDER.files
SPOOL = FOLDER.spool
FILE_UPLOAD_TEMP_DIR = SPOOL if SPOOL.is_dir() else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Sessions: the limits are a policy of ours; a site may tighten them (ASVS 5.0, 7.1.1, 7.3.1, 7.3.2).
SESSION_IDLE_S = int(os.environ.get("WESTWARD_SESSION_IDLE_S") or 15 * 60)
SESSION_ABSOLUTE_S = int(os.environ.get("WESTWARD_SESSION_ABSOLUTE_S") or 12 * 3600)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_S
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "westward.program.shell.views.forged"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVING.secure
SESSION_COOKIE_NAME = "__Host-session" if SERVING.secure else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SERVING.secure else "csrf"
SECURE_HSTS_SECONDS = 31_536_000 if SERVING.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SERVING.secure
SECURE_SSL_REDIRECT = SERVING.secure
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SERVING.proxied:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "westward.program.accounts.passwords.NoWordsOfTheProgram"},
    {"NAME": "westward.program.accounts.passwords.NoRow"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "westward.program.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {"login": "westward.program.accounts.sign_in.SignInForm"}
ACCOUNT_SESSION_REMEMBER = False
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_USER_DISPLAY = "westward.program.accounts.adapters.display"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_ADAPTER = "westward.program.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SERVING.secure
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Westward"
MFA_RECOVERY_CODES_SHOW_ONCE = True
SOCIALACCOUNT_ADAPTER = "westward.program.accounts.adapters.HospitalAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_STORE_TOKENS = False
# WESTWARD_OIDC: {"provider_id": ..., "name": ..., "client_id": ..., "secret": ..., "settings": {"server_url": ...}}
OIDC = json.loads(os.environ.get("WESTWARD_OIDC") or "null")
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC] if OIDC else []}}

# Mail is off without a server; then links are shown to staff. No mail holds a name or anything clinical.
EMAIL_HOST = os.environ.get("WESTWARD_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("WESTWARD_SMTP_PORT") or 587)
EMAIL_HOST_USER = os.environ.get("WESTWARD_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("WESTWARD_SMTP_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = not EMAIL_USE_SSL
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("WESTWARD_MAIL_FROM") or f"westward@{SERVING.host}"
MAIL = bool(EMAIL_HOST)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL else 'dummy'}.EmailBackend"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# Messages of an exception, paths and arguments may name a child: the log holds types and places in the code only.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"quiet": {"()": "westward.program.config.logs.QuietFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "quiet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
