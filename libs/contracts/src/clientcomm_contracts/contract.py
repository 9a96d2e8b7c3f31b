"""What every message between services is: a frozen pydantic model with a name on the wire."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Generic, Self, TypeVar, cast
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError


class Unparsable(Exception):
    """A message that its contract does not accept; says which fields, never their values."""


class Contract(BaseModel):
    """A frozen model; strict when a publisher makes one, lenient when a consumer reads one."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def read(cls, body: bytes | str) -> Self:
        """Read a body off the wire; unknown fields are ignored. Raises Unparsable."""
        try:
            return cls.model_validate_json(body, extra="ignore")
        except ValidationError as error:
            places = ", ".join(".".join(map(str, e["loc"])) or "body" for e in error.errors())
            raise Unparsable(f"{cls.__name__}: {places}") from None

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Ids, numbers, states and times only: names, numbers and texts never reach a log."""
        for field, value in self.__dict__.items():
            if isinstance(value, UUID | int | float | Enum | datetime):
                yield field, value

    def write(self) -> bytes:
        """The body as it goes onto the wire (JSON, UTF-8)."""
        return self.__pydantic_serializer__.to_json(self)


class Message(Contract):
    """A contract that travels by itself: its `name` is also routing key and registry key."""

    name: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = cls.__dict__.get("name")
        if name:
            _register(name, cls)


class Event(Message):
    """A fact about one aggregate.

    `sequence` is gapless per aggregate and given under the aggregate's row lock; consumers apply
    what carries a state only if its sequence is higher than the one that they hold.
    """

    aggregate_id: UUID
    sequence: int = Field(ge=1)
    occurred_at: AwareDatetime


class Command(Message):
    """One service asks another to act, once, whatever happens meanwhile."""


class Reply(Contract):
    """The answer to a request."""


R = TypeVar("R", bound=Reply)


class Request(Message, Generic[R]):
    """A question or an order from the gateway to an owner, which answers before a deadline."""

    pace: ClassVar[str] = "fast"

    @classmethod
    def reply_type(cls) -> type[R]:
        """The class of the reply, read from the request's type argument."""
        for base in cls.__mro__:
            metadata = getattr(base, "__pydantic_generic_metadata__", None)
            if metadata and metadata["origin"] is Request:
                return cast("type[R]", metadata["args"][0])
        raise TypeError(f"{cls.__name__} does not say what its reply is")


_registry: dict[str, type[Message]] = {}


def _register(name: str, cls: type[Message]) -> None:
    known = _registry.get(name)
    if known is not None and known.__qualname__ != cls.__qualname__:
        raise TypeError(f"two contracts are called {name}")
    _registry[name] = cls


def contract_named(name: str) -> type[Message]:
    """The contract with this name. Raises Unparsable if there is none.

    A journal reads what it has no handler for: modules that nobody imported here are loaded.
    """
    if name not in _registry:
        from clientcomm_contracts.catalogue import contracts

        contracts()
    try:
        return _registry[name]
    except KeyError:
        raise Unparsable(f"no contract is called {name}") from None


def all_contracts() -> Iterator[tuple[str, type[Message]]]:
    """Every registered contract with its name, sorted by name."""
    return iter(sorted(_registry.items()))
