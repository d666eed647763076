"""The words: every message of code and templates has a translation, with the same placeholders, compiled."""

import ast
import io
import re
import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from blueprints.language import LANGUAGES

ROOT = Path(__file__).parent.parent
CATALOG = ROOT / "translations" / "zh_Hant_TW" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "_h": None, "N_": None, "_n": (1, 2)}
WAYS = [("**.py", "python"), ("**.html", "jinja2")]
FOLDERS = ["blueprints", "domain", "tables", "templates"]
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted([*ROOT.glob("*.py"), *(ROOT / "blueprints").rglob("*.py"), *(ROOT / "deploy").glob("*.py")])
# What is Chinese because it is a fact: the brand, the switch to the other language, values and headers of rosters.
CHINESE_ON_PAGES = {"中文", "學籍"}
CHINESE_FACTS = {"無", "男", "女", "學籍", "學士班", "示範帳號", "身分證字號"}


@pytest.fixture(scope="module")
def catalog():
    """The translations, as translators keep them."""
    with CATALOG.open("rb") as file:
        return read_po(file, locale="zh_Hant_TW")


@pytest.fixture(scope="module")
def messages():
    """Every message of the source: its id, or the pair of its singular and plural."""
    found = [one for folder in FOLDERS for one in extract_from_dir(str(ROOT / folder), WAYS, keywords=KEYWORDS)]
    return {message: f"{file}:{line}" for file, line, message, *_ in found}


def placeholders(text):
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def translations(message):
    """All its translations, as a list."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_message_of_the_source_is_translated(messages, catalog):
    missing = {
        id: place for id, place in messages.items() if not (catalog.get(id) and all(translations(catalog.get(id))))
    }

    assert len(messages) > 300 and missing == {}


def test_nothing_is_translated_that_nobody_says(messages, catalog):
    assert {one.id for one in catalog if one.id} - messages.keys() == set()


def test_no_translation_is_a_guess(catalog):
    assert [one.id for one in catalog if one.id and one.fuzzy] == []


def test_translations_have_the_same_placeholders(catalog):
    different = []
    for one in catalog:
        ids = one.id if isinstance(one.id, tuple) else (one.id,)
        wanted = set().union(*map(placeholders, ids)) if one.id else set()
        different += [one.id for text in translations(one) if one.id and text and placeholders(text) != wanted]

    assert different == []


def test_translations_have_the_same_markup(catalog):
    def tags(text):
        return sorted(re.findall(r"</?[a-z]+", text.replace("<wbr>", "")))

    singular = [(one.id, one.string) for one in catalog if isinstance(one.id, str) and one.id and one.string]
    assert [id for id, text in singular if tags(id) != tags(text)] == []


def test_the_compiled_catalog_is_that_of_the_text(catalog):
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)

    with CATALOG.with_suffix(".mo").open("rb") as file:
        stored, expected = read_mo(file), read_mo(compiled)
    assert {str(one.id): one.string for one in stored} == {str(one.id): one.string for one in expected}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_template_compiles_in_both_languages(built, lang):
    environment = built.extensions["languages"][lang]

    for path in TEMPLATES:
        environment.get_template(path.relative_to(ROOT / "templates").as_posix())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_chinese_of_its_own(path):
    text = re.sub("|".join(CHINESE_ON_PAGES), "", path.read_text("utf-8"))

    assert CHINESE.findall(text) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_code_holds_no_chinese_but_facts_and_explanations(path):
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node)
    }
    texts = [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docstrings
    ]

    assert [text for text in texts if CHINESE.search(re.sub("|".join(CHINESE_FACTS), "", text))] == []
