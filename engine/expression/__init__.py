"""Formulas that a user writes: read by a whitelist, computed, differentiated and shown; never run as code."""

from engine.expression.expression import Expression
from engine.expression.limits import MADE, TYPED, Limits
from engine.expression.operations import CONSTANTS, OPERATIONS, Constant, Notation, OperationKind, Precedence
from engine.expression.parser import MAX_NESTING, parse
from engine.expression.tokens import ExpressionError
from engine.expression.tree import Name, Node, Number, Operation, operands_first

__all__ = [
    "CONSTANTS",
    "MADE",
    "MAX_NESTING",
    "OPERATIONS",
    "TYPED",
    "Constant",
    "Expression",
    "ExpressionError",
    "Limits",
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
