"""The people of deploy/demo-roster.csv whom the tests follow, with the initial passwords that the school told them."""

from dataclasses import dataclass

PASSWORD = "Tangerine&Kite47"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A new student. `first` is the initial password by ID and birthday, `second` the one with @Ntue."""

    account: str
    first: str
    second: str = ""
    name: str
    id_number: str
    birthday: tuple[str, str, str]
    program: str = "學士班"
    tabs: int


LIN = Person(
    account="411510001", first="A2234567811120", second="56781@Ntue", name="林予晴",
    id_number="A223456781", birthday=("2007", "11", "20"), tabs=7,
)  # fmt: skip
CHEN = Person(
    account="411511002", first="F1357246800305", second="24680@Ntue", name="陳柏安",
    id_number="F135724680", birthday=("97", "3", "5"), tabs=8,
)  # fmt: skip
MINOR = Person(
    account="411513003", first="E2259135780831", second="13578@Ntue", name="許語彤",
    id_number="E225913578", birthday=("2010", "8", "31"), tabs=7,
)  # fmt: skip
NGUYEN = Person(
    account="411510004", first="200605170517", second="23452@Ntue", name="NGUYEN, THI LAN",
    id_number="A900123452", birthday=("2006", "5", "17"), tabs=8,
)  # fmt: skip
MARTIN = Person(
    account="411511005", first="200702090209", name="MARTIN, CLAIRE",
    id_number="19AB45678", birthday=("2007", "2", "9"), tabs=8,
)  # fmt: skip
HO = Person(
    account="411513007", first="200710101010", second="23454@Ntue", name="何子軒",
    id_number="A880123454", birthday=("2007", "10", "10"), tabs=8,
)  # fmt: skip
RARE = Person(
    account="411512010", first="K2555012320131", second="01232@Ntue", name="𠮷田堃瑜",
    id_number="K255501232", birthday=("2008", "1", "31"), tabs=7,
)  # fmt: skip
EVERYONE = {
    "a woman from Taiwan": LIN,
    "a man from Taiwan": CHEN,
    "a woman under 18": MINOR,
    "a student from Vietnam": NGUYEN,
    "a student with a passport only": MARTIN,
    "a man from Hong Kong": HO,
}
