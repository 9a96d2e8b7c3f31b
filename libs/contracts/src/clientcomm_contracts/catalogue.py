"""Every contract there is, with its JSON schema and as an AsyncAPI 3 document."""

import importlib
from typing import Any

from clientcomm_contracts import topology
from clientcomm_contracts.contract import Command, Event, Message, Request, all_contracts

MODULES = (
    "clientcomm_contracts.conversations.asking",
    "clientcomm_contracts.conversations.caseload",
    "clientcomm_contracts.conversations.clients",
    "clientcomm_contracts.conversations.commands",
    "clientcomm_contracts.conversations.coverage",
    "clientcomm_contracts.conversations.departments",
    "clientcomm_contracts.conversations.directory",
    "clientcomm_contracts.conversations.events",
    "clientcomm_contracts.conversations.inbox",
    "clientcomm_contracts.conversations.labels",
    "clientcomm_contracts.conversations.mass_messages",
    "clientcomm_contracts.conversations.merging",
    "clientcomm_contracts.conversations.messages",
    "clientcomm_contracts.conversations.numbers",
    "clientcomm_contracts.conversations.quarantine",
    "clientcomm_contracts.conversations.reading",
    "clientcomm_contracts.conversations.rights",
    "clientcomm_contracts.conversations.search",
    "clientcomm_contracts.conversations.set_up",
    "clientcomm_contracts.conversations.staff",
    "clientcomm_contracts.export",
    "clientcomm_contracts.notices",
    "clientcomm_contracts.scheduler",
    "clientcomm_contracts.sms",
)


def contracts() -> dict[str, type[Message]]:
    """All contracts of this package by name; loads their modules first."""
    for module in MODULES:
        importlib.import_module(module)
    return {
        name: contract
        for name, contract in all_contracts()
        if contract.__module__.startswith(f"{__package__}.")
    }


def schema_of(contract: type[Message]) -> dict[str, Any]:
    """The JSON schema of a message's body; of a request with the reply's beside it."""
    if issubclass(contract, Request):
        return {
            "request": contract.model_json_schema(),
            "reply": contract.reply_type().model_json_schema(),
        }
    return contract.model_json_schema()


def consumers_of(contract: type[Message]) -> list[str]:
    """The durable queues that a contract reaches."""
    if issubclass(contract, Request):
        owner = contract.name.split(".", 1)[0]
        wanted = topology.request_queue(owner, contract.pace)
        return [queue.name for queue in topology.queues() if queue.name == wanted]
    exchange = topology.EVENTS if issubclass(contract, Event) else topology.COMMANDS
    return sorted(
        {
            binding.queue
            for binding in topology.bindings()
            if binding.exchange == exchange and topic_matches(binding.routing_key, contract.name)
        }
    )


def topic_matches(pattern: str, name: str) -> bool:
    """Whether a topic exchange takes this routing key to a binding with this pattern."""
    words, wanted = name.split("."), pattern.split(".")
    for place, word in enumerate(wanted):
        if word == "#":
            return True
        if place >= len(words) or word not in ("*", words[place]):
            return False
    return len(words) == len(wanted)


def asyncapi() -> dict[str, Any]:
    """The AsyncAPI 3.0 document of the whole bus."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for name, contract in contracts().items():
        key = name.replace(".", "_")
        messages[key] = {
            "name": name,
            "title": contract.__name__,
            "summary": (contract.__doc__ or "").strip().splitlines()[0],
            "contentType": "application/json",
            "payload": {"$ref": f"contracts/{name}.json"},
        }
        channels[key] = {
            "address": name,
            "messages": {key: {"$ref": f"#/components/messages/{key}"}},
            "bindings": {"amqp": {"is": "routingKey", "exchange": _exchange_of(contract)}},
        }
        for queue in consumers_of(contract):
            operations[f"{queue.replace('.', '_')}__{key}"] = {
                "action": "receive",
                "channel": {"$ref": f"#/channels/{key}"},
                "summary": f"{queue} takes {name}",
            }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "ClientComm's bus",
            "version": "1",
            "description": "Each AMQP body is a JSON array of items; `payload` is an item's body.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _exchange_of(contract: type[Message]) -> dict[str, Any]:
    if issubclass(contract, Request):
        return {"name": topology.REQUESTS, "type": "direct", "durable": True}
    name = topology.COMMANDS if issubclass(contract, Command) else topology.EVENTS
    return {"name": name, "type": "topic", "durable": True}
