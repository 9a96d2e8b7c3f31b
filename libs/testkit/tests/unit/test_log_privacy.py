import pytest

from clientcomm_testkit.log_privacy import People, traces

PEOPLE = People.made_of(
    names=["Amina", "Okafor", "Jo", ""],
    numbers=["+12025550143", "+4915112345678"],
    texts=["Court is on Monday at nine", "ok"],
)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('{"event": "client_added", "name": "Amina"}', "name"),
        ("ValueError: Okafor's number", "name"),
        ('{"event": "x", "to": "+12025550143"}', "number"),
        ("GET /?From=%2B12025550143&x=1", "number"),
        ("(202) 2025550143", "number"),
        ('"to": "+4915112345678"', "number"),
        ('{"body": "Court is on Monday at nine"}', "text"),
        ("DETAIL: (Court is on Monday ...", "text"),
    ],
)
def test_a_person_in_a_log_is_found(line: str, kind: str) -> None:
    found = traces({"sms-sender-1": f"harmless\n{line}"}, PEOPLE)

    assert len(found) == 1
    assert found[0].startswith("sms-sender-1:2:")
    assert kind in found[0]


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "message_sent", "message_id": "0193a5c2-7b11-7a52-9d4e-120255501430"}',
        '{"event": "ok", "count": 2025550}',
        '{"event": "relay_joined", "lock": "Jo"}',
        '{"event": "laminar"}',
    ],
)
def test_ids_counts_and_words_that_mean_nobody_are_not(line: str) -> None:
    assert traces({"log": line}, PEOPLE) == []
