"""Every setting of the app, read once from the environment or a .env file, frozen and checked.

The only module that reads the environment. A wrong value stops the start with its name,
what was expected and what was given; docs/configuration.md is compared with this by a test.
"""

import functools
import ipaddress
import socket
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from donfra_live.addresses import is_database, is_host, is_ip, is_origin

Port = Annotated[int, Field(ge=1, le=65535)]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
EVERYWHERE = {"0.0.0.0", "::"}


def host_in_url(host: str) -> str:
    """As it stands in a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


@functools.cache
def lan_address() -> str:
    """The address of this machine on its main network; connecting a UDP socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


class Settings(BaseSettings):
    """Field names in upper case are the variables' names; sizes in bytes, times in seconds."""

    model_config = SettingsConfigDict(
        env_file=".env", frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True
    )

    port: Port = Field(8080, description="port of the app (in development: of its backend)")
    pages_port: Port = Field(3000, description="port of the pages in development (`make run`)")
    host: str = Field("127.0.0.1", description="address to listen on; 0.0.0.0 for everybody")
    public_url: str = Field("", description="address people use, for example https://live.example.org")
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="origins that may call us; default: this machine on our ports, and PUBLIC_URL",
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        (), description="networks of proxies whose X-Forwarded-For counts, for example 10.0.0.0/8"
    )
    donfra_data_dir: Path = Field(
        Path("data"), description="folder of the database, recordings, keys and logs"
    )
    database_url: str = Field(
        "", description="postgresql://... or sqlite:///...; default: a file in the data folder"
    )
    redis_url: str = Field("", description="redis://...; needed only for several app workers")

    livekit_server_url: str = Field(
        "", description="use this LiveKit server (http:// or ws://) instead of our own"
    )
    livekit_public_url: str = Field(
        "", description="the LiveKit address that browsers are told (ws:// or wss://)"
    )
    livekit_api_key: str = Field("", description="key of the LiveKit server; made on first start for our own")
    livekit_api_secret: str = Field("", description="secret of the LiveKit server, 32 characters or more")
    livekit_node_ip: str = Field("", description="address of this machine that media is sent to")
    livekit_port: Port = Field(7880, description="signalling port of our own LiveKit server")
    livekit_tcp_port: Port = Field(7881, description="media over TCP, of our own LiveKit server")
    livekit_udp_port: Port = Field(7882, description="media over UDP, of our own LiveKit server")
    livekit_server_bin: str = Field(
        "", description="path of a livekit-server to run instead of searching one"
    )
    livekit_download_url: str = Field(
        "https://github.com/livekit/livekit/releases/download",
        description="where releases of LiveKit are downloaded from",
    )

    sign_up: Literal["open", "closed"] = Field(
        "open", description="open: anyone can make an account; closed: only whom an admin adds"
    )
    who_may_create: Literal["", "anyone", "members", "admins"] = Field(
        "",
        description="who creates sessions: anyone, members, admins; default: members once others reach us",
    )
    smtp_url: str = Field(
        "", description="server for e-mail, smtp://user:password@host:587 or smtps://...; none: no e-mail"
    )
    mail_from: str = Field("", description="sender of our e-mails, for example live@example.org")
    oidc_issuer: str = Field(
        "", description="OpenID Connect provider to sign in at, for example https://id.example.org"
    )
    oidc_client_id: str = Field("", description="our client ID at the OpenID provider")
    oidc_client_secret: str = Field("", description="our client secret at the OpenID provider")
    oidc_name: str = Field("OpenID", description="name of the OpenID provider on the button")

    sign_ins_per_minute: int = Field(
        60, ge=1, description="tries of a password or link, sign-ups: per minute and address"
    )
    tries_per_account: int = Field(10, ge=1, description="tries of a password, per minute and account")
    creates_per_minute: int = Field(60, ge=1, description="sessions created, per minute and address")
    joins_per_minute: int = Field(300, ge=1, description="joins and arrivals, per minute and address")
    requests_per_browser: int = Field(
        30, ge=1, description="creates, joins, arrivals: per minute and browser"
    )
    messages_per_minute: int = Field(60, ge=1, description="chat messages, per minute and member or browser")
    messages_per_address: int = Field(600, ge=1, description="chat messages, per minute and address")
    reactions_per_minute: int = Field(60, ge=1, description="reactions, per minute and member")
    hands_per_minute: int = Field(20, ge=1, description="raised hands, per minute and member")
    quality_reports_per_minute: int = Field(
        20, ge=1, description="reports of a connection's quality, per minute and connection"
    )
    passwords_per_minute: int = Field(
        10, ge=1, description="tries of a session's password, per minute, session and address"
    )
    max_body_bytes: int = Field(
        256_000, ge=1_000, description="largest request body; more is answered with 413"
    )
    token_seconds: int = Field(600, ge=30, le=600, description="life of a LiveKit token before it is used")
    host_token_admin: bool = Field(True, description="host_token of the REST API administers its own room")
    empty_session_seconds: int = Field(
        3600, ge=10, description="a live session with nobody in it ends after this"
    )
    open_before_seconds: int = Field(
        900, ge=0, le=86_400, description="so long before its start a planned session opens its door"
    )
    start_by_itself: bool = Field(
        False,
        description="planned sessions go on air at their start without their host, where they do not say",
    )
    missed_session_seconds: int = Field(
        3600, ge=0, description="a planned session that nobody begins ends so long after its planned end"
    )
    longest_session_seconds: int = Field(
        43_200, ge=0, description="a live session ends after this, whoever is in it; 0 for never"
    )
    remind_before_seconds: int = Field(
        3600,
        ge=0,
        description="so long before the start reminders are sent (with SMTP_URL); 0 for none",
    )
    observers: bool = Field(
        False, description="admins may watch sessions unseen; the session's log and its moderators say so"
    )
    stage_limit: int = Field(20, ge=1, description="viewers on stage at once, in one session")
    host_grace_seconds: int = Field(
        120,
        ge=1,
        description="a session without host for so long gets its longest-present co-host as one",
    )
    late_after_minutes: float = Field(
        5.0, ge=0, description="who comes so much after the start is late in the attendance"
    )
    left_early_minutes: float = Field(
        5.0, ge=0, description="who goes so much before the end left early in the attendance"
    )
    keep_chat_days: int = Field(
        0, ge=0, description="chats are removed so many days after a session's end; 0: never"
    )
    keep_attendance_days: int = Field(
        0, ge=0, description="who was there is removed so many days after a session's end; 0: never"
    )
    keep_recordings_days: int = Field(
        0, ge=0, description="recordings are removed so many days after a session's end; 0: never"
    )
    keep_sessions_days: int = Field(
        0, ge=0, description="sessions are removed with everything so many days after their end; 0: never"
    )
    keep_logs_days: int = Field(
        30, ge=1, description="days that the media server's events and deliveries of webhooks are kept"
    )
    recordings_at_once: int = Field(
        0, ge=0, description="sessions recorded at the same time; 0: one for each two processors"
    )
    recording_reserve_bytes: int = Field(
        1_000_000_000,
        ge=1_000_000,
        description="disk space to be free before a recording starts; it stops at half of that",
    )
    recording_quota_bytes: int = Field(
        0, ge=0, description="space that the recordings of one host may take up; 0: no limit"
    )
    s3_bucket: str = Field(
        "", description="S3 bucket that finished recordings are moved to; none: they stay in the data folder"
    )
    s3_endpoint: str = Field(
        "", description="address of an S3 storage that is not Amazon's, for example https://s3.example.org"
    )
    s3_region: str = Field("us-east-1", description="region of the S3 bucket")
    s3_access_key: str = Field("", description="name of the key to the S3 bucket")
    s3_secret_key: str = Field("", description="secret of the key to the S3 bucket")
    s3_prefix: str = Field("", max_length=200, description="folder inside the S3 bucket; none: its top")
    recorder: Literal["local", "egress"] = Field(
        "local", description="local: our own process records; egress: LiveKit Egress, which is yours to run"
    )
    egress_folder: str = Field(
        "",
        description="where LiveKit Egress sees our folder `recordings`; default: under the same path as we",
    )
    cleanup_hour: int = Field(3, ge=0, le=23, description="hour (UTC) of the nightly removal")
    webhooks_to_private_networks: bool = Field(
        False, description="webhooks may go to this machine and to private networks"
    )
    reconcile_seconds: float = Field(20.0, gt=0, description="how often sessions and rooms are compared")
    arrivals_per_session: int = Field(
        500, ge=0, description="hidden connections before Join; 0 turns them off"
    )

    @field_validator("allowed_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(p.strip() for p in value.split(",") if p.strip()) if isinstance(value, str) else value

    @field_validator(
        "public_url",
        "livekit_server_url",
        "livekit_public_url",
        "livekit_download_url",
        "oidc_issuer",
        "s3_endpoint",
    )
    @classmethod
    def _address(cls, value: str, info: ValidationInfo) -> str:
        parts, of_livekit = urlsplit(value), info.field_name in {"livekit_server_url", "livekit_public_url"}
        schemes = {"http", "https", *(("ws", "wss") if of_livekit else ())}
        if value and (parts.scheme not in schemes or not parts.hostname):
            raise ValueError("expected an address such as https://live.example.org")
        if info.field_name == "public_url" and parts.path.strip("/"):
            raise ValueError("expected an address without a path, such as https://live.example.org")
        return value.rstrip("/")

    @field_validator("allowed_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(map(is_origin, value)):
            raise ValueError("expected addresses such as https://live.example.org, commas between them")
        return value

    @field_validator("host")
    @classmethod
    def _host(cls, value: str) -> str:
        if not is_host(value):
            raise ValueError("expected an address of this machine such as 0.0.0.0, without a port")
        return value

    @field_validator("livekit_node_ip")
    @classmethod
    def _node_ip(cls, value: str) -> str:
        if value and not is_ip(value):
            raise ValueError("expected an IP address such as 203.0.113.7")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and not is_database(value):
            raise ValueError("expected postgresql://user:password@host/name or sqlite:///file")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://")):
            raise ValueError("expected redis://host:6379/0")
        return value

    @field_validator("egress_folder")
    @classmethod
    def _whole_path(cls, value: str) -> str:
        if value and not value.startswith("/"):
            raise ValueError("expected a path that begins with /")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
            raise ValueError("expected smtp://user:password@host:port")
        return value

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        if self.livekit_server_url and not (self.livekit_api_key and self.livekit_api_secret):
            raise ValueError("LIVEKIT_SERVER_URL needs LIVEKIT_API_KEY and LIVEKIT_API_SECRET")
        if self.smtp_url and not self.mail_from:
            raise ValueError("SMTP_URL needs MAIL_FROM")
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("OIDC_ISSUER needs OIDC_CLIENT_ID")
        if self.s3_bucket and not (self.s3_access_key and self.s3_secret_key):
            raise ValueError("S3_BUCKET needs S3_ACCESS_KEY and S3_SECRET_KEY")
        for name in ("s3_endpoint", "s3_access_key", "s3_secret_key", "s3_prefix"):
            if getattr(self, name) and not self.s3_bucket:
                raise ValueError(f"{name.upper()} needs S3_BUCKET")
        if self.recorder == "egress" and not self.livekit_server_url:
            raise ValueError("RECORDER=egress needs LIVEKIT_SERVER_URL: our own media server knows no Egress")
        if self.egress_folder and self.recorder != "egress":
            raise ValueError("EGRESS_FOLDER needs RECORDER=egress")
        return self

    @field_validator("livekit_api_secret")
    @classmethod
    def _long_secret(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("expected 32 characters or more")
        return value

    @property
    def data_dir(self) -> Path:
        return self.donfra_data_dir.absolute()

    @property
    def origins(self) -> tuple[str, ...]:
        """Origins whose pages may call us: scheme://host[:port], no slash at the end."""
        if self.allowed_origins:
            return tuple(o.rstrip("/") for o in self.allowed_origins)
        hosts = ["localhost", "127.0.0.1", *([] if self.is_local else [self.address_for_others])]
        own = [f"http://{host}:{port}" for port in (self.port, self.pages_port) for host in hosts]
        return (*own, self.public_url) if self.public_url else tuple(own)

    @property
    def address_for_others(self) -> str:
        """Under which other machines reach us when HOST is not loopback, as it stands in a URL."""
        return host_in_url(lan_address() if self.host in EVERYWHERE else self.host)

    @property
    def creators(self) -> str:
        """anyone, members or admins. PUBLIC_URL tells of a proxy that lets others in to loopback."""
        public_host = urlsplit(self.public_url).hostname or "localhost"
        is_private = self.is_local and public_host in LOOPBACK
        return self.who_may_create or ("anyone" if is_private else "members")

    def own_address(self, port: int) -> str:
        """Where people find us, for links that are printed or sent; never what a request claims."""
        host = "localhost" if self.is_local else self.address_for_others
        return self.public_url or f"http://{host}:{port}"

    def ways_in(self, port: int) -> tuple[str, str]:
        """http://host:port past any proxy: for who sits at this machine, and for others; "" for none.

        A login holds at the one of them at which it was made.
        """
        others = "" if self.is_local else self.address_for_others
        here = "localhost" if self.is_local or self.host in EVERYWHERE else ""
        if here and others in LOOPBACK:  # there is no network
            others = ""
        return f"http://{here}:{port}" if here else "", f"http://{others}:{port}" if others else ""

    @property
    def is_local(self) -> bool:
        """Only this machine can reach the app."""
        return self.host in LOOPBACK


class WrongSettings(SystemExit):
    """Ends the start with one line per wrong variable."""


# In the names of variables whose values hold, or may hold, a secret.
_SECRET = ("SECRET", "SMTP", "ACCESS_KEY", "DATABASE", "REDIS")


def explain(error: ValidationError) -> str:
    """One line per wrong variable: name, what was expected, what was given; secrets are not repeated."""
    lines = []
    for e in error.errors():
        name = str(e["loc"][0]).upper() if e["loc"] else "settings"
        hidden = not e["loc"] or any(word in name for word in _SECRET)
        lines.append(f"{name}: {e['msg']}" + ("" if hidden else f"; given: {e['input']!r}"))
    return "Wrong settings, see docs/configuration.md:\n  " + "\n  ".join(lines)


@functools.cache
def get_settings() -> Settings:
    """The settings of this process.

    Raises:
        WrongSettings: a variable has a value that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise WrongSettings(explain(error)) from None
