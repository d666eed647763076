"""What every request and every reply keeps to: sizes, characters, headers, compression, and clear refusals."""

import gzip
import logging
from io import BytesIO
from urllib.parse import unquote_to_bytes

import brotli
from flask import Request, Response, request
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge
from werkzeug.routing import IntegerConverter

from blueprints import drafts, language
from blueprints.access import ended
from blueprints.assets import asset, encoding_for
from blueprints.htmx import is_for_main, is_partial, render
from blueprints.watching import request_number
from domain.words import N_

MAX_FIELDS = 300
MAX_BODY = 64 * 1024
MAX_UPLOAD = 11 * 1024 * 1024
# Bodies that may be larger than a photograph, and what to say above that.
LARGE_UPLOADS = {
    "staff_import.upload": (
        32 << 20,
        N_("A roster file can have up to 20 MB. Split it by programme and import the parts."),
    )
}
WORTH_COMPRESSING = 200
POLICY = (
    "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data: blob:;media-src 'self';"
    "connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'"
)
DOCUMENT_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(),geolocation=(),microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NOT_UTF8 = N_("The form was not sent as UTF-8. Go back, reload the page and send it again.")
log = logging.getLogger("xueji")
csrf = CSRFProtect()


class InMemory(Request):
    """A request whose uploads stay in memory: personal files have no place in the temporary directory."""

    def _get_file_stream(self, *_args, **_kwargs):
        return BytesIO()


class Number(IntegerConverter):
    """A number in an address that a database can hold; of a larger one there is nothing."""

    def __init__(self, url_map):
        super().__init__(url_map, max=2**63 - 1)


def set_up(app):
    """Hang the checks and headers onto the app."""
    app.url_map.converters["int"] = Number
    app.request_class = InMemory
    app.before_request(check_body)
    csrf.init_app(app)
    app.after_request(finish)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Exception, broken)


def check_body():
    """Refuse a body that is too large, has too many fields, is not UTF-8 or holds NUL.

    Werkzeug would drop or garble such fields and answer as if nothing were wrong.
    """
    sent = request._get_current_object()
    upload = sent.mimetype == "multipart/form-data"
    most, _words = LARGE_UPLOADS.get(sent.endpoint, (MAX_UPLOAD, ""))
    sent.max_content_length = most if upload else MAX_BODY
    sent.max_form_parts = MAX_FIELDS
    if sent.query_string:
        _check_text(unquote_to_bytes(sent.query_string.replace(b"+", b" ")))
    if upload:
        _check_parts(sent.form)
    elif sent.method not in ("GET", "HEAD"):
        _check_fields(sent.get_data(cache=True, parse_form_data=False))


def _check_fields(body):
    if body.count(b"&") >= MAX_FIELDS:
        raise RequestEntityTooLarge
    _check_text(unquote_to_bytes(body.replace(b"+", b" ")))


def _check_parts(form):
    """The text of an upload, which Werkzeug has read with U+FFFD in the place of every byte that is not UTF-8."""
    texts = [text for pair in form.items(multi=True) for text in pair]
    if None in texts or any("\ufffd" in text for text in texts):
        raise BadRequest(NOT_UTF8)
    _check_text("".join(texts).encode())


def _check_text(raw):
    try:
        raw.decode()
    except UnicodeDecodeError:
        raise BadRequest(NOT_UTF8) from None
    if b"\0" in raw:
        raise BadRequest(N_("The form holds a character that cannot be kept. Go back, delete it and send it again."))


def finish(response):
    """Headers, then compression. A redirect is all header: no browser shows the page that could go with it."""
    if is_for_main() and not response.location and not current_user.is_authenticated:
        # The head of the page that is there is that of somebody who is signed in.
        response = Response(headers={"HX-Redirect": request.full_path.rstrip("?")})
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    if response.location:
        response.set_data(b"")
    elif response.mimetype == "text/html":
        if not (is_partial() or is_for_main()):
            response.headers.update(DOCUMENT_HEADERS)
            _announce_style(response)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        _compress(response)
    return response


def _announce_style(response):
    """Let a browser that comes for the first time ask for the style sheet before it has read the page."""
    if not request.cookies:
        response.headers["Link"] = f"<{asset('style.css')}>;rel=preload;as=style"


def _compress(response):
    encoding = encoding_for(request)
    if not encoding or response.is_streamed or response.content_length < WORTH_COMPRESSING:
        return
    plain = response.get_data()
    # A tenth off whole pages is worth two milliseconds: a student is sent ten of them, most on the first visit. A small
    # window is set up sooner, and no page needs a larger one.
    quality = 5 if is_partial() else 10
    packed = brotli.compress(plain, quality=quality, lgwin=16) if encoding == "br" else gzip.compress(plain, 6, mtime=0)
    response.set_data(packed)
    response.headers["Content-Encoding"] = encoding


def forged(_error):
    """A form without a good token: most often one that outlived its session, so lead back to the door first."""
    if not current_user.is_authenticated:
        drafts.keep_if_late()
        return ended()
    if is_partial():
        return render("record/_stale.html"), 403, {"HX-Retarget": "#save", "HX-Reswap": "outerHTML"}
    return error_page(400)


def refused(error):
    """Any refusal as a page; a sentence of our own in the place of the usual one."""
    ours = error.description if isinstance(error, BadRequest) and error.description != BadRequest.description else ""
    if error.code == 413 and request.endpoint in LARGE_UPLOADS:
        ours = LARGE_UPLOADS[request.endpoint][1]
    return error_page(error.code, ours)


def broken(error):
    """A fault of ours: the visitor gets a number that is in the log."""
    log.error("fault at %s %s", request.method, request.url_rule, exc_info=error, extra={"request": request_number()})
    return error_page(500)


# Of too many failures from one address, and of a database that is away for a moment.
RETRY_AFTER = {429: "900", 503: "30"}
KNOWN = (400, 403, 404, 405, 413, 429, 500, 503)
# What is not there looks the same every time.
NOBODYS_FAULT = (404, 405)


def error_page(code, message=""):
    """A page that says what happened and what to do; where it is for us to do something, with a number to quote."""
    shown = code if code in KNOWN else 400 if code < 500 else 500
    words = language.say(message) if message else ""
    headers = {"Retry-After": RETRY_AFTER[code]} if code in RETRY_AFTER else {}
    if is_partial():
        headers |= {"HX-Retarget": "#save", "HX-Reswap": "outerHTML"}
    reference = request_number() if code not in NOBODYS_FAULT else ""
    headers |= {"X-Request-ID": reference} if reference else {}
    return render("error.html", code=shown, message=words, reference=reference), code, headers
