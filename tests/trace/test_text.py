"""What people read: pictures, equations, numbers; and the document that programs read."""

import json
import math
import re

import numpy as np
import pytest

from minidl import trace
from minidl.trace.blocks import flowing, matrix
from minidl.trace.document import document
from minidl.trace.equations import brief
from minidl.trace.presets import PRESETS

PLAIN = """\
Convolution: 2 x 3 image, 2 x 2 filter
stride 1, pad 0

In the pictures
   [5]  counts in this step; in a matrix without marks, everything does
    ?   is still to come


Forward
   The filter w lies on a window of x. Every number of the window is multiplied by the number of
   w on top of it, and the products are added up: that is one cell of out. Then the filter moves
   on.

    x          w
    1  2  3     3   2
    4  5  6     1  -5

   out[0,0] = 1*3 + 2*2 + 4*1 + 5*(-5) = -14

       x             w            products        out
      [1][2] 3   *    3   2   =     3    4   ->  [-14]   ?
      [4][5] 6        1  -5         4  -25

   out[0,1] = 2*3 + 3*2 + 5*1 + 6*(-5) = -13

       x             w            products        out
       1 [2][3]  *    3   2   =     6    6   ->   -14 [-13]
       4 [5][6]       1  -5         5  -30

    out
    -14  -13"""

WITH_PADDING = """
       x                w            products       out
       .  . [.][.]  *    1   0   =    0   0    ->    1 [ 7]
       1  2 [3][.]       2  -1        6   0          ?   ?
       4  5  6  .
       7  8  9  .
"""

WITH_HOLES = """
   dx[0,2] = 0*(-1) + 2*2 + 0*0 + 0*1 = 4

       dout_spread      w_rotated      products       dx
       .  1 [0][2]  *   -1   2     =    0   4    ->    2  -1 [ 4]
       .  0 [0][0]       0   1          0   0          ?   ?   ?
       .  3  0  4                                      ?   ?   ?
       .  .  .  .
"""

TWO_CHANNELS = """
   out[0,1] = 1*1 + 2*2 + 9*(-1) + 10*0 = -4

       x[0,0]               w[0,0]       products, sum 5        out
       0 [1][2] 3       *   1  2     =     1    4          ->   -6 [-4]  ?
       4  5  6  7                                                ?   ?   ?

       x[0,1]               w[0,1]       products, sum -9
        8 [ 9][10] 11   *   -1   0   =    -9    0
       12  13  14  15
"""


def told_of(name):
    return str(trace.preset(name))


def test_a_small_convolution_in_full():
    told = trace.convolution([[1, 2, 3], [4, 5, 6]], [[3, 2], [1, -5]])
    assert str(told.only("forward")) == PLAIN


def test_padding_holes_and_the_result_so_far():
    text = told_of("strided")
    assert " .   is padding, which counts as 0" in text
    assert WITH_PADDING in text
    assert "out[0,1] = 0*1 + 0*0 + 3*2 + 0*(-1) + 1 = 7" in text
    assert WITH_HOLES in text


def test_who_wins_and_who_does_not():
    text = told_of("max-pool")
    assert "out[1,1] = max(8, 7, 3, 8) = 8" in text
    assert "       0  2 [8](7)\n       9  1 (3)(8)\n" in text
    assert "(5)  is looked at, and does not count" in text
    assert "dx[1,3] = dout[0,1] = 2   (won the only window on it)" in text
    assert "dx[3,3] = 0   (won no window, so nothing comes back)" in text


def test_averages_and_relu():
    text = told_of("avg-pool")
    assert "out[0,0] = (1 + 3 + 5 + 4) / 4 = 3.25" in text
    assert "dx[0,2] = dout[0,1] / 4 = 2 / 4 = 0.5" in text
    pair = str(trace.avg_pool([[1, 4]], {"pool_height": 1, "pool_width": 2}))
    assert "out[0,0] = (1 + 4) / 2 = 2.5" in pair
    text = told_of("relu")
    assert "out[0,0] = x[0,0] = 2   (x is 2, above 0)" in text
    assert "dx[1,0] = 0   (x is -3, not above 0, so nothing comes back)" in text


def test_the_step_by_its_symbols():
    text = told_of("sgd-step")
    for line in (
        "error = sum - target = 232 - 230 = 2",
        "loss = error*error = 2*2 = 4",
        "dsum = 2*error = 2*2 = 4",
        "dw[0,0] = 1*4 + 2*4 + 4*4 + 5*4 = 48",
        "w_after[1,0] = w[1,0] - lr*dw[1,0] = 1 - 0.01*96 = 0.04",
        "loss_after = error_after*error_after = -68.4*(-68.4) = 4678.56",
    ):
        assert f"   {line}\n" in text + "\n"


def test_a_single_number_is_told_once_and_a_long_sum_without_symbols():
    text = trace.sgd_step().only("sum").text()
    assert "   sum = 36 + 47 + 69 + 80 = 232\n" in text
    assert text.endswith("->  [232]\n       69  80")


def test_symbols_are_for_short_sums():
    two, three = (np.ones((channels, 1, 1)) for channels in (2, 3))
    text = trace.convolution(two, two).only("forward").text()
    assert "out[0,0] = x[0,0,0,0]*w[0,0,0,0] + x[0,1,0,0]*w[0,1,0,0] = 1*1 + 1*1 = 2" in text
    text = trace.convolution(three, three).only("forward").text()
    assert "out[0,0] = 1*1 + 1*1 + 1*1 = 3" in text


def test_padding_is_pale():
    coloured = trace.preset("strided").only("forward").text(colour=True)
    assert "\033[2m . \033[0m" in coloured or "\033[2m.\033[0m" in coloured


def test_matrices_flow_into_lines():
    blocks = [matrix(name, [[cell]], {}, lambda words, _: words) for name, cell in ("a1", "b5")]
    assert [block.width for block in blocks] == [3, 3]
    both = [" a    b", " 1    5"]
    assert flowing(blocks, 8) == both
    assert flowing(blocks, 7) == [" a", " 1", "", " b", " 5"]
    assert flowing([*blocks, *blocks], 12) == [*both, "", *both]
    assert flowing([*blocks, *blocks], 13) == [" a    b    a", " 1    5    1", "", " b", " 5"]


def test_channels_have_a_line_of_pictures_each():
    x, w = np.arange(16).reshape(1, 2, 2, 4), [[[1, 2]], [[-1, 0]]]
    text = trace.convolution(x, np.array(w)[None]).text(cell=(0, 1))
    assert TWO_CHANNELS in text + "\n"


def test_long_sums_are_broken_and_many_cells_have_few_pictures():
    told = trace.convolution(np.ones((6, 6)), np.full((4, 4), 1234), conv_param={"pad": "same"})
    text = str(told)
    sums = [line for line in text.splitlines() if "*1234 +" in line]
    assert 90 < max(map(len, sums)) <= 96
    assert "The other 33 cells, without pictures (--cell 0,3 draws one):" in text
    assert len(re.findall("    products", told.only("forward").text())) == 3
    one = told.text(cell=(5, 5))
    assert len(re.findall("    products", one)) == 3  # forward, input gradient, rotated filter
    assert one == told.text(cell=[np.int64(5), 5])
    assert "out[5,5] = " in one
    assert "out[0,0] = " not in one


def test_a_result_that_does_not_fit_beside_goes_below():
    x, w = np.full((4, 4), 0.25), np.full((3, 3), 1.25)
    narrow = trace.convolution(x * 4, w * 4, conv_param={"pad": "same"})
    assert re.search("products +out\n", narrow.text(cell=(0, 0)))
    wide = trace.convolution(x, w * 1001.5, conv_param={"pad": "same"}).only("forward")
    for colour in (False, True):
        text = re.sub(r"\033\[[\d;]*m", "", wide.text(cell=(0, 0), colour=colour))
        lines = text.partition("out[0,0] = ")[2].splitlines()
        assert [line.split() for line in lines[-5:-3]] == [["out"], ["[1251.88]", "?", "?", "?"]]


def test_a_cell_that_no_window_reaches():
    text = str(trace.convolution(np.ones((3, 3)), [[1]], conv_param={"stride": 2}))
    assert "dx[0,1] = 0   (no window lies on this cell of x)" in text


def test_a_cell_that_is_not_there():
    told = trace.convolution(np.ones((3, 3)), [[1, 1]])
    with pytest.raises(ValueError, match="no result has a cell 7,7; there are out 3 x 2, dw 1 x 2"):
        told.text(cell=(7, 7))


@pytest.mark.parametrize("name", PRESETS)
def test_text_is_plain_and_colours_add_nothing_to_it(name):
    told = trace.preset(name)
    plain = told.text()
    assert plain.isascii()
    assert "\033" not in plain
    assert max(map(len, plain.splitlines())) <= 100
    coloured = told.text(colour=True)
    assert "\033[" in coloured
    assert re.sub(r"\033\[[\d;]*m", "", coloured) == plain


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (4.0, "4"),
        (-0.0, "0"),
        (0.03999999999999998, "0.04"),
        (np.float32(0.1), "0.1"),
        (4678.559999999999, "4678.56"),
        (1234567.0, "1234567"),
        (1 / 3, "0.333333"),
        (1e-9, "1e-09"),
        (1e300, "1e+300"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_numbers_are_written_short(number, text):
    assert brief(float(number)) == text


@pytest.mark.parametrize("name", PRESETS)
def test_the_document_holds_the_whole_trace(name):
    told = trace.preset(name)
    read = json.loads(json.dumps(told.as_dict(), allow_nan=False))
    assert (read["kind"], read["title"], read["source"]) == (told.kind, told.title, told.source)
    assert read["arrays"] == {key: array.tolist() for key, array in told.arrays.items()}
    assert list(read["param"]) == list(told.param)
    for one, again in zip(told.passes, read["passes"], strict=True):
        assert [one.name, one.title, one.says, one.result, one.combines] == [
            again[key] for key in ("name", "title", "says", "result", "combines")
        ]
        for step, other in zip(one.steps, again["steps"], strict=True):
            assert [*step.index] == other["index"]
            assert (step.value, step.divisor, step.says) == (
                other["value"],
                other["divisor"],
                other["says"],
            )
            for term, its in zip(step.terms, other["terms"], strict=True):
                assert (term.value, term.counts) == (its["value"], its["counts"])
                for factor, same in zip(term.factors, its["factors"], strict=True):
                    assert same == {
                        "array": factor.array,
                        "index": [*factor.index],
                        "value": factor.value,
                        "padding": factor.padding,
                    }


def test_the_document_has_words_for_what_json_has_no_number_for():
    arrays = document(trace.relu([np.nan, np.inf, -np.inf]))["arrays"]
    assert arrays["x"] == ["NaN", "Infinity", "-Infinity"]
    assert [str(float(word)) for word in arrays["x"]] == ["nan", "inf", "-inf"]
