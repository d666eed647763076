"""Countries, counties and districts: complete, and found under every name people use."""

import pytest

from domain import places

DISTRICTS = {
    "臺北市": 12, "新北市": 29, "基隆市": 7, "桃園市": 13, "新竹市": 3, "新竹縣": 13, "苗栗縣": 18, "臺中市": 29,
    "彰化縣": 26, "南投縣": 13, "雲林縣": 20, "嘉義市": 2, "嘉義縣": 18, "臺南市": 37, "高雄市": 38, "屏東縣": 33,
    "宜蘭縣": 12, "花蓮縣": 13, "臺東縣": 16, "澎湖縣": 6, "金門縣": 6, "連江縣": 4,
}  # fmt: skip


def test_every_county_has_all_its_districts():
    assert {county: len(districts) for county, districts in places.DISTRICTS.items()} == DISTRICTS
    assert [choice.value for choice in places.LISTS["counties"]] == list(DISTRICTS)
    assert sum(DISTRICTS.values()) == 368


@pytest.mark.parametrize("county", DISTRICTS)
def test_districts_have_names_in_both_languages_and_a_postal_code(county):
    for code, words in places.DISTRICTS[county]:
        assert code.isdecimal() and len(code) == 3 and code[0] != "0"
        assert words.zh[-1] in "區鄉鎮市" and "台" not in words.zh
        assert words.en.isascii() and words.en.split()[-1] in ("District", "Township", "City")
        assert places.district(county, words.zh) == places.district(county, words.en) == (code, words)


@pytest.mark.parametrize(
    ("county", "typed", "code"),
    [
        ("臺北市", "大安區", "106"),
        ("臺中市", "大安區", "439"),
        ("臺北市", "da'an district", "106"),
        ("苗栗縣", "頭份市", "351"),
        ("彰化縣", "員林市", "510"),
        ("雲林縣", "台西鄉", "636"),
        ("臺北市", " 大安區 ", "106"),
    ],
)
def test_a_district_is_found_in_its_county(county, typed, code):
    assert places.district(county, typed)[0] == code


@pytest.mark.parametrize(
    ("county", "typed"), [("臺北市", "西屯區"), ("", "大安區"), ("臺北縣", "板橋市"), ("臺北市", "")]
)
def test_a_district_of_another_county_is_not_found(county, typed):
    assert places.district(county, typed) is None


def test_countries_have_iso_codes_and_names_in_both_languages_and_taiwan_comes_first():
    countries = places.LISTS["countries"]
    codes = [choice.value for choice in countries]

    assert codes[:5] == ["TW", "CN", "HK", "MO", "JP"]
    assert len(codes) == len(set(codes)) == 243
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in codes)
    assert len({choice.label.zh for choice in countries}) == len({choice.label.en for choice in countries}) == 243
    assert not {"EU", "UN", "ZZ", "XA", "EZ", "QO", "TA"} & set(codes)


def test_no_name_means_two_countries():
    seen = {}
    for choice in places.LISTS["countries"]:
        others = places.OTHER_NAMES["countries"].get(choice.value, [])
        for name in (choice.value, choice.label.zh, choice.label.en, *others):
            assert seen.setdefault(places.fold(name), choice.value) == choice.value, name


def test_other_names_belong_to_listed_countries():
    assert set(places.OTHER_NAMES["countries"]) <= {choice.value for choice in places.LISTS["countries"]}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("台灣", "TW"), ("臺灣", "TW"), ("中華民國", "TW"), ("中華民國(台灣)", "TW"), ("中華民國（臺灣）", "TW"),
        ("Taiwan", "TW"), ("ROC", "TW"), ("R.O.C.", "TW"), ("Taiwan, R.O.C.", "TW"), ("tw", "TW"), ("ＴＷ", "TW"),
        ("中國", "CN"), ("大陸地區", "CN"), ("香港", "HK"), ("Macau", "MO"), ("韓國", "KR"), ("南韓", "KR"),
        ("Korea", "KR"), ("越南", "VN"), ("Viet Nam", "VN"), ("VN", "VN"), ("印尼", "ID"), ("馬來西亞", "MY"),
        ("泰國", "TH"), ("緬甸", "MM"),
        ("USA", "US"), ("U.S.A.", "US"), ("United Kingdom", "GB"), ("Cote d'Ivoire", "CI"), ("Côte d’Ivoire", "CI"),
        ("Sao Tome & Principe", "ST"), ("São Tomé and Príncipe", "ST"), ("火星", ""), ("", ""), ("-", ""),
    ],
)  # fmt: skip
def test_a_country_is_recognised_under_the_names_rosters_use(written, code):
    assert places.country(written) == code


@pytest.mark.parametrize("text", ["\ud800", "\x00", "a" * 100_000, "\u202eTW", "１２３"])
def test_any_text_may_be_asked_about(text):
    assert places.country(text) in ("", "TW")
    assert places.district("臺北市", text) is None
