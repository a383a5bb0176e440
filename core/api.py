"""The API object, its authentication, the types of its schemas, and its error handlers.

Every error is answered as JSON in one envelope. Names are camelCase in requests and responses, and snake_case in all
other code: only this module turns one into the other, also in the errors that services raise.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, TypeVar

import pydantic
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.core.exceptions import ValidationError as InvalidValue
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import RawPostDataException
from ninja import NinjaAPI, Router, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.utils import check_csrf
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictBool,
    StrictInt,
    StringConstraints,
)
from pydantic.alias_generators import to_camel

from core.access import public
from core.bearers import Bearer, bearer_of, secret_of
from core.characters import REFUSAL as CHARACTER_REFUSAL
from core.characters import forbidden_at
from core.dates import REFUSAL as DATE_REFUSAL
from core.dates import is_in_range
from core.errors import Refusal, Refused
from core.limits import Limit
from core.links import LONGEST, parse_link
from core.names import IS_EMPTY, tidy, validate_name
from core.outages import refusal_of_database
from core.requests import client_address
from core.scopes import Scope, default_for, is_allowed, needed_by
from core.views.errors import refusal_response

logger = logging.getLogger(__name__)
BAD_TOKEN = "This token does not work. It is unknown, has expired or was revoked."  # noqa: S105  (a sentence)
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
BY_STATUS = {refusal.status: refusal for refusal in reversed(Refusal)}
IN_NINJA_ONLY = frozenset({"body", "payload", "query", "filters"})
DEEPEST = 20  # lists and objects inside each other; no operation takes more than five
AnyDate = TypeVar("AnyDate", bound=date)
AnySchema = TypeVar("AnySchema", bound=Schema)
Operated = TypeVar("Operated", bound=Callable[..., Any])


class Out(BaseModel):
    """Base of response schemas: snake_case in Python, camelCase in JSON.

    It is a plain pydantic model, because ninja's `Schema` looks up each field as a template would, which takes longer
    than everything else in a response.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class In(Schema):
    """Base of request schemas: takes camelCase names only and refuses unknown ones."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False, extra="forbid", strict=False)


def _exact(value: object) -> object:
    """Returns an amount as text; takes a JSON string or number and refuses everything else, booleans too."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError('Send an amount as a string, such as "75.00".')
    return str(value)


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("Send an instant with its offset, such as 2026-05-04T10:00:00+02:00.")
    return _in_range(value)


def _one_line(text: str) -> str:
    if any(character in text for character in "\t\n\r"):
        raise ValueError("Send this on one line, without line breaks.")
    return text


def _in_range(value: AnyDate) -> AnyDate:
    if not is_in_range(value):
        raise ValueError(DATE_REFUSAL)
    return value


def json_body(request: HttpRequest) -> Any:
    """Returns the parsed body. Raises BadBody: 400 where it is not JSON, 422 where a text in it cannot be saved."""
    try:
        value = json.loads(request.body)
        place = forbidden_at(value, DEEPEST)
    except (ValueError, RecursionError, RawPostDataException):
        raise BadBody(Refusal.BAD_REQUEST) from None
    if place is not None:
        raise BadBody(Refusal.INVALID, fields={place: [CHARACTER_REFUSAL]})
    return value


class BadBody(Refused):
    """A body that cannot be used. Its `fields` are the names that were sent, which no operation has to know."""


def parsed(request: HttpRequest, schema: type[AnySchema]) -> AnySchema:
    """Returns the body as `schema`, for an operation that has to check something else before the body is parsed."""
    return validated(schema, json_body(request))


def validated(schema: type[AnySchema], values: Any) -> AnySchema:
    """Returns the values as `schema`; they are refused as ninja refuses the body that an operation declares."""
    try:
        return schema.model_validate(values)
    except pydantic.ValidationError as error:
        raise BadBody(Refusal.INVALID, fields=_by_field((row["loc"], row["msg"]) for row in error.errors())) from None


class _Parser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return json_body(request)


def upper(value: object) -> object:
    """Returns text in upper case and other values unchanged, for enums that are accepted in any case."""
    return value.upper() if isinstance(value, str) else value


Amount = Annotated[Decimal, BeforeValidator(_exact)]
Instant = Annotated[datetime, AfterValidator(_aware)]
Day = Annotated[date, AfterValidator(_in_range)]
Whole = StrictInt
Truth = StrictBool
OneLine = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_one_line)]
Text = Annotated[OneLine, StringConstraints(min_length=1)]


def _tidied(text: str) -> str:
    if text and not tidy(text):
        raise ValueError(IS_EMPTY)
    return tidy(text)


def _name(text: str) -> str:
    try:
        validate_name(text)
    except InvalidValue as error:
        raise ValueError(error.message) from None
    return text


Line = Annotated[str, AfterValidator(_tidied)]
Name = Annotated[Text, AfterValidator(_name), AfterValidator(_tidied)]


def _link(text: str) -> str:
    return parse_link(text) if text.strip() else ""


# A link that other people click; an empty text for none.
Link = Annotated[str, StringConstraints(max_length=LONGEST), AfterValidator(_link)]


class SuccessBody(Out):
    """Base of all successful responses; subclasses add their own members."""

    success: bool = True


def anyone(request: HttpRequest) -> Any:
    """Authenticates an operation that is also open to anonymous callers; returns the person or an anonymous user.

    Refuses a bad token, a token without the needed scope, and an unsafe request by session without a CSRF token.
    """
    secret = secret_of(request)
    if secret is not None:
        bearer = bearer_of(secret)
        if bearer is None:
            raise Refused(Refusal.NOT_AUTHENTICATED, BAD_TOKEN)
        request.user = bearer.person
        _remember(request, bearer=bearer)
    elif request.user.is_authenticated and request.method in UNSAFE and check_csrf(request):
        # Browsers send the session cookie from any page, so it does not show that the person wanted this.
        raise Refused(Refusal.CSRF)
    _count(request)
    require_scope(request, getattr(request, "needed_scope", None) or default_for([request.method or ""]))
    return request.user if request.user.is_authenticated else _AnonymousCaller()


def signed_in(request: HttpRequest) -> Any:
    """Authenticates an operation that needs an account; returns the person."""
    person = anyone(request)
    if isinstance(person, _AnonymousCaller):
        raise Refused(Refusal.NOT_AUTHENTICATED)
    return person


def is_in_scope(request: HttpRequest, scope: Scope) -> bool:
    """Whether the request's token allows `scope`; a request without a token is not limited by scopes."""
    bearer: Bearer | None = getattr(request, "bearer", None)
    return bearer is None or is_allowed(bearer.scopes, scope)


def require_scope(request: HttpRequest, scope: Scope) -> None:
    """Refuses a request whose token does not allow `scope`."""
    if not is_in_scope(request, scope):
        sentence = f"This token lacks the scope “{scope}”. Create a new token on your account page."
        raise Refused(Refusal.SCOPE_REQUIRED, sentence, scope=scope.value)


def refuses_first(check: Callable[[HttpRequest, dict[str, Any]], object]) -> Callable[[Operated], Operated]:
    """Lets an operation refuse what its body names before the values that do not fit its schema.

    `check(request, body)` is called with a JSON object that does not fit, and may raise `Refused` or `Http404`: what does
    not exist, or needs an account, is answered like that whatever else the body contains.
    """

    def marked(operation: Operated) -> Operated:
        setattr(operation, "refuses_first", check)  # noqa: B010  (functions have no such attribute, as far as types know)
        return operation

    return marked


def _for_operation(view: Any, scope: Scope, check: Callable[[HttpRequest], Any], request: HttpRequest) -> Any:
    """Runs the authentication function `check` after noting on the request what its operation declares."""
    _remember(request, needed_scope=scope, refuses_first=getattr(view, "refuses_first", None))
    return check(request)


def _remember(request: HttpRequest, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(request, name, value)  # the type of requests has no such attributes


def _count(request: HttpRequest) -> None:
    """Counts the request against the limit per minute of the person, or of the network of an anonymous caller.

    `core.middleware.Refusals` writes the rate limit headers from `request.api_usage`.
    """
    limit = Limit("api", settings.LIMIT_REQUESTS_PER_MINUTE, timedelta(minutes=1))
    subject = str(request.user.pk) if request.user.is_authenticated else client_address(request)
    usage = limit.count(subject)
    setattr(request, "api_usage", usage)  # noqa: B010  (the type of requests has no such attribute)
    if usage and usage.is_exceeded:
        raise Refused(Refusal.RATE_LIMITED, retry_after=usage.seconds)


class _AnonymousCaller(AnonymousUser):
    """An anonymous caller. ninja refuses a request whose authentication returns a falsy value, so None cannot be used."""


class Api(NinjaAPI):
    """NinjaAPI that answers every error in our envelope and asks each operation's token for its scope."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parser=_Parser(), **options)
        handlers: dict[type[Exception], Any] = {
            Refused: _refused,
            BadBody: refusal_response,
            ValidationError: _invalid,
            AuthenticationError: _answer_with(Refusal.NOT_AUTHENTICATED),
            Http404: _answer_with(Refusal.NOT_FOUND),
            HttpError: _http_error,
            SuspiciousOperation: _answer_with(Refusal.BAD_REQUEST),
            RawPostDataException: _answer_with(Refusal.BAD_REQUEST),  # a form with files was sent instead of JSON
            Exception: _failed,
        }
        for kind, handler in handlers.items():
            self.add_exception_handler(kind, handler)

    def add_router(self, prefix: str, router: Router | str, **options: Any) -> None:
        """Adds a router whose operations check the scope of tokens and name it in the OpenAPI description."""
        assert isinstance(router, Router)
        for path_view in router.path_operations.values():
            for operation in path_view.operations:
                _require_token_scope(operation)
        super().add_router(prefix, router, **options)

    def create_response(self, request: HttpRequest, data: Any, *args: Any, **options: Any) -> HttpResponse:
        response: HttpResponse = super().create_response(request, data, *args, **options)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _require_token_scope(operation: Operation) -> None:
    scope = needed_by(operation.view_func, operation.methods)
    operation.auth_callbacks = [
        partial(_for_operation, operation.view_func, scope, check) for check in operation.auth_callbacks
    ]
    operation.openapi_extra = {**(operation.openapi_extra or {}), "x-token-scope": scope.value}
    description = f"A token needs the scope `{scope.value}`."
    operation.description = f"{operation.description}\n\n{description}" if operation.description else description


@public
def unknown(request: HttpRequest, path: str = "") -> HttpResponseBase:
    """Answers 404 as JSON for addresses under /api/ that no operation has."""
    return refusal_response(request, Refused(Refusal.NOT_FOUND))


def _answer_with(refusal: Refusal) -> Callable[[HttpRequest, Exception], HttpResponse]:
    return lambda request, error: refusal_response(request, Refused(refusal))


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, Refused):  # ninja wraps exceptions of the parser in an HttpError
        return refusal_response(request, error.__cause__)
    return refusal_response(request, Refused(BY_STATUS.get(error.status_code, Refusal.BAD_REQUEST)))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answers 422 with the problems by field name; 404 where an id in the path does not parse."""
    try:
        _refuse_first(request)
    except (Refused, Http404) as refused:
        return _refused(request, refused if isinstance(refused, Refused) else Refused(Refusal.NOT_FOUND))
    problems = []
    for problem in error.errors:
        source, *where = problem["loc"]
        if source == "path":
            return refusal_response(request, Refused(Refusal.NOT_FOUND))
        # ninja's location also names the body and the operation's parameter; clients know neither.
        problems.append(([part for part in where if part not in IN_NINJA_ONLY], problem["msg"]))
    return refusal_response(request, Refused(Refusal.INVALID, fields=_by_field(problems)))


def _refuse_first(request: HttpRequest) -> None:
    check = getattr(request, "refuses_first", None)
    if check is not None and isinstance(body := json_body(request), dict):
        check(request, body)


def _by_field(problems: Iterable[tuple[Iterable[str | int], str]]) -> dict[str, list[str]]:
    """Returns the messages of pydantic by the path of their field, such as `rules.0.start`."""
    fields: dict[str, list[str]] = {}
    for names, message in problems:
        fields.setdefault(".".join(map(str, names)) or "body", []).append(message.removeprefix("Value error, "))
    return fields


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answers what a service refuses. The names of its fields and details become camelCase."""
    fields, details = _in_camel_case(error.fields), _in_camel_case(error.details)
    wait = error.retry_after
    return refusal_response(request, Refused(error.refusal, error.sentence, fields=fields, retry_after=wait, **details))


def _in_camel_case(value: Any) -> Any:
    """Returns the value with the keys of all objects in it in camelCase; a key may be a path, such as `answers.1`."""
    if isinstance(value, dict):
        return {_camel(name): _in_camel_case(member) for name, member in value.items()}
    return [_in_camel_case(member) for member in value] if isinstance(value, list | tuple) else value


def _camel(path: str) -> str:
    # Only names with an underscore: `to_camel` would change the letters of an id.
    return ".".join(to_camel(name) if "_" in name else name for name in path.split("."))


@contextmanager
def renamed_fields(**names: str) -> Iterator[None]:
    """Renames the fields of what is refused inside it, for schemas with other names than the models:
    `renamed_fields(pathway="pathway_id")`. Of a path such as `answers.1`, the first name is looked up."""
    try:
        yield
    except Refused as error:
        if error.fields is not None:
            error.fields = {_renamed(path, names): messages for path, messages in error.fields.items()}
        raise


def _renamed(path: str, names: dict[str, str]) -> str:
    first, dot, rest = path.partition(".")
    return f"{names.get(first, first)}{dot}{rest}"


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    if (refused := refusal_of_database(error)) is not None:
        return refusal_response(request, refused)
    logger.error("unhandled error in the API", exc_info=error, extra={"path": request.path})
    return refusal_response(request, Refused(Refusal.FAILED))
