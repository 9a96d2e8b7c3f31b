"""What a page shows where clients are ticked for something that is done with many at once."""

from dataclasses import dataclass

from clientcomm_gateway.adapters.web.views.lists import ListView


@dataclass(frozen=True, slots=True)
class ClientPicker:
    """`macros/picker.html`: fields `box`, `q`, `assigned_to` and each ticked `conversation_id`.

    `chosen_elsewhere` are those who were ticked and are not on this page. The buttons post to
    `find_href`, and for the list as it is shown to `all_href` (all who match) and `next_href`.
    """

    list: ListView
    find_href: str
    all_href: str | None
    next_href: str | None
    chosen_elsewhere: tuple[str, ...]
    chosen_count: int
