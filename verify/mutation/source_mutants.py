"""Mutants of Python source: one operator, constant or statement changed in the syntax tree."""

import ast
from dataclasses import dataclass

COMPARISONS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
CONNECTIVES = {ast.And: ast.Or, ast.Or: ast.And}


@dataclass(frozen=True)
class SourceMutant:
    """One change of one module.

    Attributes
    ----------
    path : str
        Of the module, from the root of the project.
    line : int
        From 1 on.
    scope : str
        The function or class that has it, or `module`.
    ordinal : int
        Which of the equal changes of this scope, from 1 on.
    kind : str
        `comparison`, `operator`, `constant`, `connective`, `condition` or `statement`.
    before, after : str
        The expression or statement, as Python text.
    source : str
        The whole changed module.
    """

    path: str
    line: int
    scope: str
    ordinal: int
    kind: str
    before: str
    after: str
    source: str

    @property
    def name(self):
        """What stays when another part of the file is edited."""
        return f"{self.path} {self.scope}: `{self.before}` -> `{self.after}` ({self.kind} {self.ordinal})"


def sites(text):
    """Where a module can be changed, in the order of the syntax tree.

    Parameters
    ----------
    text : str
        Source of a module.

    Returns
    -------
    list of (int, int)
        Number of the node, and of the change at this node; for `mutant`.
    """
    tree = ast.parse(text)
    told = _told(tree)
    return [
        (index, number)
        for index, node in enumerate(ast.walk(tree))
        if id(node) not in told
        for number, _ in enumerate(_changes(node))
    ]


def mutant(path, text, site):
    """The SourceMutant of one of the `sites` of a module."""
    index, number = site
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    scopes = _scopes(tree)
    node, scope = nodes[index], scopes[id(nodes[index])]
    kind, change = list(_changes(node))[number]
    before = ast.unparse(node)
    equal = [
        other
        for other in nodes
        if scopes[id(other)] == scope and type(other) is type(node) and ast.unparse(other) == before
    ]
    ordinal = 1 + sorted(equal, key=lambda other: (other.lineno, other.col_offset)).index(node)
    change(node)
    return SourceMutant(
        path,
        node.lineno,
        scope,
        ordinal,
        kind,
        _short(before),
        _short(ast.unparse(node)),
        ast.unparse(ast.fix_missing_locations(tree)) + "\n",
    )


def _scopes(tree):
    """Id of each node -> name of the innermost function or class around it."""
    scopes = {}

    def visit(node, scope):
        scopes[id(node)] = ".".join(scope) or "module"
        inner = [*scope, node.name] if isinstance(node, (ast.FunctionDef, ast.ClassDef)) else scope
        for child in ast.iter_child_nodes(node):
            visit(child, inner)

    visit(tree, [])
    return scopes


def _told(tree):
    """Ids of the nodes that are told to people only: docstrings, messages, annotations."""
    told = set()
    for node in ast.walk(tree):
        parts = []
        if isinstance(node, (ast.Raise, ast.JoinedStr)):
            parts = [node]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "must":
            parts = node.args[1:]
        elif isinstance(node, ast.arg) and node.annotation:
            parts = [node.annotation]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            parts = [node]
        told.update(id(inner) for part in parts for inner in ast.walk(part))
    return told


def _changes(node):
    """(kind, function that changes the node) of every mutant at this node."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        yield "comparison", lambda target: target.ops.__setitem__(0, COMPARISONS[type(target.ops[0])]())
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in OPERATORS:
        yield "operator", lambda target: setattr(target, "op", OPERATORS[type(target.op)]())
    if isinstance(node, ast.BoolOp):
        yield "connective", lambda target: setattr(target, "op", CONNECTIVES[type(target.op)]())
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield "constant", lambda target: setattr(target, "value", target.value + 1)
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        yield "condition", lambda target: setattr(target, "test", ast.UnaryOp(ast.Not(), target.test))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "statement", lambda target: setattr(target, "value", ast.Constant(None))
    if isinstance(node, ast.AugAssign):
        yield "statement", lambda target: setattr(target, "value", _neutral(target.op))


def _neutral(operator):
    """What leaves a number as it is, for the statement that adds, shifts or combines it."""
    return ast.Constant({ast.Mult: 1, ast.FloorDiv: 1, ast.BitAnd: -1}.get(type(operator), 0))


def _short(text):
    line = text.splitlines()[0]
    return line if len(line) <= 80 else line[:77] + "..."
