"""The service: its resources, and how each is asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse

import fsm
from fsm.engine import known
from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import Refused
from fsm.hosts.host import LONGEST_NAME, AlreadyOpen, Host, KeyReused, NoConversation, pairing_json, refusal_json
from fsm.notation.echo import echo
from fsm.readers.jsontext import GivenTwice, decode, once
from fsm.serve import bodies
from fsm.serve.delivery import Webhook, Workers
from fsm.serve.desk import Desk
from fsm.serve.examples import examples
from fsm.serve.gate import Gate
from fsm.serve.problems import MEDIA_TYPE, Trouble, answer, described
from fsm.serve.settings import Settings
from fsm.serve.streams import Stream
from fsm.serve.webhooks import key
from fsm.spec.routing import presence as shown_presence
from fsm.spec.routing import route as routed

GRACE = 20.0
"""Seconds that workers have to finish what they are doing when the service stops."""
MOST_LINES = 1_000
"""Lines of history that are answered at once."""
KEY = "Idempotency-Key"
T = TypeVar("T")
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
DESCRIPTION = """Conversations between Teams and Skype for Business users, kept and run by the service.

Open a conversation, fire events at it, and carry out the effects that come back: read them in the answer, in the
stream, or have them posted to a webhook. Whatever is written carries an `Idempotency-Key` of yours: the same key with
the same request gives the first answer again, so that a request without an answer can be repeated safely.

An event that answers an effect names the step that asked for it, `of`. Where nothing waits for it any more it is stale,
and refused as such.
"""


STREAM = "/v1/conversations/{conversation}/stream"
EVENT = {
    "type": "object",
    "required": ["id", "event", "data"],
    "properties": {
        "id": {"type": "string"},
        "event": {"const": "step"},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/Line"},
        },
    },
}
"""An event of a stream, as a description has it."""


class Parsed(Request):
    """A request whose body is read already."""

    value: Any = None

    async def json(self) -> Any:
        """What the body says."""
        return self.value


class Route(APIRoute):
    """A route that takes a token of its scope, and passes over nothing that is sent."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """What handles a request."""
        handle = super().get_route_handler()
        scopes = {scope for each in (self.openapi_extra or {}).get("security", ()) for scope in each["bearer"]}
        queries = {each.alias for each in self.dependant.query_params}
        headers = [each.alias for each in self.dependant.header_params]

        async def handler(request: Request) -> Response:
            token = request.scope.get("fsm.token")
            if token is not None and not scopes <= token.scopes:
                raise Trouble(
                    "wrong-scope",
                    f"the token {token.name} is for {', '.join(sorted(token.scopes))}; {', '.join(scopes)} is needed",
                )
            for name, _ in request.query_params.multi_items():
                if name not in queries:
                    raise Trouble(
                        "not-understood", f"query: {echo(name)} is not known; use {', '.join(queries) or 'none'}"
                    )
                if len(request.query_params.getlist(name)) > 1:
                    raise Trouble("not-understood", f"query: {echo(name)} is given twice; give it once")
            for name in headers:
                if len(request.headers.getlist(name)) > 1:
                    raise Trouble("not-understood", f"{name}: it is given twice; give it once")
            parsed = Parsed(request.scope, request.receive)
            if self.body_field is not None:
                parsed.value = _json(await parsed.body(), request.headers.get("content-type", ""))
            return await handle(parsed)

        return handler


def _json(body: bytes, said: str) -> Any:
    """What a body says.

    Raises:
        Trouble: it is no JSON, or has a key twice in one object, or is not said to be JSON.
    """
    if said.partition(";")[0].strip().lower() != "application/json":
        raise Trouble("no-json", f"Content-Type: {echo(said)} is not accepted; send application/json")
    try:
        value = decode(body)
        once(body, value)
    except GivenTwice as error:
        raise Trouble("not-understood", f"body: {error}") from None
    except RecursionError:
        raise Trouble("not-understood", "body: it is nested too deeply") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Trouble("not-understood", f"body: {error}; give one JSON value in UTF-8") from None
    return value


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


TheDesk = Annotated[Desk, Depends(_desk)]
Name = Annotated[str, Path(min_length=1, max_length=LONGEST_NAME, description="The id of the conversation.")]
Key = Annotated[
    str,
    Header(
        alias=KEY,
        min_length=1,
        max_length=LONGEST_NAME,
        description="Names this request: the same key with the same request gives the first answer again.",
    ),
]
WRITES = ("not-understood", "too-slow", "too-long", "no-json", "not-accepted", "key-reused")
ALWAYS = ("no-token", "wrong-scope", "wrong-host", "too-often", "fault", "busy", "no-store")
ANYBODY = ("wrong-host", "too-often", "fault", "busy")
READS = ("not-understood", "too-slow", "too-long", "no-json", "not-accepted")
OF_ONE = ("not-understood", "no-conversation", "not-accepted")

router = APIRouter(route_class=Route)


class Answer(JSONResponse):
    """An answer in JSON. Its model describes it; that it is as described is tested, not checked each time."""

    def render(self, content: Any) -> bytes:
        """The content as JSON."""
        return msgspec.json.encode(content)


def _made(make: Callable[[BaseModel], T], given: BaseModel) -> T:
    """What was sent, as the specification has it.

    Raises:
        Trouble: its facts contradict each other.
    """
    try:
        return make(given)
    except ValueError as error:
        raise Trouble("not-accepted", str(error)) from None


def asks(
    path: str, scope: str, model: Any, *kinds: str, method: str = "GET", status: int = 200, tag: str = "conversations"
) -> Callable[[Endpoint], Endpoint]:
    """A route of the service: its path, the scope that it takes, what it answers, and the problems it may come to."""
    return router.api_route(
        path,
        methods=[method],
        status_code=status,
        response_model=model,
        response_class=Answer,
        response_description=str(model.__doc__).partition("\n")[0],
        responses=described(*kinds, *ALWAYS),
        openapi_extra={"security": [{"bearer": [scope]}]},
        tags=[tag],
    )


@asks("/v1/conversations", "write", bodies.Step, *WRITES, "already-open", "full", method="POST", status=201)
async def open_conversation(body: bodies.Opened, key: Key, desk: TheDesk, request: Request) -> Response:
    """Open a conversation between two people: step 0."""
    pairing = _made(bodies.pairing_of, body.pairing)
    await desk.room(body.conversation)
    done = await desk.step(desk.host.open, body.conversation, pairing, key=key, headers=request.headers.items())
    return Answer(done.to_json(), 201, {"location": f"/v1/conversations/{quote(done.conversation, safe='')}"})


@asks("/v1/conversations/{conversation}", "read", bodies.Talk, *OF_ONE)
async def read_conversation(conversation: Name, desk: TheDesk) -> Response:
    """A conversation as it stands: the two, and the state of each lifecycle."""
    talk = await desk.ask(desk.host.read, conversation)
    return Answer(
        {
            "conversation": conversation,
            "pairing": pairing_json(talk.pairing),
            "state": talk.state,
            "owners": talk.owners,
            "openers": talk.openers,
        }
    )


@asks("/v1/conversations/{conversation}/events", "write", bodies.Step, *WRITES, *OF_ONE, "refused", method="POST")
async def fire_event(conversation: Name, body: bodies.Fired, key: Key, desk: TheDesk, request: Request) -> Response:
    """Fire an event. Refused, it changes nothing, and the answer says by which rule and what to do instead."""
    event, by = known.event(body.event), known.party(body.by)
    headers = request.headers.items()
    done = await desk.step(desk.host.fire, conversation, event, by, key=key, of=body.of, headers=headers)
    return Answer(done.to_json())


@asks("/v1/conversations/{conversation}/pairing", "write", bodies.Step, *WRITES, *OF_ONE, method="PUT")
async def change_pairing(
    conversation: Name, body: bodies.Pairing, key: Key, desk: TheDesk, request: Request
) -> Response:
    """Go on under a new pairing: a mode, a policy or a client has changed."""
    headers = request.headers.items()
    done = await desk.step(desk.host.change, conversation, _made(bodies.pairing_of, body), key=key, headers=headers)
    return Answer(done.to_json())


@asks("/v1/conversations/{conversation}/why-not", "read", bodies.WhyNot, *OF_ONE)
async def why_not(
    conversation: Name,
    event: Annotated[bodies.AskedEvent, Query()],
    by: Annotated[bodies.AskedParty, Query()],
    desk: TheDesk,
) -> Response:
    """Whether an event would be accepted now, and if not, why. It fires nothing."""
    talk = await desk.ask(desk.host.read, conversation)
    refusal = talk.why_not(known.event(event), known.party(by))
    return Answer({"possible": refusal is None, "refusal": refusal and refusal_json(refusal)})


@asks("/v1/conversations/{conversation}/available", "read", bodies.Available, *OF_ONE)
async def available(conversation: Name, desk: TheDesk) -> Response:
    """Every event that is possible now, and who may fire it."""
    talk = await desk.ask(desk.host.read, conversation)
    return Answer({"ways": [way._asdict() for way in talk.available()]})


@asks("/v1/conversations/{conversation}/awaited", "read", bodies.AwaitedEvents, *OF_ONE)
async def awaited(conversation: Name, desk: TheDesk) -> Response:
    """The events that something waits for: answers to effects, and timers."""
    found = await desk.ask(desk.host.awaited, conversation)
    return Answer({"awaited": [asdict(each) for each in found]})


@asks("/v1/conversations/{conversation}/history", "read", bodies.History, *OF_ONE)
async def history(
    conversation: Name,
    desk: TheDesk,
    start: Annotated[int, Query(ge=0, le=bodies.LARGEST, description="The first line, counted from 0.")] = 0,
    most: Annotated[int, Query(ge=1, le=MOST_LINES, description="How many lines.")] = 100,
) -> Response:
    """What was asked of a conversation and what came of it, refusals too, in order."""
    lines = await desk.ask(desk.host.history, conversation)
    end = start + most
    shown = [line.to_json() for line in lines[start:end]]
    return Answer({"lines": shown, "next": end if end < len(lines) else None})


@asks("/v1/conversations/{conversation}/presence", "read", bodies.Presence, *OF_ONE)
async def presence_in(conversation: Name, of: Annotated[bodies.AskedOfTwo, Query()], desk: TheDesk) -> Response:
    """The platform whose presence one of the two shows to the other."""
    talk = await desk.ask(desk.host.read, conversation)
    return Answer({"platform": talk.presence(of)})


@router.get(
    STREAM,
    status_code=200,
    response_class=Stream,
    responses={
        200: {"model": bodies.Line, "description": "The steps, as they come: `id` is the number, `data` the line."},
        **described(*OF_ONE, *ALWAYS),
    },
    openapi_extra={"security": [{"bearer": ["read"]}]},
    tags=["conversations"],
)
async def stream(
    conversation: Name,
    desk: TheDesk,
    last: Annotated[
        int,
        Header(alias="Last-Event-ID", ge=-1, le=bodies.LARGEST, description="The step that was had last; -1: none."),
    ] = -1,
) -> Response:
    """Every step of a conversation, from the first or after the last one had, as server-sent events."""
    return await desk.streams.follow(conversation, last)


@asks("/v1/route", "read", bodies.Route, *READS, method="POST", tag="people")
async def route(body: bodies.Pairing) -> Response:
    """Where a new conversation between two people lands, or why it is impossible."""
    landed = routed(_made(bodies.pairing_of, body))
    return Answer(landed._asdict() | {"refusal": landed.refusal and landed.refusal._asdict()})


@asks("/v1/presence", "read", bodies.Presence, *READS, method="POST", tag="people")
async def presence(body: bodies.PresenceAsked) -> Response:
    """The platform whose presence a user shows to whoever looks from a platform."""
    publisher = _made(bodies.participant_of, body.publisher)
    return Answer({"platform": shown_presence(publisher, body.watcher_on, body.scope)})


@asks("/v1/stuck", "admin", bodies.StuckEffects, tag="operation")
async def stuck(desk: TheDesk) -> Response:
    """The conversations whose effects could not be delivered, and wait for somebody to see to it."""
    found = await desk.ask(desk.host.stuck)
    return Answer(
        {
            "stuck": [
                {
                    "conversation": each.effect.conversation,
                    "seq": each.effect.seq,
                    "effect": bodies.effect(each.effect),
                    "attempts": each.attempts,
                    "error": each.error,
                }
                for each in found
            ]
        }
    )


@asks("/v1/conversations/{conversation}/retry", "admin", bodies.Retried, *OF_ONE, method="POST", tag="operation")
async def retry(conversation: Name, desk: TheDesk) -> Response:
    """Try what could not be delivered anew, at once."""
    found = await desk.ask(desk.host.retry, conversation)
    desk.wake()
    return Answer({"retried": found})


@router.get("/health", status_code=200, response_model=bodies.Health, responses=described(*ANYBODY), tags=["operation"])
async def health() -> Response:
    """That the service runs. It takes no token."""
    return Answer({"status": "ok", "version": fsm.__version__, "specification": fingerprint()})


@router.get(
    "/ready",
    status_code=200,
    response_model=bodies.Health,
    responses=described(*ANYBODY, "no-store"),
    tags=["operation"],
)
async def ready(desk: TheDesk) -> Response:
    """That the service can answer: the database does, and it is not being stopped. It takes no token."""
    with suppress(NoConversation):
        await desk.ask(desk.host.awaited, "ready")
    if desk.streams.stopped:
        raise Trouble("busy", "the service is being stopped")
    return await health()


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={
        200: {"description": "Counters and times, as Prometheus reads them."},
        **described(*ALWAYS),
    },
    openapi_extra={"security": [{"bearer": ["admin"]}]},
    tags=["operation"],
)
async def metrics(desk: TheDesk) -> Response:
    """What is counted: requests, steps, refusals by rule, effects, streams."""
    return PlainTextResponse(desk.measures.page(), media_type=CONTENT_TYPE_LATEST)


class Service(FastAPI):
    """The service, and how it describes itself.

    Args:
        lifespan: what is done around its life.
    """

    def __init__(self, lifespan: Any = None) -> None:
        super().__init__(
            title="interop-fsm",
            version=fsm.__version__,
            description=DESCRIPTION,
            lifespan=lifespan,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,
            separate_input_output_schemas=False,
        )
        self.router.routes += router.routes  # as they are: included, each would be looked for twice

    def openapi(self) -> dict[str, Any]:
        """The description of the service, in OpenAPI, with examples."""
        if self.openapi_schema is None:
            self.openapi_schema = _described(super().openapi())
        return self.openapi_schema


def description() -> bytes:
    """The description of the service, as everybody's is, whatever is kept where."""
    return json.dumps(Service().openapi(), indent=1, ensure_ascii=False).encode() + b"\n"


def _described(found: dict[str, Any]) -> dict[str, Any]:
    """A description with examples, and with problems as what they are."""
    shown = examples()
    schemas = found["components"]["schemas"]
    for name, schema in schemas.items():
        if name in shown:
            schema["examples"] = [shown[name]]
    found["paths"][STREAM]["get"]["responses"]["200"]["content"] = {Stream.media_type: {"itemSchema": EVENT}}
    found["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "A token, with scopes: read, write, admin."}
    }
    for operations in found["paths"].values():
        for operation in operations.values():
            for status, said in operation["responses"].items():
                if int(status) >= 400:
                    said["content"] = {MEDIA_TYPE: next(iter(said["content"].values()))}
    return found


def service(host: Host, settings: Settings, *, count: Callable[[], int] | None = None) -> Service:
    """The service that stands on a host.

    Args:
        host: what keeps the conversations.
        settings: how it is set.
        count: how many conversations there are; default: nobody counts, and there may be any number.
    """
    desk = Desk(host, streams=settings.streams, life=settings.life, most=settings.conversations, count=count)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        webhook = Webhook(settings.webhook, [key(each) for each in settings.secrets]) if settings.webhook else None
        post = webhook.post if webhook else None
        workers = Workers(host, post, desk.streams.told, desk.measures, settings.workers)
        desk.wake = workers.wake
        working, keeping = asyncio.create_task(workers.run()), asyncio.create_task(desk.streams.keep())
        try:
            yield
        finally:
            desk.streams.stop()
            workers.stop()
            keeping.cancel()
            await asyncio.wait([working, keeping], timeout=GRACE)
            working.cancel()
            if webhook:
                await webhook.close()

    app = Service(lifespan)
    app.state.desk = desk
    for error in (HTTPException, RequestValidationError, Refused, Trouble, NoConversation, AlreadyOpen, KeyReused):
        app.add_exception_handler(error, _answered)
    app.add_middleware(Gate, measures=desk.measures, tokens=tuple(settings.tokens), rate=settings.rate)
    return app


async def _answered(request: Request, error: Exception) -> Response:
    """The answer to what a request came to."""
    found = answer(error)
    assert found is not None, error
    return found
