"""Formulas that a user writes: read by a whitelist, computed, differentiated and shown; never run as code."""

from engine.expression.expression import Expression
from engine.expression.operations import CONSTANTS, OPERATIONS, Constant, Notation, OperationKind, Precedence
from engine.expression.parser import MAX_NAMES, MAX_NESTING, MAX_NODES, parse
from engine.expression.tokens import MAX_CHARACTERS, ExpressionError
from engine.expression.tree import Name, Node, Number, Operation, operands_first

__all__ = [
    "CONSTANTS",
    "MAX_CHARACTERS",
    "MAX_NAMES",
    "MAX_NESTING",
    "MAX_NODES",
    "OPERATIONS",
    "Constant",
    "Expression",
    "ExpressionError",
    "Name",
    "Node",
    "Notation",
    "Number",
    "Operation",
    "OperationKind",
    "Precedence",
    "operands_first",
    "parse",
]
