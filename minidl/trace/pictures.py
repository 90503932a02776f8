"""Pictures of steps in text: the cells that a step takes, their products, the result so far.

``[3]`` is a cell that counts, ``(3)`` one that is looked at, ``.`` padding, ``?`` a cell still to
come.  A matrix that counts as a whole in every step has no marks.
"""

from minidl.trace.blocks import aligned, beside, matrix, plane_name, width_of
from minidl.trace.equations import brief


def by_plane(step):
    """Return the terms of a step, sorted by the matrices that they take their factors from.

    Returns
    -------
    dict of tuple to list of Term
        A key has a (name, front of the index) for each factor.
    """
    groups = {}
    for term in step.terms:
        key = tuple((factor.array, _split(factor.index)[0]) for factor in term.factors)
        groups.setdefault(key, []).append(term)
    return groups


class Pictures:
    """Draws the steps of one pass, all in the same frame.

    Parameters
    ----------
    trace : Trace
    told : Pass
    paint : callable of (text, style)
    width : int
        Of a line; the result goes below where it does not fit.
    """

    def __init__(self, trace, told, paint, width):
        self.arrays, self.told, self.paint, self.width = trace.arrays, told, paint, width
        terms = [term for step in told.steps for term in step.terms]
        self.spans = _spans(terms, self.arrays)
        self.whole = {name for name in self.spans if self._counts_as_a_whole(name)}
        self.widths = {
            "products": max((len(brief(t.value)) for t in terms if len(t.factors) > 1), default=0),
            "result": max(len(brief(step.value)) for step in told.steps),
        }

    def lines(self, step):
        """Return the picture of a step, as lines."""
        rows, result = [], self._result(step)
        groups = {
            key: terms
            for key, terms in by_plane(step).items()
            if any(self.arrays[name].ndim > 1 for name, _ in key)
        }
        for key, terms in groups.items():
            blocks = [self._taken(plane, k, terms) for k, plane in enumerate(key)]
            signs = ["*"] * (len(blocks) - 1)
            if len(key) > 1:
                blocks.append(self._products(terms, key[-1][0], len(groups) > 1))
                signs.append("=")
            rows.append((blocks, signs))
        if not rows:
            return beside([result])
        (blocks, signs), *others = rows
        with_result = [([*blocks, result], [*signs, "->"]), *others]
        if width_of(with_result) <= self.width:
            return aligned(with_result)
        return [*aligned(rows), "", *beside([result])]

    def _taken(self, plane, k, terms):
        """Draw a matrix, the padding around it, and the cells marked that are factor ``k``."""
        name, front = plane
        rows, columns = self.spans[name]
        array = self.arrays[name]
        values = array[front].reshape((1, 1, *array.shape)[-2:])
        height, width = values.shape
        cells, styles = [], {}
        for row, i in enumerate(rows):
            cells.append([])
            for column, j in enumerate(columns):
                inside = 0 <= i < height and 0 <= j < width
                cells[-1].append(brief(values[i, j]) if inside else ".")
                if not inside:
                    styles[row, column] = "aside"
        marks = {}
        for term in terms if name not in self.whole else ():
            i, j = _split(term.factors[k].index)[1]
            where = i - rows.start, j - columns.start
            marks[where] = "[]" if term.counts else "()"
            styles[where] = "used" if term.counts else "seen"
        label = plane_name(name, array.shape, front)
        return matrix(label, cells, marks, self.paint, styles)

    def _products(self, terms, name, several):
        """Draw the products of a group of terms where their last factors lie."""
        rows, columns = self.spans[name]
        cells = [["" for _ in columns] for _ in rows]
        for term in terms:
            i, j = _split(term.factors[-1].index)[1]
            cells[i - rows.start][j - columns.start] = brief(term.value)
        label = "products"
        if several:
            label += f", sum {brief(sum(term.value for term in terms))}"
        return matrix(label, cells, {}, self.paint, width=self.widths["products"])

    def _result(self, step):
        """Draw the result as far as it is known, the step's own cell marked."""
        array = self.arrays[self.told.result]
        front, own = _split(step.index)
        height, width = (1, 1, *array.shape)[-2:]
        values = array[front].reshape(height, width)
        cells = [
            [brief(values[i, j]) if (i, j) <= own else "?" for j in range(width)]
            for i in range(height)
        ]
        label = plane_name(self.told.result, array.shape, front)
        style = {own: "result"}
        return matrix(label, cells, {own: "[]"}, self.paint, style, self.widths["result"])

    def _counts_as_a_whole(self, name):
        """Return whether all cells of each matrix that a step takes from an array count."""
        rows, columns = self.spans[name]
        for step in self.told.steps:
            for key, terms in by_plane(step).items():
                for k, plane in enumerate(key):
                    if plane[0] != name:
                        continue
                    counting = {_split(t.factors[k].index)[1] for t in terms if t.counts}
                    if len(counting) < len(rows) * len(columns):
                        return False
        return True


def _spans(terms, arrays):
    """Return the rows and columns that terms reach in each array: all of it, and its padding."""
    reached = {}
    for factor in (factor for term in terms for factor in term.factors):
        reached.setdefault(factor.array, set()).add(_split(factor.index)[1])
    spans = {}
    for name, places in reached.items():
        height, width = (1, 1, *arrays[name].shape)[-2:]
        rows, columns = zip(*places, (0, 0), (height - 1, width - 1), strict=True)
        spans[name] = range(min(rows), max(rows) + 1), range(min(columns), max(columns) + 1)
    return spans


def _split(index):
    """Return the front of an index, which chooses a matrix, and the row and column in it."""
    return index[:-2], (0, 0, *index)[-2:]
