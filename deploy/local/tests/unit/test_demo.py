from clientcomm_local.demo import merged, numbers


def test_accounts_are_joined_by_email_and_departments_by_id() -> None:
    people = {
        "departments": [{"id": "d1", "name": "North"}],
        "accounts": [{"email": "a@example.org", "roles": ["auditor"]}],
    }
    credentials = {
        "departments": [{"id": "d2", "name": "South"}],
        "accounts": [{"email": "a@example.org", "password": "secret", "token": "t"}],
    }

    whole = merged(people, credentials)

    assert whole["accounts"] == [
        {"email": "a@example.org", "roles": ["auditor"], "password": "secret", "token": "t"}
    ]
    assert whole["departments"] == [{"id": "d1", "name": "North"}, {"id": "d2", "name": "South"}]


def test_the_simulator_is_told_the_numbers_of_the_departments() -> None:
    departments = [{"id": "d1", "number": "+12025550101"}, {"id": "d2", "number": None}]

    assert numbers({"departments": departments}) == ("+12025550101",)
    assert numbers({}) == ()
