"""How a service is set: where it listens, who may ask, and how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from fsm.notation.echo import echo
from fsm.serve.gate import local
from fsm.serve.tokens import Token
from fsm.serve.webhooks import key

PORT = 8040
RATE = 1_000
"""Requests a second that a caller may make, unless it is said otherwise."""
STREAMS = 12_000
"""Streams that may be open at once, unless it is said otherwise."""
LIFE = 3_600.0
"""Seconds that a stream lasts, unless it is said otherwise."""
CONVERSATIONS = 1_000_000
"""Conversations there may be, unless it is said otherwise."""
WORKERS = 4
"""How many deliver effects at once, unless it is said otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a service is set.

    Args:
        host: the address to listen on. Beyond this machine it takes tokens.
        port: the port; 0 is any that is free.
        tokens: who may ask for what.
        webhook: where effects are posted to; none where whoever fires reads them in the answer.
        secrets: what deliveries are signed with: one, or two while one is replaced.
        rate: requests a second that a caller may make, by token or address; 0 is any number.
        streams: streams that may be open at once.
        life: seconds that a stream lasts.
        conversations: conversations there may be.
        workers: how many deliver effects at once.

    Raises:
        ValueError: they are not accepted, or do not go together.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    tokens: Sequence[Token] = ()
    webhook: str | None = None
    secrets: Sequence[str] = ()
    rate: float = RATE
    streams: int = STREAMS
    life: float = LIFE
    conversations: int = CONVERSATIONS
    workers: int = WORKERS

    def __post_init__(self) -> None:
        if not self.tokens and not local(self.host):
            raise ValueError(
                f"host: {echo(self.host)} is beyond this machine, and there are no tokens; "
                "give tokens, or listen on 127.0.0.1"
            )
        if self.webhook is None:
            if self.secrets:
                raise ValueError("webhook: there is a secret and no address; give both, or neither")
        else:
            self._check_webhook(self.webhook)
        for secret in self.secrets:
            key(secret)

    def _check_webhook(self, address: str) -> None:
        try:
            parts = urlsplit(address)
            fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            fits = False
        if not fits or not address.isprintable():
            raise ValueError(f"webhook: {echo(address)} is not accepted; give an address that begins with https://")
        if not self.secrets:
            raise ValueError("webhook: there is no secret to sign with; give one, or two while one is replaced")
