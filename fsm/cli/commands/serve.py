"""The service."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from fsm.cli.ask.options import command
from fsm.cli.ending import InputError, named
from fsm.cli.show.screen import raw
from fsm.notation.echo import echo

TOKENS, SECRET, DATABASE = "FSM_TOKENS", "FSM_WEBHOOK_SECRET", "FSM_DATABASE"
"""Variables of the environment that are read where the option is not given."""


@command
def serve(
    database: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help=f"Such as postgresql+psycopg://user@server/name. Default: {DATABASE}, or sqlite:///fsm.db.",
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; beyond this machine it takes tokens.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="PORT", help="0 is any that is free.")] = 8040,
    tokens: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"A line for each: NAME SCOPES TOKEN. Default: what {TOKENS} holds."),
    ] = None,
    webhook: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help=f"Where effects are posted to, signed with what {SECRET} holds."),
    ] = None,
    rate: Annotated[
        int, typer.Option(metavar="N", min=0, help="Requests a second for a token or address; 0: any.")
    ] = 1_000,
    streams: Annotated[int, typer.Option(metavar="N", min=1, help="Streams that may be open at once.")] = 12_000,
    stream_life: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.01, help="How long a stream lasts before its reader comes again.")
    ] = 3_600.0,
    conversations: Annotated[int, typer.Option(metavar="N", min=1, help="Conversations there may be.")] = 1_000_000,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="How many deliver effects at once.")] = 4,
    openapi: Annotated[bool, typer.Option("--openapi", help="Print the description of the service, and end.")] = False,
) -> None:
    """Keep conversations and serve them over HTTP.

    Events, refusals with their rules, live streams, webhooks. It needs the extra serve. A token's scopes are read,
    write and admin, with commas between; a line that begins with # is passed over. The secret is whsec_ and base64;
    two, with a space between, while one is replaced by the other.

    GET /openapi.json describes all of it.
    """
    try:
        from sqlalchemy.exc import SQLAlchemyError

        from fsm.hosts.sql.migrate import SchemaError
        from fsm.serve import server, store
        from fsm.serve.app import description
        from fsm.serve.settings import Settings
        from fsm.serve.tokens import tokens as read
    except ImportError as error:
        needed = error.name or f"what is missing: {error}"
        raise InputError(f"serve: it needs {needed}; pip install 'interop-fsm[serve]'") from None
    if openapi:
        raw(description())
        return
    address = database or os.environ.get(DATABASE) or "sqlite:///fsm.db"
    try:
        text, where = _text(tokens)
        settings = Settings(
            host=host,
            port=port,
            tokens=read(text, where) if text else (),
            webhook=webhook,
            secrets=os.environ.get(SECRET, "").split() if webhook else (),
            rate=rate,
            streams=streams,
            life=stream_life,
            conversations=conversations,
            workers=workers,
        )
        kept = store.opened(address)
    except (ValueError, SchemaError) as error:
        raise InputError(str(error)) from None
    except SQLAlchemyError as error:
        raise InputError(f"--database: it cannot be opened: {getattr(error, 'orig', None) or error}") from None
    try:
        with kept:
            server.serve(kept, settings, typer.echo)
    except OSError as error:
        raise InputError(f"--host: {echo(host)}, port {port}: {error.strerror}; listen elsewhere") from None


def _text(tokens: Path | None) -> tuple[str, str]:
    """The lines that tokens stand in, and what they are called."""
    if tokens is None:
        return os.environ.get(TOKENS, ""), TOKENS
    try:
        return tokens.read_text(encoding="utf-8"), named(tokens)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"--tokens: {named(tokens)}: {getattr(error, 'strerror', None) or 'it is no text'}; give a file of tokens"
        ) from None
