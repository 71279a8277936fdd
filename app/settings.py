"""What the environment says of this installation: read once, at the edge, and handed down."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The TRAVAUX_... variables, checked; without a database_url, SQLite under `data`."""

    model_config = SettingsConfigDict(env_prefix="TRAVAUX_", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    data: Path = Path("data")
    database_url: str = ""
    public_url: str = ""
    processes: int = Field(default=1, ge=1, le=64)
    forwarded_allow_ips: str = "127.0.0.1"
    accept_loss: Literal["", "acknowledged edits may be lost"] = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_from: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.database_url:
            url = f"sqlite:///{(self.data / 'travaux.sqlite3').as_posix()}"
            object.__setattr__(self, "database_url", url)
        if self.database_url.startswith(("postgres://", "postgresql://")):
            plain = self.database_url.split("://", 1)[1]
            object.__setattr__(self, "database_url", f"postgresql+psycopg://{plain}")
        if not self.public_url:
            # A server that listens everywhere is still opened by one address.
            host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
            object.__setattr__(self, "public_url", f"http://{host}:{self.port}")
        object.__setattr__(self, "public_url", self.public_url.rstrip("/"))
        return self
