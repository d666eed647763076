"""Pages in two languages: one template environment for each, with the words folded in when a template is compiled."""

import gettext
from functools import cache, lru_cache
from pathlib import Path

from flask import current_app, g, request, session
from jinja2 import BytecodeCache, StrictUndefined, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from domain.words import Invalid, Words

LANGUAGES = ("zh", "en")
CATALOGS = Path(__file__).parent.parent / "translations"


class FoldWords(Extension):
    """Replaces `_("…")` by the translated text, and `_h("…")` by the same as markup, while a template is compiled."""

    def filter_stream(self, stream):
        """Look for name, bracket, text, bracket; everything else passes through."""
        for token in stream:
            if token.type == "name" and token.value in ("_", "_h") and stream.current.type == "lparen":
                yield from self._folded(token, stream)
            else:
                yield token

    def _folded(self, name, stream):
        opening, text, closing = next(stream), next(stream), next(stream)
        if (text.type, closing.type) != ("string", "rparen"):
            raise SyntaxError(f"line {name.lineno}: {name.value}() takes one literal text")
        words = Token(text.lineno, "string", self.environment.catalog.gettext(text.value))
        yield from (words,) if name.value == "_" else (Token(name.lineno, "name", "Markup"), opening, words, closing)

    def parse(self, _parser):
        """There is no tag to parse."""
        return nodes.Output([])


class Compiled(BytecodeCache):
    """Templates once compiled, for environments that are made anew when another record comes into force."""

    def __init__(self):
        self.kept = {}

    def load_bytecode(self, bucket):
        """Give what was compiled from the same source."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket):
        """Keep what was compiled now."""
        self.kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = {lang: Compiled() for lang in LANGUAGES}


def set_up(app):
    """Choose the language of each request before anything else looks at it."""
    app.before_request(choose)


def make_environments(app, of, **site):
    """`app.extensions["languages"]`: a template environment for each language.

    It knows what `site` names, and the mapping that `of(record, lang)` gives for its language.
    """
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["languages"] = {
        lang: _environment(app, lang, site | of(app.extensions["record"], lang)) for lang in LANGUAGES
    }


def _environment(app, lang, site):
    env = app.jinja_env.overlay(extensions=[FoldWords], bytecode_cache=COMPILED[lang])
    env.catalog = catalog(lang)
    env.globals = {
        **env.globals,
        **site,
        "Markup": Markup,
        "lang": lang,
        "zh": lang == "zh",
        "_n": _counter(env.catalog),
    }
    env.globals |= {"say": lambda message: say(message, lang), "words": lambda words: getattr(words, lang)}
    # Imported once, not for each page: every template has the macros as `m`, and those of the record as `c`.
    env.globals["m"] = env.get_template("m.html").module
    env.globals["c"] = env.get_template("record/controls.html").module
    return env


@cache
def catalog(lang):
    """The gettext catalog of a language; English is what the code says already."""
    if lang == "en":
        return gettext.NullTranslations()
    return gettext.translation("messages", CATALOGS, languages=["zh_Hant_TW"])


def _counter(words):
    return lambda one, many, n: words.ngettext(one, many, n).format(n=n)


def choose():
    """`?lang=` decides and is remembered; else what was remembered; else what the browser asks for; else Chinese."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        session["lang"] = asked
    g.lang = session.get("lang") or _preferred(request.headers.get("Accept-Language"))


@lru_cache(1000)
def _preferred(header):
    for language, _quality in parse_accept_header(header, LanguageAccept):
        if language[:2].lower() in LANGUAGES:
            return language[:2].lower()
    return "zh"


def current() -> str:
    """The language of this request."""
    return g.get("lang", "zh")


def _n(one, many, n, lang=None) -> str:
    """One of two messages by number, with the number in it."""
    return catalog(lang or current()).ngettext(one, many, n).format(n=n)


def environment():
    """The template environment of this request."""
    return current_app.extensions["languages"][current()]


def say(message, lang=None) -> str:
    """A message of any sort in words: an Invalid with its values, Words, or a catalog message."""
    lang = lang or current()
    text = message.message if isinstance(message, Invalid) else message
    if isinstance(text, Words):
        return getattr(text, lang)
    said = catalog(lang).gettext(text)
    return said.format(**message.values) if isinstance(message, Invalid) else said
