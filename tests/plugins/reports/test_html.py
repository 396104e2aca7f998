"""One page that opens without a network and executes nothing."""

from __future__ import annotations

import asyncio
from html.parser import HTMLParser
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esc_skills.model import StudyRecord
from esc_skills.spec import RunRecord
from esc_skills.testing import strategies
from esc_skills.testing.conformance.printing import study
from esc_skills_plugins.reports.html import HEIGHT, WIDTH, Html, polyline

EMPTY = RunRecord(name="empty", experiment={})


class Skeleton(HTMLParser):
    """Elements with the names of their attributes, and all text, of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, ...]] = []
        self.values: list[tuple[str, str]] = []
        self.text = ""
        self.strange: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, *(name for name, _ in attributes)))
        self.values += [(name, value or "") for name, value in attributes]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    def handle_pi(self, data: str) -> None:
        self.strange.append(data)

    def unknown_decl(self, data: str) -> None:
        self.strange.append(data)


def test_no_text_becomes_markup(write, payload: str) -> None:
    """O01, O02: with a hostile text in every field the page has the very same elements."""
    harmless, hostile = (Skeleton(Html().page(write(text))) for text in ("words", payload))
    assert hostile.elements == harmless.elements
    assert hostile.values == harmless.values
    assert hostile.strange == []


def test_text_is_shown_as_it_was_written(write, payload: str) -> None:
    """O01: escaped, not dropped: people can read what somebody tried, as often as other words."""
    harmless, hostile = (Skeleton(Html().page(write(text))) for text in ("w0rds", payload))
    assert hostile.text.count(payload) == harmless.text.count("w0rds") > 30


@settings(max_examples=30)
@given(st.text(min_size=1))
def test_no_text_at_all_adds_an_element(text: str) -> None:
    """O01: the run's name may be any text."""
    page = Skeleton(Html().page(attrs.evolve(EMPTY, name=text)))
    assert page.elements == Skeleton(Html().page(EMPTY)).elements


def test_page_allows_itself_nothing(write) -> None:
    """O03: the policy forbids every request, and no element could make one."""
    page = Skeleton(Html().page(write("words")))
    assert ("http-equiv", "Content-Security-Policy") in page.values
    policy = next(value for name, value in page.values if "default-src" in value)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    tags = {element[0] for element in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "a"}
    names = {name for name, _ in page.values}
    assert not names & {"src", "href", "action", "srcset", "ping", "style"}
    assert not [name for name in names if name.startswith("on")]


def test_style_reaches_for_nothing() -> None:
    """O03: no import and no address in the style sheet."""
    style = Html().page(EMPTY).split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_policy_stands_before_anything_that_varies(write) -> None:
    """A name in the title cannot come before the rule that holds for it."""
    page = Html().page(write("words"))
    assert page.index("Content-Security-Policy") < page.index("words")


def test_equal_records_give_equal_bytes(write, tmp_path: Path) -> None:
    """Two records of equal content give one page, byte for byte, wherever it is written."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (path,) = asyncio.run(Html().render(write("words"), tmp_path / name))
        assert path.name == "report.html"
    one, two = ((tmp_path / name / "report.html").read_bytes() for name in ("one", "two"))
    assert one == two
    assert b"\r" not in one


def test_empty_record_is_a_page() -> None:
    """O09: a run that has nothing yet says so and shows no figure."""
    page = Skeleton(Html().page(EMPTY))
    assert "Nothing has been scored yet." in page.text
    assert "No edit was verified." in page.text
    assert ("svg",) not in {element[:1] for element in page.elements}


def test_page_says_what_it_is_not(write) -> None:
    """Every page carries the one-line card: no crisis service, no medical device."""
    assert "not a crisis service, not a medical device" in Html().page(write("words"))


def test_scores_stand_with_interval_and_count(write) -> None:
    """Arms side by side with value, interval and ``n of``; a score of nothing is a dash."""
    text = Skeleton(Html().page(write("words"))).text
    assert "sageemotion" + "38.50 [20.00, 50.00] 3 of 4" * 3 in text
    assert "wordswords" + "–  3 of 4" * 3 in text


def test_difference_of_arms_says_what_it_allows(write) -> None:
    """A comparison stands apart, with its interval and the word that it bears out."""
    text = Skeleton(Html().page(write("words"))).text
    assert "words38.50[20.00, 50.00]3 of 4better" in text


def test_unread_reply_is_told(write) -> None:
    """The last reply that nobody read is shown as such, not as a change of zero."""
    text = Skeleton(Html().page(write("words"))).text
    assert "never read by the seeker" in text
    assert "emotion +3 to 43" in text


@pytest.mark.parametrize("talks", [0, 1, 6])
def test_setting_says_how_many_talks_are_shown(write, talks: int) -> None:
    """``talks`` limits the conversations of the last arm; there is one here."""
    page = Html(talks=talks).page(write("words"))
    assert page.count("hidden intention:") == min(talks, 1)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_curve_stays_in_its_frame(curve: list[float]) -> None:
    """O01: points are numbers alone, inside the drawing, left to right."""
    points = [tuple(map(float, point.split(","))) for point in polyline(curve).split()]
    assert len(points) == len(curve)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert [x for x, _ in points] == sorted(x for x, _ in points)


def test_no_text_of_a_study_becomes_markup(payload: str) -> None:
    """O01, O02: with a hostile text in every field of a study the page has the same elements."""
    harmless, hostile = (Skeleton(Html().study_page(study(text))) for text in ("words", payload))
    assert hostile.elements == harmless.elements
    assert hostile.strange == []
    attributes = {name for name, _ in hostile.values}
    assert not attributes & {"src", "href", "action", "style"}
    assert not [name for name in attributes if name.startswith("on")]


def test_page_of_a_study_allows_itself_nothing() -> None:
    """O03: the policy stands first and forbids every request; there is no script and no link."""
    text = Html().study_page(study("words"))
    page = Skeleton(text)
    assert text.index("default-src 'none'; style-src 'unsafe-inline'") < text.index("words")
    assert not {element[0] for element in page.elements} & {"script", "link", "img", "iframe", "a"}
    style = text.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_study_stands_with_plot_tables_and_losses() -> None:
    """One lane a contrast with floor, bar and dot; figures with interval, count and sign."""
    page = Skeleton(Html().study_page(study("w0rds")))
    kinds = [value for name, value in page.values if name == "class"]
    assert [kinds.count(kind) for kind in ("floor", "zero", "bar", "dot")] == [1, 1, 1, 1]
    assert "20.00⁻ [15.00, 25.00] 7 of 8" in page.text
    assert "Signs: ⁻ worse." in page.text
    assert "What came to nothing" in page.text
    assert "not a crisis service, not a medical device" in page.text


def test_study_of_nothing_is_a_page() -> None:
    """No plot, no table, no losses."""
    page = Skeleton(Html().study_page(StudyRecord(name="empty", kind="bench")))
    assert not {element[0] for element in page.elements} & {"svg", "table", "ul"}


@settings(max_examples=30, deadline=None)
@given(strategies.studies())
def test_any_study_gives_an_equal_page_twice(record: StudyRecord) -> None:
    """Whatever it holds; wall time is in no byte of it."""
    timed = tuple(attrs.evolve(cost, seconds=1.0) for cost in record.costs)
    page = Html().study_page(record)
    assert page == Html().study_page(attrs.evolve(record, costs=timed))
    assert Skeleton(page).strange == []


def test_study_is_written_to_its_file(tmp_path: Path) -> None:
    """``study.html``, the page as it is."""
    (path,) = asyncio.run(Html().tabulate(study(), tmp_path))
    assert path.name == "study.html"
    assert path.read_bytes() == Html().study_page(study()).encode()
