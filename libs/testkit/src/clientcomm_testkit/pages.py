"""Rules that every page keeps, checked on any page that a test fetches (style card, Pages)."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

import html5lib
from selectolax.lexbor import LexborHTMLParser, LexborNode

_UNREAD_COUNT = re.compile(r"^\(\d+\+?\)\s*")
_NEEDS_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}
_REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "list")


def check_page(html: str, *, where: str = "page") -> None:
    """Raise AssertionError with every fault of a whole page."""
    faults = page_faults(html)
    assert not faults, f"{where}:\n" + "\n".join(f"  - {fault}" for fault in faults)


def check_fragment(html: str, *, where: str = "fragment") -> None:
    """Raise AssertionError with every fault of a part that is put into a page."""
    faults = fragment_faults(html)
    assert not faults, f"{where}:\n" + "\n".join(f"  - {fault}" for fault in faults)


def page_faults(html: str) -> list[str]:
    """What is wrong with a page; nothing if all is well."""
    page = LexborHTMLParser(html)
    parser = html5lib.HTMLParser()
    parser.parse(html)
    syntax = _syntax_faults(parser)
    return [*syntax, *(fault for rule in (*_PAGE_RULES, *_PART_RULES) for fault in rule(page))]


def fragment_faults(html: str) -> list[str]:
    """What is wrong with a fragment by itself; references may lead out of it."""
    parser = html5lib.HTMLParser()
    parser.parseFragment(html)
    page = LexborHTMLParser(html)
    syntax = _syntax_faults(parser)
    return [*syntax, *(fault for rule in _PART_RULES for fault in rule(page))]


def _syntax_faults(parser: html5lib.HTMLParser) -> list[str]:
    return [
        f"invalid HTML: {code} in line {position[0]} {details or ''}".strip()
        for position, code, details in parser.errors
    ]


def _heading(page: LexborHTMLParser) -> Iterator[str]:
    headings = page.css("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1 instead of one"
        return
    title = page.css_first("title")
    whole = _text(title) if title else ""
    said = _UNREAD_COUNT.sub("", whole)
    # A phone number as heading begins with an area code in brackets too.
    if not _text(headings[0]) or not any(
        text.startswith(_text(headings[0])) for text in (said, whole)
    ):
        yield f"the title {said!r} does not begin with the h1 {_text(headings[0])!r}"


def _language(page: LexborHTMLParser) -> Iterator[str]:
    root = page.css_first("html")
    if root is None or not root.attributes.get("lang"):
        yield "html has no lang"


def _landmark(page: LexborHTMLParser) -> Iterator[str]:
    if len(page.css("main")) != 1:
        yield f"{len(page.css('main'))} main instead of one"


def _references(page: LexborHTMLParser) -> Iterator[str]:
    known = {node.attributes.get("id") for node in page.css("[id]")}
    for attribute in _REFERENCES:
        for node in page.css(f"[{attribute}]"):
            for target in (node.attributes.get(attribute) or "").split():
                if target not in known:
                    yield f"{attribute}={target!r} leads to no element"


def _identifiers(page: LexborHTMLParser) -> Iterator[str]:
    counts = Counter(node.attributes.get("id") for node in page.css("[id]"))
    for identifier, count in counts.items():
        if count > 1 or not identifier:
            yield f"id {identifier!r} stands {count} times"


def _labels(page: LexborHTMLParser) -> Iterator[str]:
    labelled = {node.attributes.get("for") for node in page.css("label[for]") if _text(node)}
    for field in page.css("input, select, textarea"):
        if field.attributes.get("type", "text") in _NEEDS_NO_LABEL:
            continue
        has_name = field.attributes.get("aria-label") or field.attributes.get("aria-labelledby")
        is_labelled = field.attributes.get("id") in labelled or _within(field, "label")
        if not has_name and not is_labelled:
            yield f"no label for {field.tag} {field.attributes.get('name')!r}"


def _forms(page: LexborHTMLParser) -> Iterator[str]:
    for form in page.css("form"):
        method = (form.attributes.get("method") or "").lower()
        if not form.attributes.get("action"):
            yield "a form has no action"
        if method not in ("get", "post", "dialog"):
            yield f"a form has the method {method!r}"


def _names(page: LexborHTMLParser) -> Iterator[str]:
    for node in page.css("a[href], button, summary"):
        image = node.css_first("img[alt]")
        named = _text(node) or node.attributes.get("aria-label") or node.attributes.get("title")
        if not named and not (image and image.attributes.get("alt")):
            yield f"{node.tag} without a name: {node.html}"
    for image in page.css("img"):
        if "alt" not in image.attributes:
            yield f"an image without alt: {image.attributes.get('src')!r}"


def _policy(page: LexborHTMLParser) -> Iterator[str]:
    """What the Content-Security-Policy would stop."""
    for script in page.css("script"):
        is_data = (script.attributes.get("type") or "").endswith("json")
        if not script.attributes.get("src") and not is_data:
            yield "an inline script"
    if page.css("style"):
        yield "an inline style element"
    for node in page.css("*"):
        for attribute in node.attributes:
            if attribute == "style" or attribute.startswith("on"):
                yield f"{node.tag} has an inline {attribute}"


def _within(node: LexborNode, tag: str) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag == tag:
            return True
        parent = parent.parent
    return False


def _text(node: LexborNode) -> str:
    return " ".join(node.text().split())


_Rule = Callable[[LexborHTMLParser], Iterator[str]]
_PAGE_RULES: tuple[_Rule, ...] = (_heading, _language, _landmark, _references)
_PART_RULES: tuple[_Rule, ...] = (_identifiers, _labels, _forms, _names, _policy)
