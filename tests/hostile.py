"""Two hundred things to type that no form expects: awkward names, other alphabets, and what attackers try first."""

AWKWARD_NAMES = [
    "𠮷", "𠮷野家", "\uf90a", "堃喆", "兀\ufa0c", "羅\u3000生", "撒韵‧瓦旦‧比黛古莉", "Nguyễn Thị Đặng",
    "e\u0301", "é", "O'Brien-Smith", "Å", "Å", "Ω", "ß", "İstanbul", "ǆ", "ﬁ", "João", "한국", "가", "ไทยชื่อ",
    "हिन्दी", "العربية", "עברית", "Ελληνικά", "Қазақ", "\ue000", "\U000f0000", "\U0010fffd", "\u0378", "👩‍🎓",
    "🇹🇼", "葛\U000e0101",
]  # fmt: skip
INVISIBLE = [
    "\u200b", "a\u200bb", "a\u200db", "\ufeff", "\u00ad", "\u034f", "\u115f", "\u180e", "a\u0301" * 20,
    "Z\u0351\u036b\u0343\u036a", "\u202eabc", "\u202aabc\u202c", "\u2066a\u2069", "\u200fabc", "\u061cabc",
    "\u00a0", " ", "", "\u3000", "\t", "   x   ", "\x0b", "\x0c", "\x1b[31mred", "\x07", "\x7f", "\x85",
    "\u2028", "\u2029", "a\r\nSet-Cookie: x=1", "a\nb", "a\rb", "\r\n\r\n<b>", "\ufffe",
]  # fmt: skip
MARKUP = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>", "&lt;b&gt;",
    "&amp;", "&#0;", "&#xD800;", "</textarea><script>", "<!--", "]]>", "javascript:alert(1)", "{{7*7}}",
    "${7*7}", "#{7*7}", "{% raw %}", "{{config}}", "<%= 7*7 %>", "{0.__class__}", "{self}", "{n}", "{}", "{",
    "}", "%s", "%(x)s", "%n%n%n", "%", "%%", "\\", "\\u0000", "\\x00", "%00", "%252e", "+",
]  # fmt: skip
INJECTION = [
    "' OR 1=1--", "'; DROP TABLE student;--", '" OR ""="', "1; SELECT pg_sleep(9)",
    "Robert'); DROP TABLE Students;--", "$(id)", "`id`", "| cat /etc/passwd", "../../etc/passwd",
    "file:///etc/passwd", "*)(uid=*))(|(uid=*", "<?xml version='1.0'?>", "<!ENTITY a 'b'>", "=1+1",
    "=cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "+886912345678", "\t=1", "＝1＋1", "a@b.c\nBcc: x@y.z",
    "() { :;}; echo", "__proto__",
]  # fmt: skip
NUMBERS = [
    "0", "-1", "1e309", "NaN", "Infinity", "0x10", "９９", "٣٤", "१२", "1_000", "²", "½", "①", "0" * 50,
    "9" * 30, "1.5", "1,5", "+1", " 7 ", "2026-02-30", "0000-00-00", "9999-99-99", "民國0年1月1日", "1/1/1",
    "99999999", "2026-06-31T00:00", "-1-1-1", "13/13/13", "民國2026年6月", "２０２６／０６", "2026-06",
    "115.6", "十月", "0912", "+99999999999999999999", "++1", "09" * 10, "tel:0912345678", "(02)2732-1104#123",
    "#", "０９１２３４５６７８", "0912 345 678", "A123456789", "Ａ１２３４５６７８９", "a123456789",
    "A12345678",
]  # fmt: skip
TYPES = [
    "true", "false", "null", "None", "undefined", "[]", "[1]", '{"a": 1}', "on", "yes", "no", "無",
    "不存在的選項", "TW", "ＴＷ", "tw", "臺北市", "台北市", "../TW", "a@b", "@", "a@@b.c", "a b@c.de",
    '"a"@b.cd', "a@例え.jp", "ａ＠ｂ．ｃ", "x" * 64 + "@" + "y" * 63 + ".tw", "a@[127.0.0.1]", "a@b..c",
    "a@grad.ntue.edu.tw", "x" * 51, "字" * 101, "x" * 2000, "字" * 300, "0123456789abcdef" * 2,
]  # fmt: skip
TEXTS = [*AWKWARD_NAMES, *INVISIBLE, *MARKUP, *INJECTION, *NUMBERS, *TYPES]

SHAPES = {
    "one very long name": [("x" * 20_000, "1")], "a name of nothing": [("", "1")],
    "arrays": [("ec1_name[]", "1"), ("ec1_name[0]", "1"), ("ec1_name[a][b]", "1"), ("ec1_name.a", "1")],
    "the same a hundred times": [("ec1_name", str(n)) for n in range(100)],
    "two hundred and ninety unknown ones": [(f"unknown{n}", "1") for n in range(290)],
    "attributes": [("__class__", "1"), ("constructor", "1"), ("_method", "DELETE"), ("validate", "")],
    "columns": [("student_no", "1"), ("password", "1"), ("is_staff", "1"), ("saved_at", "0"), ("wrong_guesses", "0")],
    "the form's own": [("do", "delete"), ("next", "//evil"), ("lang", "xx"), ("rev", "-1"), ("step", "9")],
    "parts without a whole": [("birth_date-y", "1"), ("pe_end-y", "x"), ("pe_end-d", "1"), ("pe_end-m", "")],
    "a whole beside its parts": [("pe_end", "2026-06"), ("pe_end-y", "1"), ("pe_end-m", "2")],
    "names in other alphabets": [("姓名", "1"), ("ec1_ｎame", "1"), ("\u202eemail", "1"), ("a b", "1"), ("a\nb", "1")],
    "several values for one": [("ec1_lang", "華語"), ("ec1_lang", "火星語"), ("ec1_rel", "父"), ("ec1_rel", "母")],
}  # fmt: skip
