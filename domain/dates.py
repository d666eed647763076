"""Dates as people in Taiwan write them, in 民國 or 西元 years, read without guessing and shown in both."""

import calendar
import datetime
import re
import unicodedata

from domain.words import N_, Invalid

ROC_OFFSET = 1911
FIRST_YEAR = 1900

_ERA = r"(?:(?:中華)?民國|西元)?"
# Spreadsheets save a date as its midnight.
_MIDNIGHT = r"(?:[T ](?:上午 ?12|0?0):00(?::00)?)?"
_SEPARATED = re.compile(
    rf"(?P<era>{_ERA})"
    r"(?:(?P<y>[0-9]{1,4})(?P<mark>[-/.])(?P<m>[0-9]{1,2})(?P=mark)(?P<d>[0-9]{1,2})" + _MIDNIGHT + "|"
    r"(?P<yy>[0-9]{1,4})年(?P<mm>[0-9]{1,2})月(?P<dd>[0-9]{1,2})日?)"
)
_RUN_TOGETHER = re.compile(r"(?P<y>[0-9]{2,4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})")
# As they are kept: most dates that are judged were judged before.
_KEPT_MONTH = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")
_TIDY = re.compile(r"[0-9]+(?:-[0-9]+)*")
_MONTH = re.compile(rf"(?P<era>{_ERA})(?P<y>[0-9]{{1,4}})(?:[-/.]|年)(?P<m>[0-9]{{1,2}})月?")
_MONTH_RUN_TOGETHER = re.compile(r"(?P<y>[0-9]{3,4})(?P<m>[0-9]{2})")
# calendar.month_name would follow the server's locale.
_ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class BadPart(Invalid):
    """A date that is wrong in one place: `part` is "y", "m" or "d"."""

    def __init__(self, part, message, **values):
        super().__init__(message, **values)
        self.part = part


def parse(text):
    """Return the `datetime.date` written in text, or raise Invalid (BadPart when one part of it is wrong).

    Six or seven digits run together are 民國 (950131, 0950131), eight are 西元 (20060131).
    """
    text = _tidy(text)
    if not text:
        raise Invalid(N_("Enter the date"))
    match = _SEPARATED.fullmatch(text)
    if match:
        year, month, day = (match[part] or match[part * 2] for part in "ymd")
        return from_parts(_year_in_era(match["era"], year), month, day)
    match = _RUN_TOGETHER.fullmatch(text)
    if match:
        return from_parts(match["y"], match["m"], match["d"])
    raise Invalid(N_("Write the date with the year first, such as 2006-01-31 or 0950131"))


def from_parts(year, month, day):
    """Return the date of three boxes of text: 1 to 3 digits of year are 民國, four are 西元 from 1900 on.

    Raises BadPart naming the one box to correct.
    """
    year = _year(_tidy(year))
    month = _number("m", month)
    if not 1 <= month <= 12:
        raise BadPart("m", N_("The month is a number from 1 to 12"))
    day = _number("d", day)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        message = N_("Month {month} of {year} (ROC {roc}) has days 1 to {last} and no {day}: check the day")
        raise BadPart("d", message, month=month, year=year, roc=year - ROC_OFFSET, last=last, day=day)
    return datetime.date(year, month, day)


def parse_month(text):
    """Return a year and month as "YYYY-MM": 2024-06, 2024/6, 113/6, 民國113年6月, 11306, 202406. Else Invalid."""
    if _KEPT_MONTH.fullmatch(text):
        return text
    text = _tidy(text)
    match = _MONTH.fullmatch(text)
    year = match and _year_in_era(match["era"], match["y"])
    if not match:
        match = _MONTH_RUN_TOGETHER.fullmatch(text)
        year = match and match["y"]
    if not match:
        raise Invalid(N_("Write the year and the month, such as 2024-06 or 113/6"))
    return from_parts(year, match["m"], "1").strftime("%Y-%m")


def roc(date):
    """Return "民國95年1月31日"; years before 1912 count backwards from it."""
    return f"{_roc_year(date)}年{date.month}月{date.day}日"


def long(date, lang):
    """Return the date in full: "2006 年 1 月 31 日（民國 95 年）" for lang "zh", "31 January 2006" otherwise."""
    if lang == "zh":
        years = f"民國 {date.year - ROC_OFFSET}" if date.year > ROC_OFFSET else f"民國前 {1912 - date.year}"
        return f"{date.year} 年 {date.month} 月 {date.day} 日（{years} 年）"
    return f"{date.day} {_ENGLISH_MONTHS[date.month - 1]} {date.year}"


def roc7(date):
    """Return the seven digits that banks and other schools' systems ask for, "0950131"; Invalid before 1912."""
    if date.year <= ROC_OFFSET:
        raise Invalid(N_("A date before 1912 cannot be written in seven digits"))
    return f"{date.year - ROC_OFFSET:03}{date.month:02}{date.day:02}"


def age(birth, today):
    """Return whole years lived. Born on 29 February, one turns older on 1 March of a common year (Civil Code 121)."""
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def _tidy(text):
    if _TIDY.fullmatch(text):
        return text
    text = unicodedata.normalize("NFKC", text).strip()
    return re.sub(r"\s+", " ", re.sub(r"\s*([-/.年月日民國西元])\s*", r"\1", text))


def _year_in_era(era, year):
    """Refuse 民國2006年 and 西元95年, where the two halves contradict each other."""
    if (era.endswith("民國") and len(year) > 3) or (era == "西元" and len(year) < 4):
        raise BadPart("y", N_("The year does not fit the calendar named before it: check the year"))
    return year


def _year(text):
    if not text:
        raise BadPart("y", N_("Enter the year"))
    if re.fullmatch(r"[0-9]{1,3}", text) and int(text) > 0:
        return int(text) + ROC_OFFSET
    if re.fullmatch(r"[0-9]{4}", text) and int(text) >= FIRST_YEAR:
        return int(text)
    raise BadPart("y", N_("Write the year as 95 or as 2006"))


def _number(part, text):
    text = _tidy(text)
    if not text:
        raise BadPart(part, {"m": N_("Enter the month"), "d": N_("Enter the day")}[part])
    if not re.fullmatch(r"[0-9]{1,2}", text):
        raise BadPart(part, {"m": N_("Write the month as a number"), "d": N_("Write the day as a number")}[part])
    return int(text)


def _roc_year(date):
    if date.year > ROC_OFFSET:
        return f"民國{date.year - ROC_OFFSET}"
    return f"民國前{1912 - date.year}"
