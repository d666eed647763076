"""How the code is built: who may import whom, how long things may be, and that no field is named outside the record."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from domain.kinds import KINDS
from domain.record import FACTS

ROOT = Path(__file__).parent.parent
FOLDERS = ("blueprints", "domain", "tables", "deploy")
MODULES = sorted([*ROOT.glob("*.py"), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))])
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
WEB = {"flask", "flask_wtf", "flask_login", "werkzeug", "wtforms", "jinja2", "blueprints", "app"}
ALLOWED_BELOW = {"domain": {"peewee", "playhouse", "models", "tables", "deploy", *WEB}, "tables": WEB}
LONGEST_MODULE, LONGEST_FUNCTION, LONGEST_ROUTE = 250, 20, 15


def named(path):
    """A path as it is spoken of."""
    return path.relative_to(ROOT).as_posix()


def imports(path):
    """The first word of everything a module imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name.split(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module.split(".")[0]


def functions(path):
    """Every function of a module."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return [node for node in nodes if isinstance(node, ast.FunctionDef)]


def lines(node):
    """From `def` to the last line."""
    return node.end_lineno - node.lineno + 1


def is_route(node):
    """Whether it answers an address."""
    return any(re.search(r"\bbp\.(get|post|route)\(", ast.unparse(one)) for one in node.decorator_list)


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name == "domain"], ids=named)
def test_the_domain_knows_no_web_and_no_database(path):
    assert not set(imports(path)) & ALLOWED_BELOW["domain"]


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.parent.name == "tables" or path.stem == "models"], ids=named
)
def test_the_tables_know_no_web(path):
    assert not set(imports(path)) & ALLOWED_BELOW["tables"]


def test_only_one_module_reads_what_htmx_sends():
    reads = re.compile(r'headers(\.get\(|\[)"HX-|"(HX-|HTTP_HX_)[A-Za-z_-]+" (not )?in')
    readers = [named(path) for path in MODULES if reads.search(path.read_text("utf-8"))]

    assert readers == ["blueprints/htmx.py"]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_says_what_it_is_about_and_is_not_too_long(path):
    text = path.read_text("utf-8")

    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert text.count("\n") <= LONGEST_MODULE


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_function_is_too_long_and_no_route_longer_still(path):
    limits = {node: LONGEST_ROUTE if is_route(node) else LONGEST_FUNCTION for node in functions(path)}

    assert {node.name: lines(node) for node, limit in limits.items() if lines(node) > limit} == {}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_what_is_public_says_what_it_does(path):
    nodes = [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    ]
    inner = {
        child for node in nodes for child in ast.walk(node) if child is not node and isinstance(node, ast.FunctionDef)
    }

    silent = [
        n.name
        for n in nodes
        if n not in inner and not n.name.startswith("_") and n.name != "Meta" and not ast.get_docstring(n)
    ]

    assert silent == []


def test_no_field_of_the_record_is_named_in_code_or_templates():
    record = tomllib.loads((ROOT / "record.toml").read_text("utf-8"))
    keys = {field["key"] for tab in record["tab"] for field in tab.get("field", [])}
    # The same word may stand for a roster column or for a kind of field.
    keys -= FACTS | set(KINDS) | {kind.widget for kind in KINDS.values()}
    quoted = re.compile(r"""["']({})["']""".format("|".join(sorted(keys))))

    found = {(named(path), hit) for path in (*MODULES, *TEMPLATES) for hit in quoted.findall(path.read_text("utf-8"))}

    assert len(keys) > 50 and found == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_trusts_nothing_and_runs_nothing_inline(path):
    text = path.read_text("utf-8")

    assert not re.search(r"\|\s*safe\b|\bautoescape\s+false", text)
    assert not re.search(r"\son[a-z]+=\"|\sstyle=\"|<style|<script(?! src)|javascript:", text)
    assert not re.search(r"hx-on|hx-vals=.js:", text)


def test_a_fragment_has_the_name_of_what_it_replaces():
    for path in TEMPLATES:
        if path.name.startswith("_") and 'hx-target="#' in path.read_text("utf-8"):
            assert f'id="{path.stem[1:]}"' in path.read_text("utf-8"), named(path)


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=named)
def test_a_test_file_is_no_longer_than_a_reader_can_hold(path):
    assert path.read_text("utf-8").count("\n") <= 300
