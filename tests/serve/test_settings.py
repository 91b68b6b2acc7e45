"""What does not go together is refused before anything listens."""

from __future__ import annotations

from typing import Any

import pytest

from fsm.serve.settings import Settings
from fsm.serve.tokens import tokens
from tests.serve.conftest import SECRET

TOKENS = tokens(f"all read {'a' * 32}", "tokens")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "::1", "localhost"])
def test_this_machine_needs_no_tokens(host: str) -> None:
    assert Settings(host=host).tokens == ()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "", "example.org", "127.0.0.1.example.org"])
def test_beyond_this_machine_it_takes_tokens(host: str) -> None:
    with pytest.raises(ValueError, match="is beyond this machine, and there are no tokens"):
        Settings(host=host)
    assert Settings(host=host, tokens=TOKENS).host == host


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"webhook": "ftp://example.org", "secrets": [SECRET]}, "webhook: 'ftp://example.org' is not accepted"),
        ({"webhook": "https://", "secrets": [SECRET]}, "webhook: 'https://' is not accepted"),
        ({"webhook": "https://a:x", "secrets": [SECRET]}, "is not accepted"),
        ({"webhook": "https://a/\n", "secrets": [SECRET]}, "is not accepted"),
        ({"webhook": "https://example.org"}, "webhook: there is no secret to sign with"),
        ({"webhook": "https://example.org", "secrets": ["x"]}, "secret: it is not accepted"),
        ({"secrets": [SECRET]}, "webhook: there is a secret and no address"),
    ],
)
def test_a_webhook_has_an_address_and_a_secret(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Settings(**given)
    assert Settings(webhook="https://example.org/x", secrets=[SECRET]).webhook
