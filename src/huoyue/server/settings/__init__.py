"""Settings, from the environment alone: docs/running.md lists every variable, and a test compares the two."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from huoyue.server.settings import environment as env
from huoyue.server.sqlite import prefer_newest

SQLITE_VERSION = prefer_newest()

HERE = Path(__file__).resolve().parent.parent
DATA = Path(env.text("HUOYUE_DATA", "data")).resolve()
"""Where the embedded database and the uploaded files are kept."""
FILES = Path(env.text("HUOYUE_FILES", str(DATA / "files"))).resolve()

DEMONSTRATION = env.flag("HUOYUE_DEMO")
"""Demonstration accounts, a mailbox page instead of mail, plain HTTP. Never for a real round."""
PLAIN_HTTP = env.flag("HUOYUE_PLAIN_HTTP", default=DEMONSTRATION)
"""Serve without TLS, as on an intranet whose gateway does not offer it."""
DEBUG = False
SECRET_KEY = env.secret("HUOYUE_SECRET_KEY", DATA, demonstration=DEMONSTRATION)
SIGNING_KEY = env.file_text("HUOYUE_SIGNING_KEY_FILE")
"""The organisation's Ed25519 key in PEM, with which snapshots are signed; nothing where none is set."""
ALLOWED_HOSTS = env.words("HUOYUE_HOSTS", "localhost 127.0.0.1 [::1]" if DEMONSTRATION else "")
CSRF_TRUSTED_ORIGINS = env.words("HUOYUE_ORIGINS")
SITE_ADDRESS = env.text("HUOYUE_ADDRESS", "http://localhost:8000").rstrip("/")
"""How links in letters begin."""
ORGANISATION = env.text("HUOYUE_ORGANISATION", "活跃度评价秘书处")
ORGANISATION_EN = env.text(
    "HUOYUE_ORGANISATION_EN", env.text("HUOYUE_ORGANISATION", "Secretariat of the activity evaluation")
)
HELP_CONTACT = env.text("HUOYUE_HELP_CONTACT")
"""Telephone or address for help, shown on every page."""

INSTALLED_APPS = [
    "huoyue.server",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
]
MIDDLEWARE = [
    "huoyue.server.logbook.logged",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "huoyue.server.middleware.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "huoyue.server.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "huoyue.server.middleware.programs",
    "huoyue.server.middleware.person",
    "huoyue.server.middleware.ways_recorded",
    "huoyue.server.middleware.refusals",
]
ROOT_URLCONF = "huoyue.server.urls"
WSGI_APPLICATION = "huoyue.server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "huoyue.server.context.page",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["huoyue.server.templatetags.wording"],
        },
    }
]
DATABASES = {"default": env.database(env.text("HUOYUE_DATABASE"), DATA)}
CACHES = {"default": env.counts(DATABASES["default"]["ENGINE"], DATA)}
"""Tries at signing in, one-time codes used, calls of the API: counted over all processes and machines."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]  # what the pages for signing in say otherwise than allauth
USE_TZ = True
TIME_ZONE = env.text("HUOYUE_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

AUTH_USER_MODEL = "server.Account"
AUTHENTICATION_BACKENDS = ["huoyue.server.sessions.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "huoyue.server.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation is only ever sent to the address it verifies
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/15m/key,60/15m/ip",
    "login": "120/m/ip",
    "invitation": "20/15m/ip",
    "reset_password": "5/15m/key,30/15m/ip",
}
ACCOUNT_USER_DISPLAY = "huoyue.server.adapters.display"
SOCIALACCOUNT_ADAPTER = "huoyue.server.adapters.SocialAccountAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that ends at the provider is stopped by our content policy
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {}
USERSESSIONS_TRACK_ACTIVITY = False  # a write for every request would halve the speed of the save path
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Huoyue"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMONSTRATION
MFA_ADAPTER = "huoyue.server.adapters.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "huoyue.server.forms.second_factor.AddKeyForm",
    "edit_webauthn": "huoyue.server.forms.second_factor.EditKeyForm",
}
REQUIRE_SECOND_FACTOR = frozenset(
    env.words("HUOYUE_REQUIRE_SECOND_FACTOR", "" if DEMONSTRATION else "secretariat chair")
)
"""Roles that may only be taken with a second factor."""

if env.text("HUOYUE_OIDC_SERVER"):
    INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.text("HUOYUE_OIDC_NAME", "统一身份认证"),
                "client_id": env.text("HUOYUE_OIDC_CLIENT"),
                "secret": env.secret("HUOYUE_OIDC_SECRET", DATA, demonstration=False),
                "settings": {"server_url": env.guarded_address("HUOYUE_OIDC_SERVER")},
            }
        ],
    }

SESSION_ENGINE = "huoyue.server.sessions"
SESSION_COOKIE_AGE = env.number("HUOYUE_SESSION_HOURS", 12) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_NAME = "huoyue" if PLAIN_HTTP else "__Host-huoyue"
CSRF_COOKIE_NAME = "huoyue-csrf" if PLAIN_HTTP else "__Host-huoyue-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "huoyue.server.views.errors.csrf"
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthy/$", r"^ready/$"]  # watchdogs ask beside the proxy
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
BEHIND_PROXY = env.words("HUOYUE_BEHIND_PROXY")
"""Addresses of the proxies in front, whose word on the reader's address and on TLS is taken."""
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 60_000  # a long table without scripts sends every cell
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20

MAIL_FROM = DEFAULT_FROM_EMAIL = env.text("HUOYUE_MAIL_FROM", "huoyue@localhost")
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
SENDS_MAIL = bool(env.text("HUOYUE_SMTP")) and not DEMONSTRATION
"""Without a mail server, and in a demonstration, letters stay on the mailbox page."""
if SENDS_MAIL:
    globals().update(env.mail(env.text("HUOYUE_SMTP")))
REMINDER_DAYS = env.numbers("HUOYUE_REMINDER_DAYS", "14 7 3 1")
"""How many days before the deadline those who have not submitted are reminded by themselves."""

SCANNER = env.text("HUOYUE_SCANNER")
"""A command that is given each uploaded file's path and ends with 0 if it is clean, 1 if it is not."""
LARGEST_FILE = env.number("HUOYUE_LARGEST_FILE_MB", 200) * 2**20
QUOTA = env.number("HUOYUE_QUOTA_MB", 2000) * 2**20
"""How many bytes of evidence one filing may hold."""
INVITATION_DAYS = env.number("HUOYUE_INVITATION_DAYS", 30)
SIGN_UP_OPEN = False
API_PER_MINUTE = env.number("HUOYUE_API_PER_MINUTE", 120)
"""How many calls of the API one key may make in a minute; strangers, one address."""

WEBHOOK_NETWORKS = env.networks(env.words("HUOYUE_WEBHOOK_NETWORKS", "127.0.0.0/8 ::1/128" if DEMONSTRATION else ""))
"""Networks that are not public and that webhooks may reach all the same."""

METRICS_TOKEN = env.optional_secret("HUOYUE_METRICS_TOKEN")
"""Who has it may read the figures of the server; nobody may where none is set."""
LOG_REQUESTS = env.flag("HUOYUE_LOG_REQUESTS", default=not DEMONSTRATION)
"""A line for every request: route, status, time taken, role, round."""
LOG_ADDRESSES = env.flag("HUOYUE_LOG_ADDRESSES")
LOG_WORDS = env.flag("HUOYUE_LOG_WORDS")
"""Exceptions in their own words, which may hold what somebody typed."""
LOG_FORM = "json" if env.flag("HUOYUE_LOG_JSON") else "line"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "huoyue.server.loglines.Line"},
        "json": {"()": "huoyue.server.loglines.JsonLine"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json" if env.flag("HUOYUE_LOG_JSON") else "line"}
    },
    "root": {"handlers": ["console"], "level": env.text("HUOYUE_LOG_LEVEL", "WARNING")},
    "loggers": {
        "django.request": {"level": "ERROR"},  # what readers are refused is no fault of the server
        "huoyue.requests": {"level": "INFO"},
    },
}

if not DEMONSTRATION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set HUOYUE_HOSTS to the names under which people reach this server.")
