"""Whether a dotted name in a document is in the code, found without importing anything."""

import ast
from pathlib import Path

from tests.house.repository import ROOT, tree


def exists(name: str) -> bool:
    """`server.services.alerts.raise_alert`: a package, a module, or something defined in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        path = Path(*parts[:length])
        for module in (path.with_suffix(".py"), path / "__init__.py"):
            if (ROOT / module).is_file():
                return _defines(tree(module).body, parts[length:])
        if (ROOT / path).is_dir():
            return length == len(parts)
    return False


def _defines(body: list[ast.stmt], names: list[str]) -> bool:
    if not names:
        return True
    for node in body:
        if names[0] in _named(node):
            below = node.body if isinstance(node, ast.ClassDef) else []
            return _defines(below, names[1:])
    return False


def _named(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.ImportFrom(names=names):
            return [alias.asname or alias.name for alias in names]
    return []
