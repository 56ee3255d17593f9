"""Mutants: a function with one operator, constant or condition changed, put in its place while checks run."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import CodeType, FunctionType
from typing import Any

SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.FloorDiv,),
    ast.FloorDiv: (ast.Mult,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
}


@dataclass(frozen=True)
class Mutant:
    function: FunctionType
    line: int
    change: str
    code: CodeType

    def __str__(self) -> str:
        return f"{self.function.__module__}.{self.function.__qualname__} line {self.line}: {self.change}"


class _Bare(ast.NodeTransformer):
    """Without annotations, of which nothing depends when it runs."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node


def mutants(function: Any) -> Iterator[Mutant]:
    """Every change of one place in the function."""
    tree = _Bare().visit(ast.parse(textwrap.dedent(inspect.getsource(function))))
    for index, node in enumerate(ast.walk(tree)):
        for number, (change, _) in enumerate(_changes(node)):
            fresh = ast.parse(ast.unparse(tree))
            if not isinstance(changed := fresh.body[0], ast.FunctionDef):
                continue
            target = list(ast.walk(fresh))[index]
            list(_changes(target))[number][1]()
            changed.decorator_list = []
            code = _code_of(fresh, function)
            if code is not None and code != function.__code__:
                yield Mutant(function, getattr(node, "lineno", 0) + function.__code__.co_firstlineno - 1, change, code)


def _changes(node: ast.AST) -> list[tuple[str, Callable[[], None]]]:
    """What can be changed at a node, and how; each is made on a tree of its own."""
    match node:
        case ast.Compare():
            return [
                (f"{ast.unparse(node)} with {other.__name__}", partial(node.ops.__setitem__, 0, other()))
                for other in SWAPS.get(type(node.ops[0]), ())
            ]
        case ast.BinOp() | ast.BoolOp():
            others = SWAPS.get(type(node.op), ())
            return [_set(node, "op", other(), f"{ast.unparse(node)} with {other.__name__}") for other in others]
        case ast.UnaryOp(op=ast.Not()):
            return [_set(node, "operand", ast.UnaryOp(ast.Not(), node.operand), f"{ast.unparse(node)} turned")]
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return [_set(node, "value", number + 1, f"{number} as {number + 1}")]
        case ast.If() | ast.IfExp():
            return [_set(node, "test", ast.Constant(v), f"if {ast.unparse(node.test)} as {v}") for v in (True, False)]
        case ast.Return(value=ast.expr() as value):
            return [_set(node, "value", ast.Constant(None), f"return {ast.unparse(value)} gives nothing")]
    return []


def _set(node: ast.AST, field: str, value: Any, change: str) -> tuple[str, Callable[[], None]]:
    return change, partial(setattr, node, field, value)


def _code_of(tree: ast.Module, function: FunctionType) -> CodeType | None:
    """The code of the changed function; None where it cannot take the place of the other."""
    space = dict(function.__globals__)
    exec(compile(ast.fix_missing_locations(tree), function.__code__.co_filename, "exec"), space)  # noqa: S102 - our own source
    made = space[function.__name__]
    return made.__code__ if made.__code__.co_freevars == function.__code__.co_freevars else None


@contextmanager
def in_place(mutant: Mutant) -> Iterator[None]:
    """The mutant instead of the function, for everybody who calls it."""
    kept = mutant.function.__code__
    mutant.function.__code__ = mutant.code
    try:
        yield
    finally:
        mutant.function.__code__ = kept


def functions_of(thing: Any) -> list[FunctionType]:
    """The functions that a module defines, or a class: methods and properties."""
    module = thing.__name__ if inspect.ismodule(thing) else thing.__module__
    source = inspect.getsourcefile(thing)
    found = []
    for value in vars(thing).values():
        plain = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if isinstance(plain, FunctionType) and plain.__module__ == module and plain.__code__.co_filename == source:
            found.append(plain)
    return found
