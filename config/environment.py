"""Reads the environment variables that configure Waymark, typed and checked once at the start.

`.env.example` explains each variable; a test compares the two.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from decimal import Decimal
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from config.embedded.paths import HOME, PROJECT, Instance
from waymark.home import CONFIGURATION, CONFIGURED

Names = Annotated[list[str], NoDecode]
MAX_PAGE_THREADS = 12


class Environment(BaseSettings):
    """The environment variables of Waymark."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    demo: bool = False
    debug: bool = False
    embedded_instance: Literal["demo", "test", "site"] = "demo"
    celery_eager: bool = False
    secret_key: SecretStr | None = None
    secret_key_fallbacks: Names = []
    database_url: str = ""
    redis_url: str = ""
    live_channel: str = "main"
    database_pool_max: int = Field(default=16, ge=1, le=500)
    database_pooler: Literal["", "transaction"] = ""
    database_direct_url: str = ""
    database_replica_url: Annotated[list[SecretStr], NoDecode] = []
    database_replica_lag: int = Field(default=5, ge=2, le=300)
    site_url: str = "http://127.0.0.1:8000"
    sandbox_url: str = ""
    allowed_hosts: Names = []
    trusted_proxies: Names = []
    outside_trusted: Names = []
    calendars_trusted: Names = []
    email_url: str = ""
    stripe_secret_key: SecretStr | None = None
    stripe_webhook_secret: Annotated[list[SecretStr], NoDecode] = []
    stripe_api_base: str = ""
    pdf_fonts: Names = [
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf",
        "/usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf",
        "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    ]
    default_from_email: str = "Waymark <hello@waymark.invalid>"
    contact_email: str = ""
    alarm_mail: Names = []
    alarm_webhook: str = ""
    alarms_file: str = ""
    static_root: Path = PROJECT / "staticfiles"
    media_root: Path = HOME / "media"
    media_bucket: str = ""
    media_path_style: bool = False
    media_direct_uploads: bool = True
    aws_endpoint_url: str = ""
    aws_region: str = "us-east-1"
    aws_access_key_id: str = ""
    aws_secret_access_key: SecretStr = SecretStr("")
    log_format: Literal["json", "text"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    sentry_dsn: str = ""
    sentry_environment: str = "production"
    card_cache: bool = True
    use_new_builder_cards: bool = True
    use_booking_wizard: bool = True
    use_meetings: bool = True
    use_suggested_times: bool = True
    use_session_plans: bool = True
    use_zoom: bool = True
    zoom_client_id: str = ""
    zoom_client_secret: SecretStr = SecretStr("")
    zoom_account_id: str = ""
    zoom_server_client_id: str = ""
    zoom_server_client_secret: SecretStr = SecretStr("")
    zoom_hosts: Names = []
    zoom_webhook_secrets: Names = []
    use_calendars: bool = True
    google_client_id: str = ""
    google_client_secret: SecretStr | None = None
    microsoft_client_id: str = ""
    microsoft_client_secret: SecretStr | None = None
    use_calendly: bool = True
    calendly_api_key: SecretStr | None = None
    calendly_api_base_url: str = ""
    calendly_client_id: str = ""
    calendly_client_secret: SecretStr | None = None
    calendly_webhook_tolerance: int = Field(default=180, ge=10, le=86_400)
    use_payments: bool = True
    payout_delay_days: int = Field(default=3, ge=0, le=90)
    invoice_retention_years: int = Field(default=10, ge=1, le=50)
    audit_kept_years: int = Field(default=0, ge=0, le=50)
    platform_fee_percent: Decimal = Field(default=Decimal(10), ge=0, lt=100, decimal_places=2)
    free_session_types: int = Field(default=0, ge=0, le=1000)
    use_messaging: bool = True
    builders_approved: Literal["by_admin", "automatically"] = "by_admin"
    limit_requests_per_minute: int = Field(default=120, ge=0)
    limit_sign_in_failures: int = Field(default=5, ge=0)
    limit_sign_in_per_address: int = Field(default=20, ge=0)
    limit_sign_up_per_address: int = Field(default=20, ge=0)
    limit_sign_in_failures_per_account: int = Field(default=50, ge=0)
    limit_code_failures_per_account: int = Field(default=20, ge=0)
    limit_reset_per_mail: int = Field(default=5, ge=0)
    limit_reset_per_address: int = Field(default=20, ge=0)
    limit_confirmation_per_mail: int = Field(default=5, ge=0)
    limit_identity_checks_per_person: int = Field(default=10, ge=0)
    limit_account_changes_per_person: int = Field(default=20, ge=0)
    limit_acts_per_person: int = Field(default=60, ge=0)
    limit_acts_per_address: int = Field(default=60, ge=0)
    limit_holds_per_visitor: int = Field(default=3, ge=0)
    limit_holds_per_address: int = Field(default=30, ge=0)
    metrics_token: str = ""
    map_tiles: str = ""
    map_credit: str = ""
    upload_most_megabytes: int = Field(default=100, ge=1)
    upload_quota_megabytes: int = Field(default=2000, ge=0)
    conversation_quota_megabytes: int = Field(default=1000, ge=0)
    messages_kept_days: int = Field(default=0, ge=0, le=36_500)
    clamd_address: str = ""
    mail_answers_address: str = ""
    mail_answers_mailbox: SecretStr = SecretStr("")
    mail_answers_secrets: Annotated[list[SecretStr], NoDecode] = []
    mail_answers_checked_by: str = ""
    mail_bounces_address: str = ""
    mail_kept_days: int = Field(default=90, ge=1, le=3650)
    limit_bookings_per_person: int = Field(default=20, ge=0)
    limit_bookings_per_address: int = Field(default=120, ge=0)
    limit_bookings_per_mail: int = Field(default=10, ge=0)
    limit_guest_bookings_per_network: int = Field(default=5, ge=0)
    limit_drafts_per_network: int = Field(default=200, ge=0)
    limit_invitations_per_builder: int = Field(default=10, ge=0)
    limit_invitations_per_mail: int = Field(default=3, ge=0)
    limit_links_per_booking: int = Field(default=3, ge=0)
    limit_links_per_network: int = Field(default=20, ge=0)
    limit_staff_searches_per_person: int = Field(default=60, ge=0)
    limit_messages_per_person: int = Field(default=30, ge=0)
    limit_messages_per_address: int = Field(default=30, ge=0)
    limit_message_acts_per_person: int = Field(default=120, ge=0)
    limit_message_acts_per_address: int = Field(default=120, ge=0)
    limit_questions_per_person: int = Field(default=10, ge=0)
    limit_calendar_reads_per_person: int = Field(default=30, ge=0)

    @field_validator(
        "allowed_hosts",
        "trusted_proxies",
        "outside_trusted",
        "calendars_trusted",
        "secret_key_fallbacks",
        "database_replica_url",
        "zoom_hosts",
        "zoom_webhook_secrets",
        "stripe_webhook_secret",
        "pdf_fonts",
        "mail_answers_secrets",
        "alarm_mail",
        mode="before",
    )
    @classmethod
    def split_at_commas(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def addresses_or_unix(cls, value: list[str]) -> list[str]:
        for proxy in value:
            if proxy != "unix":
                try:
                    ip_network(proxy, strict=False)
                except ValueError:
                    raise ValueError("must hold addresses or networks such as 10.0.0.0/8, or unix") from None
        return value

    @field_validator("outside_trusted", "calendars_trusted")
    @classmethod
    def hosts_with_ports(cls, value: list[str]) -> list[str]:
        for host in value:
            if not re.fullmatch(r"[^\s/:@]+:[0-9]{1,5}", host):
                raise ValueError("must hold hosts with their ports, such as cloud.example:443")
        return value

    @field_validator("map_tiles")
    @classmethod
    def an_address_of_tiles(cls, value: str) -> str:
        if value and not (value.startswith("https://") and all(part in value for part in ("{z}", "{x}", "{y}"))):
            raise ValueError("must begin with https:// and have {z}, {x} and {y} in it")
        return value

    @field_validator("media_bucket")
    @classmethod
    def a_bucket(cls, value: str) -> str:
        value = value.removeprefix("s3://").strip("/")
        if value and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*", value):
            raise ValueError("must be the name of a bucket, such as waymark, or waymark/files for a folder in it")
        if value and find_spec("storages") is None:
            raise ValueError("needs a package that is not installed: pip install 'waymark[s3]'")
        return value

    @field_validator("calendly_api_base_url", "stripe_api_base", "aws_endpoint_url")
    @classmethod
    def an_api(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("clamd_address")
    @classmethod
    def a_socket(cls, value: str) -> str:
        match = re.fullmatch(r"unix:///.+|tcp://(?:\[[0-9a-fA-F:.]+\]|[^/@:\s\[\]]+)(?::([0-9]{1,5}))?", value)
        if value and (match is None or not 0 < int(match[1] or 3310) < 65_536):
            raise ValueError("must be like unix:///run/clamav/clamd.ctl or tcp://clamd:3310")
        return value

    @field_validator("mail_answers_address")
    @classmethod
    def room_for_a_token(cls, value: str) -> str:
        """Refuses a name that is so long that it would have more than 64 characters with its token."""
        if value and not re.fullmatch(r"[A-Za-z0-9._-]{1,13}@[^\s@+]+", value):
            raise ValueError("must be an address with at most 13 letters before the @, such as messages@mail.example")
        return value

    @field_validator("mail_answers_mailbox")
    @classmethod
    def a_mailbox(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.match(r"imaps?://[^@]+:[^@]+@[^/]+", value.get_secret_value()):
            raise ValueError("must be like imaps://user:password@mail.example:993/INBOX")
        return value

    @field_validator("site_url")
    @classmethod
    def without_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def fit_for_a_pooler(self) -> Self:
        """Refuses a pooler without the address of PostgreSQL itself, and options that a pooler cannot pass on."""
        if self.database_pooler and not self.database_direct_url:
            raise ValueError("DATABASE_POOLER needs DATABASE_DIRECT_URL to be set too: migrations and backups use it")
        if self.database_pooler and "options=" in urlsplit(self.database_url).query:
            raise ValueError("DATABASE_URL must have no options with DATABASE_POOLER: set them for the role instead")
        return self

    @model_validator(mode="after")
    def complete(self) -> Self:
        """Fills in what is missing for the demo; otherwise refuses an environment without the variables it needs."""
        if self.mail_answers_address and not (
            self.mail_answers_mailbox.get_secret_value() or self.mail_answers_secrets
        ):
            raise ValueError("MAIL_ANSWERS_ADDRESS needs MAIL_ANSWERS_MAILBOX or MAIL_ANSWERS_SECRETS to be set too")
        if self.demo:
            self.database_url = self.database_url or Instance(self.embedded_instance).database_url
            self.redis_url = self.redis_url or Instance(self.embedded_instance).redis_url
            self.secret_key = self.secret_key or SecretStr(_demo_secret())
            self.allowed_hosts = self.allowed_hosts or ["127.0.0.1", "localhost", "[::1]"]
            return self
        required = {
            "SECRET_KEY": self.secret_key,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "ALLOWED_HOSTS": self.allowed_hosts,
            "EMAIL_URL": self.email_url,
        }
        if missing := [name for name, value in required.items() if not value]:
            where = "See .env.example, or set DEMO=1 to try Waymark"
            if CONFIGURED in os.environ:  # by the command `waymark`
                where = f"Enter {'it' if len(missing) == 1 else 'them'} in {HOME / CONFIGURATION}"
            raise ValueError(f"{', '.join(missing)} not set. {where}")
        return self

    @property
    def database_pool_share(self) -> int:
        """How many connections of a process pages take, or those who wait for one builder: three quarters of the pool."""
        return max(1, self.database_pool_max * 3 // 4)

    @property
    def page_threads(self) -> int:
        """How many threads run pages in the demo: never more than there are connections for them."""
        return min(MAX_PAGE_THREADS, self.database_pool_share)

    @property
    def secret(self) -> str:
        assert self.secret_key is not None
        return self.secret_key.get_secret_value()


def read() -> Environment:
    """Returns the environment. Raises ImproperlyConfigured with one line that names the variables that are wrong."""
    try:
        return Environment()
    except ValidationError as error:
        raise ImproperlyConfigured("; ".join(_sentence(problem) for problem in error.errors())) from None


def _sentence(problem: object) -> str:
    assert isinstance(problem, dict)
    name = ".".join(str(part) for part in problem["loc"]).upper()
    text = str(problem["msg"]).removeprefix("Value error, ")
    return f"{name}: {text}" if name else text


def _demo_secret() -> str:
    """Returns the secret of the demo in this folder, kept in a file so that a restart signs nobody out."""
    path = HOME / "demo-secret"
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            path.hardlink_to(partial)  # atomic: of two processes the first one wins
        partial.unlink()
        return path.read_text()
