"""Django's settings. What differs between installations comes from `config.environment`."""

from __future__ import annotations

from email.utils import parseaddr
from urllib.parse import urlsplit

from servestatic.compress import Compressor

from config import assets, calendar_services, content_security, databases, environment, logs
from config.embedded.paths import HOME, IS_WHEEL, PROJECT
from config.mail_provider import mail_backend, mail_provider, mail_server

ENV = environment.read()
PRODUCTION = not ENV.demo

BASE_DIR = PROJECT
WAYMARK_HOME = HOME
DEBUG = ENV.debug
DEMO = ENV.demo
SECRET_KEY = ENV.secret
SECRET_KEY_FALLBACKS = ENV.secret_key_fallbacks
ALLOWED_HOSTS = ENV.allowed_hosts
SITE_URL = ENV.site_url
TRUSTED_PROXIES = ENV.trusted_proxies
OUTSIDE_TRUSTED = ENV.outside_trusted
CALENDARS_TRUSTED = ENV.calendars_trusted
SANDBOX_URL = ENV.sandbox_url
STRIPE_SECRET_KEY = ENV.stripe_secret_key.get_secret_value() if ENV.stripe_secret_key else ""
STRIPE_WEBHOOK_SECRETS = [secret.get_secret_value() for secret in ENV.stripe_webhook_secret]
STRIPE_API_BASE = ENV.stripe_api_base
PDF_FONTS = ENV.pdf_fonts

INSTALLED_APPS = [
    # Our apps come first, so that their templates override those of packages; the highest layer first.
    "config",
    "operations",
    "marketplace",
    "insights",
    "referrals",
    "bookings",
    "scheduling",
    "coaching",
    "pathways",
    "connections",
    "payments",
    "messaging",
    "accounts",
    "core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "ninja",
    "waffle",
    "csp",
    "core.admin_app.WaymarkAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "config.apps.StaticFiles",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "core.middleware.any_host_for_health_checks",
    "core.middleware.trusted_proxies",
    "core.middleware.request_id",
    "core.middleware.frames_without_cookies",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.Refusals",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.policies.maintenance.MaintenanceMode",
    "core.middleware.SignInRequired",
    "core.middleware.PostLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.acting_as.middleware.ActAs",
    "accounts.middleware.staff_need_a_second_factor",
    "accounts.terms.middleware.ask_for_acceptance",
    "core.direct_uploads.ArrivedFiles",
    "accounts.middleware.localise_times",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.private_pages",
    "waffle.middleware.WaffleMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
if DEMO:
    MIDDLEWARE.insert(3, "core.middleware.server_timing")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

# In the demo of a checkout, a changed template shows on reload.
TEMPLATE_CACHE = f"{'config.template_loader' if DEMO and not IS_WHEEL else 'django.template.loaders.cached'}.Loader"
TEMPLATE_FILES = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "templates"],
        "OPTIONS": {
            "loaders": [("template_partials.loader.Loader", [(TEMPLATE_CACHE, TEMPLATE_FILES)])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.page_frame",
                "accounts.time_zones.context.zone",
                "accounts.addresses.dead.mail_notice",
            ],
            "builtins": ["core.templatetags.addresses"],
        },
    }
]
POLICIES_KEPT_SECONDS = 5  # after which every process has noticed a change of maintenance, announcements and terms
FORM_RENDERER = "core.forms.Renderer"

# Data ------------------------------------------------------------------------------------------

DATABASES = databases.of(ENV)
DATABASE_DIRECT = databases.direct(ENV)  # for what a pooler cannot pass on: `core.direct`
DATABASE_REPLICAS = [alias for alias in DATABASES if alias != "default"]
DATABASE_REPLICA_LAG = ENV.database_replica_lag  # seconds that a replica may be behind to be read
if DATABASE_REPLICAS:
    DATABASE_ROUTERS = ["core.replicas.Router"]
    MIDDLEWARE.append("core.replicas.own_changes")
DATABASE_POOL_SHARE, PAGE_THREADS = ENV.database_pool_share, ENV.page_threads
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = ENV.redis_url
CACHES = {"default": {"BACKEND": "core.cache.ForgivingRedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "waymark"}}
LIVE_CHANNEL = ENV.live_channel
TASKS_IN_PROCESS = ENV.celery_eager
# Sessions and limits are in PostgreSQL, so that they work while Redis is down.
SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# People ----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.SignIn"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:start"
LOGOUT_REDIRECT_URL = "marketplace:home"

ACCOUNT_ADAPTER = "accounts.sign_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.NameForm"
ACCOUNT_FORMS = {
    "login": "accounts.sign_in.forms.SignInForm",
    "signup": "accounts.sign_in.forms.SignUpForm",
    "reset_password": "accounts.sign_in.forms.ForgottenPasswordForm",
    "change_password": "accounts.sign_in.forms.ChangePasswordForm",
    "reset_password_from_key": "accounts.sign_in.forms.NewPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True
# Django's generator: allauth's also creates rows for unproven addresses, and takes longer for addresses it knows.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  (a path)
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = False  # our limits are counted in PostgreSQL: core.post_limits, accounts.sign_in.limits
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
PASSWORD_RESET_TIMEOUT = 60 * 60

USERSESSIONS_ADAPTER = "accounts.sessions.SessionsAdapter"

MFA_ADAPTER = "accounts.sign_in.second_factors.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.sign_in.second_factors.SecondFactorForm",
    "reauthenticate": "accounts.sign_in.second_factors.ConfirmForm",
    "activate_totp": "accounts.sign_in.second_factors.ActivateForm",
}
MFA_TOTP_ISSUER = "Waymark"
MFA_TOTP_TOLERANCE = 1  # the clocks of phones can be off by a few seconds
MFA_RECOVERY_CODE_DIGITS = 10
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody can sign in with an unproven address
STAFF_NEED_SECOND_FACTOR = PRODUCTION

# Limits are numbers per window, 0 for none; the demo allows ten times as many.
DEMO_FACTOR = 10 if DEMO else 1
LIMIT_REQUESTS_PER_MINUTE = ENV.limit_requests_per_minute * DEMO_FACTOR
LIMIT_SIGN_IN_FAILURES = ENV.limit_sign_in_failures * DEMO_FACTOR
LIMIT_SIGN_IN_PER_ADDRESS = ENV.limit_sign_in_per_address * DEMO_FACTOR
LIMIT_SIGN_UP_PER_ADDRESS = ENV.limit_sign_up_per_address * DEMO_FACTOR
LIMIT_SIGN_IN_FAILURES_PER_ACCOUNT = ENV.limit_sign_in_failures_per_account * DEMO_FACTOR
LIMIT_CODE_FAILURES_PER_ACCOUNT = ENV.limit_code_failures_per_account * DEMO_FACTOR
LIMIT_RESET_PER_MAIL = ENV.limit_reset_per_mail * DEMO_FACTOR
LIMIT_RESET_PER_ADDRESS = ENV.limit_reset_per_address * DEMO_FACTOR
LIMIT_CONFIRMATION_PER_MAIL = ENV.limit_confirmation_per_mail * DEMO_FACTOR
LIMIT_IDENTITY_CHECKS_PER_PERSON = ENV.limit_identity_checks_per_person * DEMO_FACTOR
LIMIT_ACCOUNT_CHANGES_PER_PERSON = ENV.limit_account_changes_per_person * DEMO_FACTOR
LIMIT_ACTS_PER_PERSON = ENV.limit_acts_per_person * DEMO_FACTOR
LIMIT_ACTS_PER_ADDRESS = ENV.limit_acts_per_address * DEMO_FACTOR
LIMIT_HOLDS_PER_VISITOR = ENV.limit_holds_per_visitor * DEMO_FACTOR
LIMIT_HOLDS_PER_ADDRESS = ENV.limit_holds_per_address * DEMO_FACTOR
LIMIT_BOOKINGS_PER_PERSON = ENV.limit_bookings_per_person * DEMO_FACTOR
LIMIT_BOOKINGS_PER_ADDRESS = ENV.limit_bookings_per_address * DEMO_FACTOR
LIMIT_BOOKINGS_PER_MAIL = ENV.limit_bookings_per_mail * DEMO_FACTOR
LIMIT_GUEST_BOOKINGS_PER_NETWORK = ENV.limit_guest_bookings_per_network * DEMO_FACTOR
LIMIT_DRAFTS_PER_NETWORK = ENV.limit_drafts_per_network * DEMO_FACTOR
LIMIT_INVITATIONS_PER_BUILDER = ENV.limit_invitations_per_builder * DEMO_FACTOR
LIMIT_INVITATIONS_PER_MAIL = ENV.limit_invitations_per_mail * DEMO_FACTOR
LIMIT_LINKS_PER_BOOKING = ENV.limit_links_per_booking * DEMO_FACTOR
LIMIT_LINKS_PER_NETWORK = ENV.limit_links_per_network * DEMO_FACTOR
LIMIT_STAFF_SEARCHES_PER_PERSON = ENV.limit_staff_searches_per_person * DEMO_FACTOR
LIMIT_MESSAGES_PER_PERSON = ENV.limit_messages_per_person * DEMO_FACTOR
LIMIT_MESSAGES_PER_ADDRESS = ENV.limit_messages_per_address * DEMO_FACTOR
LIMIT_MESSAGE_ACTS_PER_PERSON = ENV.limit_message_acts_per_person * DEMO_FACTOR
LIMIT_MESSAGE_ACTS_PER_ADDRESS = ENV.limit_message_acts_per_address * DEMO_FACTOR
LIMIT_QUESTIONS_PER_PERSON = ENV.limit_questions_per_person * DEMO_FACTOR
LIMIT_CALENDAR_READS_PER_PERSON = ENV.limit_calendar_reads_per_person * DEMO_FACTOR

# Flags -----------------------------------------------------------------------------------------

WAFFLE_FLAG_MODEL = "core.Flag"
WAFFLE_SECURE = SITE_URL.startswith("https://")
CARD_CACHE = ENV.card_cache
USE_NEW_BUILDER_CARDS = ENV.use_new_builder_cards
USE_BOOKING_WIZARD = ENV.use_booking_wizard
BUILDERS_APPROVED = ENV.builders_approved
USE_MEETINGS = ENV.use_meetings
USE_SUGGESTED_TIMES = ENV.use_suggested_times
USE_SESSION_PLANS = ENV.use_session_plans
USE_ZOOM = ENV.use_zoom

# Outside services ----------------------------------------------------------------------------------

ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET = ENV.zoom_client_id, ENV.zoom_client_secret.get_secret_value()
ZOOM_ACCOUNT_ID = ENV.zoom_account_id
ZOOM_SERVER_CLIENT_ID = ENV.zoom_server_client_id
ZOOM_SERVER_CLIENT_SECRET = ENV.zoom_server_client_secret.get_secret_value()
ZOOM_HOSTS = ENV.zoom_hosts
ZOOM_WEBHOOK_SECRETS = ENV.zoom_webhook_secrets
USE_CALENDARS = ENV.use_calendars

# Calendars at other services --------------------------------------------------------------------

GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET = calendar_services.client_of(ENV, "google")
GOOGLE_AUTHORIZE_URL, GOOGLE_TOKEN_URL, GOOGLE_REVOKE_URL, GOOGLE_API_URL = calendar_services.addresses_of(
    ENV, "google"
)
MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET = calendar_services.client_of(ENV, "microsoft")
MICROSOFT_AUTHORIZE_URL, MICROSOFT_TOKEN_URL, _, MICROSOFT_API_URL = calendar_services.addresses_of(ENV, "microsoft")
USE_CALENDLY = ENV.use_calendly

# Calendly ---------------------------------------------------------------------------------------

CALENDLY_SITE = f"{SANDBOX_URL}/calendly" if SANDBOX_URL else "https://calendly.com"  # where its pages are
CALENDLY_API_BASE_URL = ENV.calendly_api_base_url or (
    f"{CALENDLY_SITE}/api" if SANDBOX_URL else "https://api.calendly.com"
)
CALENDLY_API_KEY = ENV.calendly_api_key.get_secret_value() if ENV.calendly_api_key else ""
CALENDLY_CLIENT_ID = ENV.calendly_client_id
CALENDLY_CLIENT_SECRET = ENV.calendly_client_secret.get_secret_value() if ENV.calendly_client_secret else ""
CALENDLY_OAUTH_URL = f"{CALENDLY_SITE}/auth" if SANDBOX_URL else "https://auth.calendly.com"
CALENDLY_WEBHOOK_TOLERANCE = ENV.calendly_webhook_tolerance  # seconds
USE_PAYMENTS = ENV.use_payments
PAYOUT_DELAY_DAYS = ENV.payout_delay_days  # after a session is over
INVOICE_RETENTION_YEARS = ENV.invoice_retention_years  # after the year in which one was written
PLATFORM_FEE_PERCENT = ENV.platform_fee_percent  # of what clients pay through Waymark
FREE_SESSION_TYPES = ENV.free_session_types  # that builders without a plan can publish; 0 is no limit
USE_MESSAGING, MESSAGES_KEPT_DAYS = ENV.use_messaging, ENV.messages_kept_days

# Mail ------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.default_from_email
CONTACT_EMAIL = ENV.contact_email or parseaddr(DEFAULT_FROM_EMAIL)[1]
ALARM_MAIL, ALARM_WEBHOOK, ALARMS_FILE = ENV.alarm_mail, ENV.alarm_webhook, ENV.alarms_file
EMAIL_TIMEOUT = 10
MAIL_ANSWERS_ADDRESS = ENV.mail_answers_address or ("messages@demo.test" if DEMO else "")
MAIL_ANSWERS_MAILBOX = ENV.mail_answers_mailbox.get_secret_value()
MAIL_ANSWERS_SECRETS = [secret.get_secret_value() for secret in ENV.mail_answers_secrets]
MAIL_ANSWERS_CHECKED_BY = ENV.mail_answers_checked_by
MAIL_BOUNCES_ADDRESS = ENV.mail_bounces_address
AUDIT_KEPT_YEARS = ENV.audit_kept_years  # 0 is for ever
MAIL_KEPT_DAYS = ENV.mail_kept_days  # in the log of emails, with their texts
OF_TESTS = "" if ENV.embedded_instance == "demo" else "-of-tests"
DEMO_MAIL_FOLDER = HOME / f"mail{OF_TESTS}"
DEMO_STRIPE_FILE = HOME / f"sandbox-stripe{OF_TESTS}.json"  # the books of the demo's stand-in for Stripe
DEMO_STAND_INS_FILE = HOME / f"demo-stand-ins{OF_TESTS}.json"  # where its stand-ins listen, for manage.py while it runs
MAIL_PROVIDER, ANYMAIL = mail_provider(ENV.email_url)  # of `EMAIL_URL=anymail://…`
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL = mail_server(ENV.email_url)
EMAIL_BACKEND = "core.demo_mail.FolderBackend" if DEMO else mail_backend(MAIL_PROVIDER)

# Language and time --------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "config.formats"  # British dates, and times with their zone
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

METRICS_TOKEN = ENV.metrics_token

# Files -----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = ENV.static_root
MEDIA_URL = "/media/"
MEDIA_ROOT = ENV.media_root / "public"
PRIVATE_ROOT = ENV.media_root / "private"
MEDIA_HOME = ENV.media_root
# Files in a bucket instead of these folders: `bucket` or `bucket/folder`. Backups use the same service and keys.
MEDIA_BUCKET = ENV.media_bucket
MEDIA_REGION = ENV.aws_region
MEDIA_ENDPOINT = ENV.aws_endpoint_url or f"https://s3.{MEDIA_REGION}.amazonaws.com"
MEDIA_KEY, MEDIA_SECRET = ENV.aws_access_key_id, ENV.aws_secret_access_key.get_secret_value()
MEDIA_PATH_STYLE = ENV.media_path_style
MEDIA_DIRECT_UPLOADS = ENV.media_direct_uploads
MEDIA_ORIGIN = content_security.bucket_origin(MEDIA_BUCKET, MEDIA_ENDPOINT, path_style=MEDIA_PATH_STYLE)
UPLOAD_MOST_MEGABYTES = ENV.upload_most_megabytes
UPLOAD_QUOTA_MEGABYTES = ENV.upload_quota_megabytes
CONVERSATION_QUOTA_MEGABYTES = ENV.conversation_quota_megabytes
CLAMD_ADDRESS = ENV.clamd_address
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
NODE_MODULES = PROJECT / "node_modules"
STATICFILES_DIRS = (
    []
    if IS_WHEEL
    else [
        assets.BUILT,
        ("img", PROJECT / "static/img"),
        ("fonts", assets.FONTS),
        ("world-atlas", NODE_MODULES / "world-atlas"),
    ]
)
SERVESTATIC_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]  # only developers load these
STORAGES = {
    "default": {"BACKEND": "core.storage.PublicFiles"},
    "staticfiles": {
        "BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION or IS_WHEEL
        else "config.static_addresses.VersionedStaticFiles"
    },
}

# Maps: without tiles, they show outlines of countries from a package -----------------------------

MAP_TILES = ENV.map_tiles
MAP_CREDIT = ENV.map_credit
MAP_HOSTS = [f"https://{urlsplit(MAP_TILES).netloc}".replace("{s}", "*")] if MAP_TILES else []

# Security --------------------------------------------------------------------------------------

HTTPS = PRODUCTION and SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # health checks within the network use no TLS
# core.middleware.trusted_proxies removes this header unless one of TRUSTED_PROXIES sent it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 * 2 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []
CONTENT_SECURITY_POLICY = content_security.policy(MAP_HOSTS, MEDIA_ORIGIN)

# Logs ---------------------------------------------------------------------------------------

LOGGING = logs.configuration(form=ENV.log_format, level=ENV.log_level)
if ENV.sentry_dsn:
    logs.start_sentry(dsn=ENV.sentry_dsn, environment=ENV.sentry_environment)
