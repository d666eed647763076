"""The proof that a record was completed, with a code that only the school can make."""

from dataclasses import dataclass

from domain.vault import fingerprint


@dataclass(frozen=True)
class Receipt:
    """When everything was complete (seconds), and the number printed on the proof."""

    completed_at: int
    number: str


def receipt(progress, known, vault) -> Receipt:
    """The receipt of a complete record. Its code covers student, time and every answer, and changes with them."""
    completed_at = max(sheet.saved_at or 0 for sheet in progress.sheets)
    answers = [
        (sheet.tab.key, sorted((key, str(value)) for key, value in sheet.answers.items())) for sheet in progress.sheets
    ]
    code = vault.code(f"{known['student_no']}|{completed_at}|{fingerprint(repr(answers))}", 8)
    return Receipt(
        completed_at, f"{known['entry_year']}-{known['entry_term']}-{known['student_no']}-{code[:4]}-{code[4:]}"
    )
