"""Compares the tables of src/recipes (JSON on standard input, from dump.mjs) with the source of the real packages.

usage: node dump.mjs | python3 compare.py PACKAGES [REPOSITORIES]

PACKAGES is a folder that pip has installed into. The source is parsed and not run, so that no package needs what it
depends on. Exit code 1 where anything differs, or a package has another version.
"""

import ast
import json
import sys
from importlib.metadata import distributions
from pathlib import Path


class Differs(Exception):
    """What stands in the source is not what the table says."""


def main() -> int:
    packages = Path(sys.argv[1])
    repositories = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    sys.path.insert(0, str(packages))
    installed = {normal(d.metadata["Name"]): d.version for d in distributions(path=[str(packages)])}
    wrong = 0
    for table in json.load(sys.stdin):
        for package, version in table["packages"].items():
            found = installed.get(normal(package))
            if found != version:
                wrong += 1
                print(f"{table['id']}: the table is of {package} {version}, installed is {found}")
        compared, without = 0, []
        for source in table["sources"]:
            root = packages
            if source.get("repository"):
                root = repositories and repositories / table["id"]
            path = root and root / source["file"]
            where = f"{table['id']}, {source['task']}, {source['name']}: {source['file']}"
            if source.get("repository") and (path is None or not path.exists()):
                without.append(source["file"])
                continue
            try:
                check(path, source)
                compared += len(source["values"])
            except (Differs, OSError) as error:
                wrong += 1
                print(f"{where}, {source.get('within', '')}: {error}")
        versions = ", ".join(f"{p} {v}" for p, v in table["packages"].items())
        print(f"{table['id']} ({versions}): {compared} values compared")
        for file in dict.fromkeys(without):
            print(f"  not compared, it is in the repository only: {file}")
    print("all as in the tables" if wrong == 0 else f"{wrong} differences")
    return 1 if wrong else 0


def normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def check(path: Path, source: dict) -> None:
    text = path.read_text(encoding="utf-8")
    values = source["values"]
    kind = source["kind"]
    if kind == "yaml":
        return compare(values, yaml_values(text, values))
    scope = scope_in(ast.parse(text), source.get("within"))
    if kind == "parameters":
        return compare(values, parameters(scope))
    if kind == "call":
        calls = [c for c in calls_in(scope) if ast.unparse(c.func) == source["call"]]
        if not any(matches(values, arguments(c)) for c in calls):
            raise Differs(f"no call of {source['call']} with {values}, but {[ast.unparse(c) for c in calls]}")
        return None
    if kind == "assigned":
        return compare_any(values, assigned(scope))
    if kind == "dictionary":
        returned = [n.value for n in ast.walk(scope) if isinstance(n, ast.Return) and isinstance(n.value, ast.Dict)]
        found = {k.value: ast.unparse(v) for d in returned for k, v in zip(d.keys, d.values)}
        if list(found) != list(values):
            raise Differs(f"names {list(found)} instead of {list(values)}")
        return compare(values, found)
    if kind == "flags":
        return compare(values, flags(scope))
    if kind == "contains":
        code = ast.unparse(scope)
        missing = [piece for piece in values if piece not in code]
        if missing:
            raise Differs(f"there is no {missing}")
        return None
    if kind == "parameter names":
        return compare_names(values, [a.arg for a in parameter_list(scope)])
    if kind == "call names":
        return compare_names(values, class_names(scope))
    raise Differs(f"unknown kind {kind}")


def yaml_values(text: str, wanted: dict) -> dict:
    import yaml

    loaded = yaml.safe_load(text)
    found = {}
    for path in wanted:
        value = loaded
        for key in path.split("."):
            value = value[key] if isinstance(value, dict) and key in value else Differs
        found[path] = value
    return found


def scope_in(tree: ast.AST, within: str | None) -> ast.AST:
    """The function or class that a dotted name means."""
    scope = tree
    for name in within.split(".") if within else []:
        kinds = (ast.FunctionDef, ast.ClassDef)
        found = [n for n in ast.walk(scope) if isinstance(n, kinds) and n.name == name and n is not scope]
        if not found:
            raise Differs(f"there is no {within}")
        scope = found[0]
    return scope


def parameter_list(scope: ast.AST) -> list[ast.arg]:
    if isinstance(scope, ast.ClassDef):
        scope = scope_in(scope, "__init__")
    return [*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs]


def parameters(scope: ast.AST) -> dict:
    if isinstance(scope, ast.ClassDef):
        scope = scope_in(scope, "__init__")
    named = [*scope.args.posonlyargs, *scope.args.args]
    defaults = scope.args.defaults
    pairs = list(zip(named[len(named) - len(defaults) :], defaults)) if defaults else []
    pairs += [(a, d) for a, d in zip(scope.args.kwonlyargs, scope.args.kw_defaults) if d is not None]
    return {a.arg: value_of(d) for a, d in pairs}


def value_of(node: ast.AST):
    """A literal, or simple arithmetic with such; otherwise its source text."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        pass
    plain = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Constant, ast.Tuple, ast.List, ast.operator, ast.unaryop, ast.expr_context)
    if all(isinstance(n, plain) for n in ast.walk(node)):
        return eval(compile(ast.Expression(node), "", "eval"), {})
    return ast.unparse(node)


def calls_in(scope: ast.AST) -> list[ast.Call]:
    calls = [n for n in ast.walk(scope) if isinstance(n, ast.Call)]
    return sorted(calls, key=lambda c: (c.lineno, c.col_offset))


def arguments(call: ast.Call) -> dict:
    positional = {str(i): value_of(a) for i, a in enumerate(call.args)}
    return positional | {k.arg: value_of(k.value) for k in call.keywords if k.arg}


def assigned(scope: ast.AST) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                found.setdefault(ast.unparse(target), []).append(ast.unparse(node.value))
    return found


def flags(scope: ast.AST) -> dict:
    found = {}
    for call in calls_in(scope):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument":
            given = arguments(call)
            for key, name in given.items():
                if key.isdigit() and isinstance(name, str):
                    found[name] = given.get("default")
    return found


def class_names(scope: ast.AST) -> list[str]:
    names = [ast.unparse(c.func).split(".")[-1] for c in calls_in(scope)]
    leave = ("Compose",)
    return list(dict.fromkeys(n for n in names if n[0].isupper() and n not in leave and not n.endswith("Error")))


def matches(wanted: dict, found: dict) -> bool:
    return found.keys() == {str(k) for k in wanted} and all(same(v, found[str(k)]) for k, v in wanted.items())


def compare(wanted: dict, found: dict) -> None:
    for key, value in wanted.items():
        if key not in found:
            raise Differs(f"{key} is not there; the table has {value}")
        if not same(value, found[key]):
            raise Differs(f"{key} is {found[key]!r}; the table has {value!r}")


def compare_any(wanted: dict, found: dict[str, list[str]]) -> None:
    for key, value in wanted.items():
        if not any(same(value, one) for one in found.get(key, [])):
            raise Differs(f"{key} is {found.get(key)}; the table has {value!r}")


def compare_names(wanted: list[str], found: list[str]) -> None:
    if wanted != found:
        raise Differs(f"the names are {found}; the table has {wanted}")


def same(a, b) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= 1e-12 * max(1, abs(a))
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    return a == b


if __name__ == "__main__":
    sys.exit(main())
