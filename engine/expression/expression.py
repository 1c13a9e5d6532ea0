"""A formula that was read: its values, its exact derivatives, and how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.expression.operations import Array
from engine.expression.rendering import to_python, to_tex, to_unicode
from engine.expression.tree import Name, Node, Number, operands_first

__all__ = ["Expression"]


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula, as `parse` returns it.

    Parameters
    ----------
    text : str
        As the user wrote it, in one line.
    root : Node
        Its tree.
    names : tuple of str
        The names in it, in the order of their first use.
    """

    text: str
    root: Node
    names: tuple[str, ...]

    def evaluate(self, values: Mapping[str, ArrayLike]) -> Array:
        """Compute the formula at one point or at many.

        Parameters
        ----------
        values : mapping of str to array or float
            A value for each of `names`; they broadcast. Others than `names` count for the shape only.

        Returns
        -------
        ndarray of float64
            A new array in the shape that all values broadcast to. Overflow gives inf and what has no real value
            nan, without a warning.

        Raises
        ------
        ValueError
            If a name has no value, or the shapes do not broadcast.
        """
        results, shape = self._forward(values)
        return _spread(results[id(self.root)], shape)

    def gradient(self, values: Mapping[str, ArrayLike]) -> tuple[Array, dict[str, Array]]:
        """Compute the formula and its derivatives by one pass forward and one pass in reverse.

        Where paths from a name to the result meet, what comes along them adds up. At kinks the derivative is the
        one that `OperationKind.kink` names.

        Parameters
        ----------
        values : mapping of str to array or float
            As for `evaluate`.

        Returns
        -------
        value : ndarray of float64
            As `evaluate` returns it.
        derivatives : dict of str to ndarray of float64
            For each of `names`, pointwise, new arrays in the shape of ``value``.

        Raises
        ------
        ValueError
            As `evaluate`.
        """
        results, shape = self._forward(values)
        adjoints: dict[int, Array] = {id(self.root): np.ones((), dtype=np.float64)}
        derivatives = {name: np.zeros(shape, dtype=np.float64) for name in self.names}
        with np.errstate(all="ignore"):
            for node in reversed(operands_first(self.root)):
                if isinstance(node, Number):
                    continue
                adjoint = adjoints[id(node)]
                if isinstance(node, Name):
                    derivatives[node.name] += adjoint
                else:
                    arguments = [results[id(argument)] for argument in node.arguments]
                    for index, argument in enumerate(node.arguments):
                        if isinstance(argument, Number):
                            continue  # nobody asks for the slope along a number
                        local = node.kind.derivative(index, arguments, results[id(node)])
                        passed = adjoint * local
                        if node.kind.selects:
                            # Of sqrt(relu(x)) below 0 the slope is 0, not 0 times infinity.
                            passed = np.where(local == 0, 0.0, passed)
                        adjoints[id(argument)] = adjoints.get(id(argument), 0.0) + passed
        return _spread(results[id(self.root)], shape), derivatives

    def unicode(self) -> str:
        """Return the formula in Unicode, for buttons and labels; `parse` reads it back."""
        return to_unicode(self.root)

    def tex(self) -> str:
        """Return the formula in LaTeX."""
        return to_tex(self.root)

    def python(self, numpy: str = "np") -> str:
        """Return NumPy code that computes the formula, for programs that a user takes along.

        It is made of the tree, so it contains nothing but what `OPERATIONS` declares. In it the `names` are arrays
        of float64; without any the result is a single number.

        Parameters
        ----------
        numpy : str
            The name that the program imports NumPy by.

        Raises
        ------
        ValueError
            If ``numpy`` is not an identifier, or is one of `names`.
        """
        return to_python(self.root, numpy)

    def _forward(self, values: Mapping[str, ArrayLike]) -> tuple[dict[int, Array], tuple[int, ...]]:
        """Compute all nodes, by their identity, and the shape of the result."""
        missing = [name for name in self.names if name not in values]
        if missing:
            raise ValueError(f"no value for {', '.join(missing)}: pass one for each of {', '.join(self.names)}")
        arrays = {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}
        try:
            shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
        except ValueError:
            shapes = ", ".join(f"{name} {list(array.shape)}" for name, array in arrays.items())
            raise ValueError(
                f"values have one shape or broadcast to one, got {shapes}: pass one value a point"
            ) from None
        results: dict[int, Array] = {}
        with np.errstate(all="ignore"):
            for node in operands_first(self.root):
                if isinstance(node, Name):
                    results[id(node)] = arrays[node.name]
                elif isinstance(node, Number):
                    results[id(node)] = np.asarray(node.value, dtype=np.float64)
                else:
                    results[id(node)] = node.kind.forward(*(results[id(argument)] for argument in node.arguments))
        return results, shape


def _spread(result: Array, shape: tuple[int, ...]) -> Array:
    """Copy a result, which may be an argument itself or a single number, into an array of its own."""
    return np.array(np.broadcast_to(result, shape), dtype=np.float64)
