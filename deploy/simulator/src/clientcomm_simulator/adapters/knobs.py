"""The fault knobs as JSON, checked."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from clientcomm_simulator.domain.faults import DEFAULTS, Faults, Knob, Setting


class KnobForm(BaseModel):
    """What may be said of a knob; what is left out keeps the knob's own default."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    probability: Annotated[float, Field(ge=0, le=1)] | None = None
    count: Annotated[int, Field(ge=0)] | None = None
    to: str | None = None
    sender: Annotated[str | None, Field(alias="from")] = None
    seconds: Annotated[float, Field(ge=-31_536_000, le=31_536_000)] | None = None
    copies: Annotated[int, Field(ge=1, le=20)] | None = None
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    code: Annotated[int, Field(ge=10_000, le=99_999)] | None = None
    size: Annotated[int, Field(ge=0, le=268_435_456)] | None = None
    location: str | None = None

    def setting(self, knob: Knob) -> Setting:
        given = {name: value for name, value in self.model_dump().items() if value is not None}
        return replace(DEFAULTS.get(knob, Setting()), **given)


class FaultsForm(BaseModel):
    """The body of PUT /simulator/faults: a seed, and the knobs that are to be on.

    A knob is an object, `true`, or a number, which is its probability.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 0
    faults: dict[Knob, KnobForm | bool | Annotated[float, Field(ge=0, le=1)]] = {}

    def settings(self) -> dict[Knob, Setting]:
        return {
            knob: _setting(knob, form) for knob, form in self.faults.items() if form is not False
        }


def _setting(knob: Knob, form: KnobForm | bool | float) -> Setting:
    if isinstance(form, KnobForm):
        return form.setting(knob)
    usual = DEFAULTS.get(knob, Setting())
    return usual if isinstance(form, bool) else replace(usual, probability=form)


def faults_json(faults: Faults) -> dict[str, object]:
    """The knobs that are on, how often each struck, and the names of all."""
    return {
        "seed": faults.seed,
        "faults": {knob.value: _shown(setting) for knob, setting in faults.settings.items()},
        "struck": {knob.value: times for knob, times in faults.struck.items()},
        "available": [knob.value for knob in Knob],
    }


def _shown(setting: Setting) -> dict[str, object]:
    shown = asdict(setting)
    shown["from"] = shown.pop("sender")
    return shown
