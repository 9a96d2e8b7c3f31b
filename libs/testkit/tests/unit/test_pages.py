import pytest

from clientcomm_testkit.pages import check_page, fragment_faults, page_faults

GOOD = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>(3) My clients · ClientComm</title></head>
<body>
<main>
<h1>My clients</h1>
<form action="/search" method="get">
<label for="q">Name or number</label><input id="q" name="q">
<label>Only unread <input type="checkbox" name="unread"></label>
<input type="hidden" name="token" value="x">
<button>Search</button>
</form>
<a href="/"><img src="/logo.svg" alt="Home"></a>
</main>
</body>
</html>"""


def test_a_good_page_has_no_fault() -> None:
    assert page_faults(GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("<h1>My clients</h1>", "", "0 h1"),
        ("<h1>My clients</h1>", "<h1>My clients</h1><h1>Again</h1>", "2 h1"),
        ("<title>(3) My clients", "<title>(3) Your clients", "does not begin"),
        ('<html lang="en">', "<html>", "no lang"),
        ("<main>", "<div>", "main"),
        ('<label for="q">', '<label for="p">', "leads to no element"),
        ('<label for="q">Name or number</label>', "", "no label"),
        ("<label>Only unread", "Only unread", "no label"),
        (' action="/search"', "", "no action"),
        (' method="get"', "", "method"),
        ('name="q">', 'name="q"><span id="q"></span>', "stands 2 times"),
        ("<button>Search</button>", "<button></button>", "without a name"),
        (' alt="Home"', "", "without alt"),
        ("<button>", '<button onclick="go()">', "inline onclick"),
        ("<button>", '<button style="color: red">', "inline style"),
        ("</main>", "<script>go()</script></main>", "inline script"),
        ("</main>", "<p><div></div></p></main>", "invalid HTML"),
        ("<!doctype html>", "", "invalid HTML"),
    ],
)
def test_each_broken_rule_is_named(before: str, after: str, fault: str) -> None:
    assert before in GOOD

    faults = page_faults(GOOD.replace(before, after))

    assert any(fault in said for said in faults), faults


def test_a_fragment_may_refer_to_what_is_elsewhere_on_the_page() -> None:
    assert fragment_faults('<p id="hint" aria-describedby="title">Text</p>') == []
    assert fragment_faults('<p id="a"></p><p id="a"></p>') != []


def test_the_check_says_where_and_everything_that_is_wrong() -> None:
    with pytest.raises(AssertionError, match=r"/clients:(.|\n)*no lang"):
        check_page("<p>nothing", where="/clients")
