"""Whom one may tick, out of a page of the list and what was ticked before."""

from collections.abc import Sequence

from starlette.datastructures import QueryParams

from clientcomm_gateway.adapters.web.forms import Typed
from clientcomm_gateway.adapters.web.queries import ListQuery
from clientcomm_gateway.adapters.web.views import ClientPicker, ListView


def client_picker(
    view: ListView,
    query: ListQuery,
    chosen: Sequence[str],
    *,
    root: str,
    cursor: str | None,
    takes_all: bool,
) -> ClientPicker:
    """`root`: where the undertaking lives; `cursor`: of the next page, if there is one."""
    edit = f"{root}/edit"
    shown = {row.id for row in view.rows}
    return ClientPicker(
        list=view,
        find_href=edit,
        all_href=f"{edit}?{query.change().encoded(all='1')}" if takes_all and shown else None,
        next_href=f"{edit}?{query.change(cursor=cursor).encoded()}" if cursor else None,
        chosen_elsewhere=tuple(one for one in dict.fromkeys(chosen) if one not in shown),
        chosen_count=len(set(chosen)),
    )


def list_asked_for(address: QueryParams, typed: Typed) -> QueryParams:
    """The list that a button went on from, else the one that was searched for in the form."""
    return address if "box" in address else QueryParams(list(typed.pairs()))
