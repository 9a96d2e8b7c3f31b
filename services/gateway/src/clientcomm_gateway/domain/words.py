"""Marks sentences for translation; they are translated where they are shown."""


def N_(sentence: str) -> str:  # noqa: N802 - gettext's customary name, known to extractors
    """The sentence itself, for the translator's catalogue."""
    return sentence
