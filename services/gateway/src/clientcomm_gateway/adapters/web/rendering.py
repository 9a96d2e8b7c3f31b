"""Jinja2: one environment per language over the same templates."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from clientcomm_gateway.adapters.web.speech import Speech
from clientcomm_gateway.adapters.web.views import Shell

HERE = Path(__file__).parent
ENGLISH = "en"


@lru_cache(maxsize=1000)
def static(path: str) -> str:
    """The address of a file of ours; it changes with the file, so browsers may keep it."""
    mark = hashlib.sha256((HERE / "static" / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={mark}"


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders templates in every language."""

    environments: Mapping[str, Environment]
    translations: Mapping[str, NullTranslations]

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that there is a catalogue for, English first."""
        return tuple(self.environments)

    def language_of(self, wanted: str) -> str:
        """The closest language that the pages have."""
        tag = wanted.strip().lower()
        known = (have for have in self.languages if tag == have or tag.startswith(f"{have}-"))
        return next(known, ENGLISH)

    @classmethod
    def load(
        cls, templates: Path = HERE / "templates", locale: Path = HERE / "locale"
    ) -> "Renderer":
        """Templates and catalogues from their folders."""
        known: dict[str, NullTranslations] = {ENGLISH: Translations.load(locale, [ENGLISH])}
        for folder in sorted(locale.glob("*/LC_MESSAGES/messages.mo")):
            language = folder.parent.parent.name
            known[language] = Translations.load(locale, [language])
        return cls(
            {language: _environment(templates, words) for language, words in known.items()}, known
        )

    def speech(self, language: str, now: datetime) -> Speech:
        """How to speak to someone with this language."""
        return Speech(language, self.translations[language], now)

    def text(self, template: str, page: Shell, **values: object) -> str:
        """A rendered template."""
        environment = self.environments[page.language]
        return environment.get_template(template).render(page=page, **values)

    def page(
        self,
        template: str,
        page: Shell,
        view: object,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """A rendered template as an answer."""
        return HTMLResponse(self.text(template, page, view=view), status, headers)


def _environment(templates: Path, words: NullTranslations) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        extensions=["jinja2.ext.i18n"],
        autoescape=select_autoescape(default_for_string=True, default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined] # added by the extension
    environment.globals["static"] = static
    return environment
