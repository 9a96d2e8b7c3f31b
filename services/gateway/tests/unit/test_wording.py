"""What e-mails say."""

import pytest
from services.gateway.tests.browsing import RENDERER
from services.gateway.tests.world import NOW

from clientcomm_contracts.notices import NoticeKind
from clientcomm_gateway.adapters.mail.wording import sentences, words_of


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_words_that_name_who_did_it_and_a_subject_that_names_nobody(
    kind: NoticeKind,
) -> None:
    details = {"by": "Dana Reyes", "client": "Ada Q.", "assigned": "Eli Ford", "cover": "Eli Ford"}

    words = words_of(kind, details)
    told = sentences(words, details, RENDERER.speech("en", NOW))

    assert not any(name in words.subject for name in details.values())
    assert "%(" not in told[0]
    assert ".." not in told[0]
    assert ("%(by)s" in words.sentence) == ("Dana Reyes" in told[0])


def test_a_changed_name_is_told_by_the_name_that_the_reader_knows() -> None:
    details = {"by": "Dana Reyes", "client": "Ada Q."}

    told = sentences(words_of("name_changed", details), details, RENDERER.speech("en", NOW))

    assert told == ["Dana Reyes gave Ada Q. another name. It shows in your conversation too."]
