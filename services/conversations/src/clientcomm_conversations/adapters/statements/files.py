"""Attachments of inbound texts, whichever of text and bytes comes first."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import text

from clientcomm_contracts.conversations.events import Attachment
from clientcomm_contracts.sms import MediaStoredV1
from clientcomm_conversations.adapters.statements.one_transaction import OneTransaction
from clientcomm_conversations.adapters.statements.rows_as_json import rows_as_json
from clientcomm_conversations.application.arrived_rows import FileOfText, InboundFile

_FETCHED = text("""
    select id, content_type, size_bytes, file_name, object_key, problem
      from attachment where inbound_id = any(cast(:ids as uuid[])) and message_id is null
""")

_ATTACH = text("""
    insert into attachment as a (id, inbound_id, message_id, department_id, position,
                                 content_type, created_at)
    select id, inbound_id, message_id, department_id, position, content_type,
           cast(:now as timestamptz)
      from json_to_recordset(cast(:rows as json)) as r (
        id uuid, inbound_id uuid, message_id uuid, department_id uuid, position int,
        content_type text)
        on conflict (id) do update
           set message_id = excluded.message_id, department_id = excluded.department_id,
               position = excluded.position
    returning id, content_type, size_bytes, file_name, object_key, problem
""")

# A row without a text has nowhere to be shown yet; the text will find it by `inbound_id`.
_STORE = text("""
    insert into attachment as a (id, inbound_id, content_type, size_bytes, object_key, problem,
                                 created_at)
    select id, inbound_id, content_type, size_bytes, object_key, problem,
           cast(:now as timestamptz)
      from json_to_recordset(cast(:rows as json)) as r (
        id uuid, inbound_id uuid, content_type text, size_bytes bigint, object_key text,
        problem text)
     order by id
        on conflict (id) do update
           set content_type = excluded.content_type, size_bytes = excluded.size_bytes,
               object_key = excluded.object_key, problem = excluded.problem
    returning id, content_type, size_bytes, file_name, object_key, problem, message_id,
              (select m.conversation_id from message m where m.id = a.message_id)
                as conversation_id
""")


class SqlFiles(OneTransaction):
    """Attachments of what came in; a part of a transaction's `Arrivals`."""

    async def inbound_files(self, inbound_ids: Sequence[UUID]) -> Mapping[UUID, Attachment]:
        """Attachments that came before their texts."""
        found = await self._tx.execute(_FETCHED, {"ids": list(inbound_ids)})
        return {row["id"]: Attachment(**row) for row in found.mappings()}

    async def attach_inbound(self, files: Sequence[InboundFile]) -> Sequence[Attachment]:
        """Tie attachments to their texts."""
        rows = sorted((asdict(file) for file in files), key=lambda row: str(row["id"]))
        found = await self._tx.execute(_ATTACH, {"rows": rows_as_json(rows), "now": self.now()})
        return [Attachment(**row) for row in found.mappings()]

    async def store_files(self, events: Sequence[MediaStoredV1]) -> Sequence[FileOfText]:
        """Remember where bytes lie, or why they cannot be had."""
        latest = {event.media_id: event for event in events}
        rows = [
            {
                "id": event.media_id,
                "inbound_id": event.aggregate_id,
                "content_type": event.content_type,
                "size_bytes": event.size_bytes,
                "object_key": event.object_key,
                "problem": event.problem,
            }
            for event in latest.values()
        ]
        found = await self._tx.execute(_STORE, {"rows": rows_as_json(rows), "now": self.now()})
        return [
            FileOfText(
                attachment=Attachment(
                    id=row.id,
                    content_type=row.content_type,
                    size_bytes=row.size_bytes,
                    file_name=row.file_name,
                    object_key=row.object_key,
                    problem=row.problem,
                ),
                message_id=row.message_id,
                conversation_id=row.conversation_id,
            )
            for row in found
        ]
