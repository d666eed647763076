"""What one cell of a roster may hold, and what to tell whoever typed something else."""

import re
import unicodedata

from domain import dates, identity
from domain.words import N_, Invalid

CELL_LENGTH = 200
NAME_LENGTH = 50
TEXT_LENGTH = 50
PROGRAM_LENGTH = 30

_BLANKS = " \t\r\n\v\f\u3000"
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_INVISIBLE = r"\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff"
_STRANGE = re.compile(rf"[{_INVISIBLE}\ufffd\ud800-\udfff{_PRIVATE.pattern[1:-1]}]")
# What programs and people put where a character could not be written: ?, a box, a geta mark, &#22531;.
_LOST = re.compile(r"[?？*＊□■〓]|&#x?[0-9A-Fa-f]+;")
_SHEET_ERROR = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|####*)")
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+|[0-9]+\.[0-9]+")
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_MEN = ("男", "男性", "男生", "M", "MALE", "1")
_WOMEN = ("女", "女性", "女生", "F", "FEMALE", "2")
_TERMS = {"上": "1", "一": "1", "下": "2", "二": "2", "1": "1", "2": "2"}
_KIND_WORDS = {
    "無": ("無", "一般生", "本國生", "本地生", "國內生", "否", "NONE", "NO", "N", "-"),
    "外國學生": ("外國學生", "外籍生", "外籍學生", "外國生", "國際學生", "國際生", "FOREIGN"),
    "僑生": ("僑生", "華僑", "華僑學生", "OVERSEASCHINESE"),
    "港澳生": ("港澳生", "港澳", "港澳學生", "香港生", "澳門生", "HONGKONG", "MACAO"),
    "陸生": ("陸生", "大陸生", "大陸學生", "陸籍生", "大陸地區學生", "MAINLAND"),
}
_KINDS = {word: kind for kind, synonyms in _KIND_WORDS.items() for word in synonyms}


def trimmed(text):
    """Return the cell without the blanks around it; Invalid if it is too long or holds a spreadsheet's error."""
    text = text.strip(_BLANKS)
    if len(text) > CELL_LENGTH:
        message = N_("A cell holds {limit} characters at most: look for a missing quotation mark")
        raise Invalid(message, limit=CELL_LENGTH)
    if text.startswith(("=", "＝")):
        raise Invalid(N_("This is a formula, not a value: type what it shows"))
    if _SHEET_ERROR.fullmatch(text):
        raise Invalid(N_("The spreadsheet could not work this cell out ({text}): type the value"), text=text)
    return text


def words(text, limit=TEXT_LENGTH):
    """Return the text untouched; Invalid names the place and code of a character that will not survive elsewhere."""
    if len(text) > limit:
        message = N_("Shorten this to {limit} characters: it has {length}")
        raise Invalid(message, limit=limit, length=len(text))
    strange = _STRANGE.search(text)
    if strange:
        character = strange[0]
        raise Invalid(_strange_message(character), position=strange.start() + 1, code=f"U+{ord(character):04X}")
    return text


def refuse_disputed(text):
    """Raise Invalid at the first character that common Big5 does not have, so whose identity is a guess.

    The same codes are Hong Kong's additions (HKSCS) on one computer and an office's own characters on another.
    """
    for position, character in enumerate(text, start=1):
        try:
            character.encode("cp950")
        except UnicodeEncodeError:
            message = N_("Character {position} was read as {character} and may be another: save the file as UTF-8")
            raise Invalid(message, position=position, character=character) from None


def program(text):
    """Return the programme as typed: a school may have more of them than PROGRAMS lists."""
    return words(text, PROGRAM_LENGTH)


def name(text):
    """Return the name code point by code point as it came; Invalid where a character got lost or is private."""
    text = words(text, NAME_LENGTH)
    lost = _LOST.search(text)
    if lost:
        message = N_("The file lost character {position}, {mark} stands in its place: save it as UTF-8 and try again")
        raise Invalid(message, position=lost.start() + 1, mark=lost[0])
    return text


def student_no(text):
    """Return the student number, half width and in capitals (4 to 12 letters and digits)."""
    text = unicodedata.normalize("NFKC", text).strip().upper()
    _refuse_rounded(text)
    if not re.fullmatch(r"[A-Z0-9]{4,12}", text):
        raise Invalid(N_("Write the student number with 4 to 12 letters and digits"))
    return text


def passport_no(text):
    """Return the passport number, half width and in capitals (5 to 20 letters and digits)."""
    _refuse_rounded(unicodedata.normalize("NFKC", text).strip().upper())
    number = identity.normalise(text)
    if not re.fullmatch(r"[A-Z0-9]{5,20}", number):
        raise Invalid(N_("Write the passport number with 5 to 20 letters and digits"))
    return number


def birth_date(text):
    """Return the date of birth as YYYY-MM-DD."""
    if re.fullmatch(r"[0-9]{5}", text):
        raise Invalid(N_("This is a spreadsheet's day count: format the column as a date, or type 2006-01-31 as text"))
    return dates.parse(text).isoformat()


def sex(text):
    """Return 男 or 女 for any of the usual ways to write them."""
    word = _plain(text)
    if word in _MEN:
        return "男"
    if word in _WOMEN:
        return "女"
    raise Invalid(N_("Write {choices}"), choices="男, 女")


def overseas_kind(text):
    """Return one of identity.OVERSEAS_KINDS for any of the usual ways to write it."""
    kind = _KINDS.get(_plain(text))
    if not kind:
        raise Invalid(N_("Write {choices}"), choices=", ".join(identity.OVERSEAS_KINDS))
    return kind


def entry_year(text):
    """Return the academic year in ROC years: 115, 115學年度 and 2026 are all "115"."""
    match = re.fullmatch(r"(?:民國)?([0-9]{2,4})(?:學?年度?)?", _plain(text))
    year = int(match[1]) if match else 0
    year -= dates.ROC_OFFSET if year > 1000 else 0
    if not 50 <= year <= 200:
        raise Invalid(N_("Write the year of entry as 115 or 2026"))
    return str(year)


def entry_term(text):
    """Return "1" or "2": 上, 第一學期 and 1 are the same."""
    match = re.fullmatch(r"第?([一二上下12])(?:學期)?", _plain(text))
    if not match:
        raise Invalid(N_("Write {choices}"), choices="1, 2")
    return _TERMS[match[1]]


def email(text):
    """Return the address as typed, if it has the shape of one."""
    if not _EMAIL.fullmatch(text):
        raise Invalid(N_("Write the whole e-mail address, such as name@example.com"))
    return text


def _plain(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()


def _refuse_rounded(text):
    if _ROUNDED.fullmatch(text):
        raise Invalid(N_("The spreadsheet rewrote this number as {text}: format the column as text"), text=text)


def _strange_message(character):
    if character == "\ufffd":
        return N_("The file lost character {position}: save it as UTF-8 and try again")
    if _PRIVATE.match(character):
        return N_("Character {position} ({code}) exists only in one computer's font: type the standard character")
    return N_("Character {position} ({code}) cannot be seen: delete it")
