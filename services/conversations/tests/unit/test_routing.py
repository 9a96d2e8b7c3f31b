from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from clientcomm_conversations.domain.routing import Filing, Holding, Route, route

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
OFFICE = uuid4()


def _ago(**since: float) -> datetime:
    return NOW - timedelta(**since)


def _holding(
    *,
    here: bool = True,
    until: datetime | None = None,
    was_wrong: bool = False,
    texted_at: datetime | None = None,
    bulk_texted_at: datetime | None = None,
    asked_at: datetime | None = None,
) -> Holding:
    return Holding(
        client_id=uuid4(),
        conversation_id=uuid4() if here else None,
        until=until,
        was_wrong=was_wrong,
        texted_at=texted_at,
        bulk_texted_at=bulk_texted_at,
        asked_at=asked_at,
    )


def _route(*holdings: Holding, department: UUID | None = OFFICE, answers: bool = False) -> Route:
    return route(department, holdings, received_at=NOW, answers_reminder=answers)


def test_a_the_one_client_with_that_number_gets_it() -> None:
    mine = _holding()

    assert _route(mine) == Route(Filing.CLIENT, mine.conversation_id)


def test_a_other_departments_clients_do_not_count() -> None:
    mine, elsewhere = _holding(), _holding(here=False)

    assert _route(elsewhere, mine).conversation_id == mine.conversation_id


def test_b_of_several_the_one_a_person_texted_last_gets_it() -> None:
    earlier = _holding(texted_at=_ago(days=2))
    later = _holding(texted_at=_ago(days=1))
    never = _holding()

    way = _route(earlier, later, never)

    assert (way.filing, way.conversation_id) == (Filing.SHARED_PHONE, later.conversation_id)
    assert set(way.suggested) == {earlier.client_id, later.client_id, never.client_id}


def test_b_a_persons_text_counts_before_newer_bulk() -> None:
    by_person = _holding(texted_at=_ago(days=9))
    in_bulk = _holding(bulk_texted_at=_ago(hours=1))

    assert _route(by_person, in_bulk).conversation_id == by_person.conversation_id


def test_b_bulk_decides_where_no_person_wrote() -> None:
    earlier = _holding(bulk_texted_at=_ago(days=2))
    later = _holding(bulk_texted_at=_ago(days=1))

    assert _route(earlier, later).conversation_id == later.conversation_id


def test_b_an_answer_to_a_reminder_goes_to_who_was_asked_last() -> None:
    asked = _holding(asked_at=_ago(days=1))
    asked_before = _holding(asked_at=_ago(days=2), texted_at=_ago(hours=1))

    assert _route(asked, asked_before, answers=True).conversation_id == asked.conversation_id
    assert _route(asked, asked_before).conversation_id == asked_before.conversation_id


def test_b_if_none_was_texted_it_goes_to_the_inbox_with_both_suggested() -> None:
    one, other = _holding(), _holding()

    way = _route(one, other)

    assert (way.filing, way.conversation_id) == (Filing.UNKNOWN_SENDER, None)
    assert set(way.suggested) == {one.client_id, other.client_id}


def test_c_who_gave_the_number_up_lately_gets_it() -> None:
    longer_ago = _holding(until=_ago(days=80))
    lately = _holding(until=_ago(days=10))

    way = _route(longer_ago, lately)

    assert (way.filing, way.conversation_id) == (Filing.FORMER_NUMBER, lately.conversation_id)


@pytest.mark.parametrize(("days", "is_filed"), [(89.9, True), (90.0, False), (120, False)])
def test_c_only_within_90_days(days: float, is_filed: bool) -> None:
    former = _holding(until=_ago(days=days))

    way = _route(former)

    assert (way.conversation_id is not None) is is_filed
    assert is_filed or way.suggested == (former.client_id,)


def test_c_not_if_it_was_a_wrong_number() -> None:
    assert _route(_holding(until=_ago(days=1), was_wrong=True)).conversation_id is None


def test_c_not_if_somebody_has_the_number_now_even_elsewhere() -> None:
    former = _holding(until=_ago(days=1))
    elsewhere = _holding(here=False)

    way = _route(former, elsewhere)

    assert way.filing is Filing.UNKNOWN_SENDER
    assert set(way.suggested) == {former.client_id, elsewhere.client_id}


def test_c_not_if_only_another_department_knew_the_number() -> None:
    assert _route(_holding(here=False, until=_ago(days=1))).conversation_id is None


def test_d_an_unknown_sender_goes_to_the_inbox() -> None:
    assert _route() == Route(Filing.UNKNOWN_SENDER)


def test_a_number_of_no_department_is_kept_in_quarantine() -> None:
    assert _route(_holding(), department=None) == Route(Filing.QUARANTINE)
