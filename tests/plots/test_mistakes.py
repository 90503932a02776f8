"""Confusion and misread images, counted by hand."""

import re

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="draws the pictures")
from matplotlib.text import Text

from minidl import plots
from minidl.plots.style import INK, PAPER

LABELS = [0, 0, 1, 1, 1, 2]
READ = [0, 1, 1, 0, 0, 2]
IMAGES = np.arange(6.0)[:, None, None] / 5 * np.ones((6, 4, 4))


def counts(ax):
    return {tuple(map(int, text.get_position()[::-1])): text.get_text() for text in inside(ax)}


def inside(ax):
    return [text for text in ax.texts if text.get_text().isdecimal()]


def said(ax):
    return [ax.get_title(loc="left"), *(t.get_text() for t in ax.texts if t not in inside(ax))]


def test_counts_by_true_class_and_prediction():
    ax = plots.confusion(LABELS, READ)
    assert counts(ax) == {(0, 0): "1", (0, 1): "1", (1, 1): "1", (1, 0): "2", (2, 2): "1"}
    assert said(ax) == ["50.0 % of 6 read right", "most often wrong: 1 read as 0, 2 times"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("read as", "true class")


def test_mistakes_are_orange_and_the_rest_is_not():
    (image,) = plots.confusion(LABELS, READ).get_images()
    cells = image.get_array()
    red, blue = cells[..., 0], cells[..., 2]
    assert (red - blue > 0.01).tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert cells[1, 0].sum() < cells[0, 1].sum()  # two mistakes are deeper than one
    assert cells[0, 2].tolist() == [1, 1, 1, 1]


def test_scores_are_read_as_their_largest():
    scores = np.eye(4)[READ] * 5 - 3
    ax = plots.confusion(LABELS, scores)
    assert counts(ax) == counts(plots.confusion(LABELS, READ))
    assert len(ax.get_xticks()) == 4  # a class that nobody has


def test_names_of_classes():
    ax = plots.confusion(LABELS, READ, names=["cat", "dog", "frog"])
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["cat", "dog", "frog"]
    assert said(ax)[1] == "most often wrong: dog read as cat, 2 times"
    assert said(plots.confusion([0, 1], [0, 0], names="ab"))[1].endswith("b read as a, once")
    assert said(plots.confusion([0, 1], [0, 1])) == ["100.0 % of 2 read right"]


def test_counts_are_light_on_deep_colours():
    many = [0] * 20 + [1] * 10
    ax = plots.confusion(many, [1] * 20 + [2] * 10)
    assert {t.get_text(): t.get_color() for t in inside(ax)} == {"20": PAPER, "10": INK}
    ax = plots.confusion([0], [1])  # one mistake is none to shout about
    assert [t.get_color() for t in inside(ax)] == [INK]


def test_many_classes_have_colours_only():
    ax = plots.confusion(np.arange(200), np.arange(200)[::-1])
    assert not inside(ax)
    ax.figure.draw_without_rendering()


def test_a_square_of_too_many_classes_is_refused():
    words = "there are 20000 classes, and at most 1000 are drawn"
    with pytest.raises(ValueError, match=f"plots.confusion: {words}"):
        plots.confusion([0, 1], [1, 0], names=range(20_000))


def test_long_names_leave_room_for_the_square():
    read = plots.confusion(LABELS, READ, names=["cat", "a dog of some kind", "x" * 80])
    short = plots.confusion(LABELS, READ, names=["cat", "dog", "frog"])
    sizes = []
    for ax in (read, short):
        ax.figure.draw_without_rendering()
        sizes.append(ax.get_position().width * ax.figure.get_figwidth())
    assert sizes[0] > 0.8 * sizes[1]
    assert [text.get_text() for text in read.get_xticklabels()][1:] == [
        "a dog of some kind",
        "x" * 30,
    ]


def test_names_are_drawn_to_the_letter():
    """As matplotlib has it, what stands between two dollars is mathematics."""
    notes = ["$1", "$5", "5_000$"]
    square = plots.confusion([0, 1, 2], [1, 0, 2], names=notes)
    row = plots.misread(np.ones((3, 2, 2)), [0, 1, 2], [1, 0, 2], names=notes)
    lines = plots.loss({"$1": [1, 2], "$5": [2, 1]})
    texts = [text for ax in (square, row, lines) for text in ax.findobj(Text)]
    chosen = [text for text in texts if "$" in text.get_text()]
    ticks, verdict = set(notes), {"most often wrong: $1 read as $5, once"}
    captions, legend = (
        {"$1 \N{RIGHTWARDS ARROW} $5", "$5 \N{RIGHTWARDS ARROW} $1"},
        {"$1, last 2", "$5, last 1"},
    )
    assert {text.get_text() for text in chosen} == ticks | verdict | captions | legend
    assert not any(text.get_parse_math() for text in chosen)


def test_scores_may_be_as_far_apart_as_they_like():
    ax = plots.misread(np.ones((1, 2, 2)), [1], [[1e308, -1e308]])
    assert said(ax)[-1].endswith("100 %")


def test_misread_images_with_what_they_are_and_were_taken_for():
    ax = plots.misread(IMAGES, LABELS, READ)
    assert said(ax) == [
        "3 of 6 misread (true \N{RIGHTWARDS ARROW} read as)",
        "0 \N{RIGHTWARDS ARROW} 1",
        "1 \N{RIGHTWARDS ARROW} 0",
        "1 \N{RIGHTWARDS ARROW} 0",
    ]
    (image,) = ax.get_images()
    np.testing.assert_allclose(image.get_array()[:4, :4], 0.2)
    assert (image.norm.vmin, image.norm.vmax) == (0, 1)
    assert image.cmap(0.0)[:3] == (1, 1, 1)


def test_the_surest_mistakes_come_first():
    sure = np.array([0.9, 0.6, 0.9, 0.7, 0.995, 0.8])
    probabilities = (1 - sure[:, None]) / 2 * np.ones((6, 3))
    probabilities[range(6), READ] = sure
    names = ["a", "b", "c"]
    for scores in (probabilities, np.log(probabilities)):
        ax = plots.misread(IMAGES, LABELS, scores, most=2, names=names)
        assert said(ax) == [
            "3 of 6 misread, the surest 2 (true \N{RIGHTWARDS ARROW} read as)",
            "b \N{RIGHTWARDS ARROW} a  99 %",
            "b \N{RIGHTWARDS ARROW} a  70 %",
        ]
        np.testing.assert_allclose(ax.get_images()[0].get_array()[:4, :4], 0.8)


def test_huge_scores_are_sure():
    ax = plots.misread(IMAGES[:1], [1], np.array([[1e30, 0.0]]))
    assert said(ax)[1].endswith("100 %")


def test_nothing_misread_is_good_news():
    ax = plots.misread(IMAGES, LABELS, LABELS)
    assert said(ax) == ["", "none of 6 images was misread"]
    assert not ax.axison
    ax.figure.draw_without_rendering()


def test_images_of_every_kind(rng):
    flat = IMAGES
    expected = plots.misread(flat, LABELS, READ).get_images()[0].get_array()
    for same in (flat[:, None], (255 * flat).round().astype(np.uint8)):
        drawn = plots.misread(same, LABELS, READ).get_images()[0].get_array()
        np.testing.assert_allclose(drawn, expected, atol=1e-12)
    stretched = plots.misread(4 * flat - 2, LABELS, READ).get_images()[0].get_array()
    assert (np.nanmin(stretched), np.nanmax(stretched)) == (0, 1)
    colours = rng.random((6, 3, 4, 4))
    drawn = plots.misread(colours, LABELS, READ).get_images()[0].get_array()
    np.testing.assert_allclose(drawn[1, 2], colours[1, :, 1, 2])
    broken = np.where(flat > 0.5, np.nan, flat)
    plots.misread(broken, LABELS, READ).figure.draw_without_rendering()


@pytest.mark.parametrize(
    ("labels", "predictions", "names", "kind", "words"),
    [
        ([0, 1], [0], None, ValueError, "labels must have shape (1,) (one for each prediction)"),
        ([], [], None, ValueError, "predictions are empty"),
        ([0, -1], [0, 1], None, ValueError, "label labels[1] is -1, and 2 classes have labels 0"),
        ([0, 1], [0, -1], None, ValueError, "label predictions[1] is -1"),
        ([0, 5], [[1, 0], [0, 1]], None, ValueError, "label labels[1] is 5, and 2 classes"),
        ([0, 1], [0.5, 1.0], None, TypeError, "predictions must hold integer labels"),
        ([0.0, 1.0], [0, 1], None, TypeError, "labels must hold integer labels"),
        ([0, 1], [0, 1], ["a"], ValueError, "label labels[1] is 1, and 1 classes"),
        ([0, 1], [[1, 0], [0, 1]], ["a"], ValueError, "predictions have scores of 2 classes, and"),
        ([0, 1], [[1, 0], [0, np.nan]], None, ValueError, "predictions[1, 1] is nan, and a score"),
        ([0, 10**9], [0, 1], None, ValueError, "the largest class is 1000000000, and at most 1000"),
        ([0, 1], [0, 1], 3, TypeError, "names must be a list, one name for each class, got int"),
        ([0, 1], [0, 1], {0: "a", 1: "b"}, TypeError, "names must be a list, one name for each"),
        (0, 0, None, ValueError, "labels must have shape"),
    ],
)
@pytest.mark.parametrize("name", ["confusion", "misread"])
def test_what_does_not_go_together_is_refused(name, labels, predictions, names, kind, words):
    images = [np.ones((np.size(labels), 2, 2))] if name == "misread" else []
    with pytest.raises(kind, match=re.escape(f"plots.{name}: {words}")):
        getattr(plots, name)(*images, labels, predictions, names=names)


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (np.ones((2, 4)), "images must be (N, H, W), (N, 1, H, W) or (N, 3, H, W), got shape"),
        (np.ones((2, 4, 4, 3)), "images must be (N, H, W)"),
        (np.ones((3, 4, 4)), "there are 3 images and 2 predictions"),
    ],
)
def test_what_are_no_images_is_refused(images, words):
    with pytest.raises(ValueError, match=re.escape(f"plots.misread: {words}")):
        plots.misread(images, [0, 1], [1, 1])
