"""`/clients`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from clientcomm_contracts.conversations.clients import (
    AddClient,
    AddedClient,
    ClientHistory,
    EditClient,
    GetClient,
)
from clientcomm_contracts.faults import Refused
from clientcomm_gateway.adapters.api import models, shapes
from clientcomm_gateway.adapters.api.callers import Reading, Writing
from clientcomm_gateway.adapters.api.calls.conversations import ListParameters, question_of
from clientcomm_gateway.adapters.api.models import identity as own
from clientcomm_gateway.adapters.api.pages import page
from clientcomm_gateway.adapters.web.present.choices import is_zone
from clientcomm_gateway.domain.audit import Deed

router = APIRouter(tags=["Clients"])

_OK = 200


@router.get("/clients", summary="Clients")
async def list_clients(
    caller: Reading,
    request: Request,
    response: Response,
    parameters: Annotated[ListParameters, Query()],
) -> models.Page[models.ListedClient]:
    """Clients of the conversations that you may see, once for each department.

    The filters are those of `/conversations`. Unknown senders are left out, so a page may hold
    fewer than `limit`.
    """
    reply = await caller.ask(question_of(parameters, caller))
    known = (shapes.listed_client(row) for row in reply.items)
    return page((one for one in known if one), reply.next, request, response)


@router.post(
    "/clients",
    status_code=201,
    summary="Add a client",
    responses={200: {"model": models.AddedClientAnswer, "description": "It was yours already"}},
)
async def add_client(
    new: models.NewClient, caller: Writing, response: Response
) -> models.AddedClientAnswer:
    """201 for a new client, 200 for one of yours (also reopened).

    409 with `code` `assigned_to_colleague` (`staff`), `known_in_my_department`
    (`conversation_id`, `client`), `known_in_other_department` (`client`) or `number_shared`
    (`clients`): nothing was made; call again with `resolve`.
    """
    _check_zone(new.time_zone)
    reply = await caller.ask(
        AddClient(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(new),
            department_id=new.department_id,
            first_name=new.first_name,
            last_name=new.last_name,
            phone=new.phone,
            language=new.language,
            time_zone=new.time_zone,
            id_number=new.id_number,
            notes=new.notes,
            consent_how=new.consent_how,
            resolve=new.resolve,
            client_id=new.client_id,
            from_conversation_id=new.from_conversation_id,
        )
    )
    await caller.note_deed(
        Deed.CLIENT_ADDED, reply.client_id, reply.conversation_id, outcome=reply.outcome
    )
    found = await caller.ask(GetClient(asker=caller.asker, client_id=reply.client_id))
    if reply.outcome is not AddedClient.CREATED:
        response.status_code = _OK
    known = dict(shapes.client(found.client))
    known["conversation_id"] = reply.conversation_id
    return models.AddedClientAnswer(
        **known, outcome=reply.outcome, first_text_sent=reply.is_greeted
    )


@router.get("/clients/{client_id}", summary="One client")
async def get_client(client_id: UUID, caller: Reading) -> models.Client:
    """A client with whom one of your departments has a conversation."""
    reply = await caller.ask(GetClient(asker=caller.asker, client_id=client_id))
    return shapes.client(reply.client)


@router.get("/clients/{client_id}/history", summary="What became of a client")
async def get_client_history(client_id: UUID, caller: Reading) -> own.ClientHistory:
    """Numbers of the client; case managers, closings and consent in your department."""
    question = GetClient(asker=caller.asker, client_id=client_id, with_history=True)
    found = (await caller.ask(question)).history or ClientHistory(entries=())
    return own.ClientHistory(
        items=[
            own.HistoryEntry(at=one.at, kind=one.kind, subject=one.subject, by=one.by)
            for one in found.entries
        ],
        next_appointment_at=found.next_appointment_at,
    )


@router.patch("/clients/{client_id}", summary="Change a client")
async def edit_client(
    client_id: UUID, changes: models.ClientChanges, caller: Writing
) -> models.Client:
    """Changes what is given."""
    _check_zone(changes.time_zone)
    reply = await caller.ask(
        EditClient(
            asker=caller.asker,
            repeat_key=caller.repeat_key_if_given(changes),
            client_id=client_id,
            **changes.model_dump(),
        )
    )
    await caller.note_deed(Deed.CLIENT_EDITED, client_id)
    return shapes.client(reply.client)


def _check_zone(zone: str | None) -> None:
    if zone and not is_zone(zone):
        raise Refused("invalid_time_zone", "This is not an IANA time zone.", field="time_zone")
