"""What the kinds of events in the security log are called."""

from blueprints import access, language
from blueprints.activity import WORDS as OF_STUDENTS
from domain.staff_rules import ROLE_NAMES
from domain.words import N_

WORDS = OF_STUDENTS | {
    "attack": N_("Much guessing: every door asks for a code"),
    "clock-set-back": N_("The clock of the machine was set back"),
    "initial-guesses": N_("Too many wrong initial passwords"),
    "slip-printed": N_("Code printed at the counter"),
    "unlocked": N_("Lock taken off"),
    "account-seen": N_("Account looked at"),
    "paper-codes": N_("Codes of the letters of admission downloaded"),
    "mail-again": N_("Letter sent again"),
    "return-looked-at": N_("Looked at a tab to return it"),
    "tab-returned": N_("Tab returned"),
    "return-accepted": N_("Correction of a returned tab accepted"),
    "return-withdrawn": N_("Return of a tab taken back"),
    "reasons-changed": N_("Reasons to pick from changed"),
    "photo-looked-at": N_("Looked at a photo to approve"),
    "photo-approved": N_("Photo approved"),
    "correction-asked": N_("Correction asked for by the student"),
    "correction-looked-at": N_("Looked at a request for a correction"),
    "correction-accepted": N_("Request for a correction accepted"),
    "correction-declined": N_("Request for a correction declined"),
    "proof-downloaded": N_("Proof of a request downloaded"),
    "staff-added": N_("Staff account added"),
    "staff-changed": N_("Staff account changed"),
    "staff-disabled": N_("Staff account disabled"),
    "staff-link-asked": N_("Staff asked for an activation link"),
    "staff-password-set": N_("Staff password set with a link"),
    "staff-password-changed": N_("Staff password changed"),
    "staff-phone-set": N_("Staff phone set up"),
    "staff-phone-reset": N_("Staff phone taken off the account"),
    "staff-codes-renewed": N_("New recovery codes for staff"),
    "staff-code-used": N_("Recovery code used by staff"),
    "staff-code-refused": N_("Wrong phone code of staff"),
    "staff-signed-in": N_("Staff signed in"),
    "staff-refused": N_("Wrong staff password"),
    "staff-others-logged-out": N_("Staff logged out other devices"),
    "export-begun": N_("Export begun"),
    "export-finished": N_("Export finished"),
    "export-broken-off": N_("Export broken off"),
    "export-handed-over": N_("Export marked as handed over"),
    "export-taken-back": N_("Export no longer marked as handed over"),
    "mapping-kept": N_("Columns of an export saved"),
    "mapping-removed": N_("Columns of an export removed"),
    "contact-added": N_("Contact of a department added"),
    "contact-removed": N_("Contact of a department removed"),
    "letter-edited": N_("Words of a letter edited"),
    "letter-restored": N_("Words of a letter put back"),
    "record-drafted": N_("Draft of the record uploaded"),
    "record-applied": N_("New version of the record in force"),
    "record-dropped": N_("Draft of the record thrown away"),
    "log-exported": N_("Security log exported"),
    "log-broken-off": N_("Export of the security log broken off"),
    "purged": N_("Records removed for good"),
    "student-searched": N_("Searched for a student"),
    "record-seen": N_("Opened the record"),
    "reminder-sent": N_("Reminders queued"),
    "photo-seen": N_("Looked at the photo"),
    "number-seen": N_("Looked at the whole ID number"),
    "record-reopened": N_("Record reopened for a student"),
    "reopening-ended": N_("Reopening ended"),
    "roster-uploaded": N_("Roster uploaded"),
    "roster-import-seen": N_("Looked at an import"),
    "roster-import-confirmed": N_("Import confirmed"),
    "roster-import-cancelled": N_("Import cancelled"),
    "roster-errors-downloaded": N_("File with the bad cells downloaded"),
    "roster-imported": N_("Import written"),
    "roster-changed": N_("Changed by an import"),
    "roster-restored": N_("Changed back by undoing an import"),
    "roster-undo-confirmed": N_("Import undone"),
    "roster-import-undone": N_("Undoing of an import finished"),
    "student-seen": N_("Looked at a student’s record"),
    "wave-added": N_("Wave added"),
    "wave-changed": N_("Wave changed"),
    "wave-moved": N_("Order of waves changed"),
    "wave-deleted": N_("Wave deleted"),
}
DETAILS = {
    "tab": N_("Tab"),
    "field": N_("Field"),
    "reason": N_("Reason"),
    "comment": N_("Reason"),
    "filters": N_("Filters"),
    "n": N_("How many"),
    "students": N_("Students"),
    "found": N_("Found"),
    "sent": N_("Letters queued"),
    "columns": N_("Columns"),
    "months": N_("Months"),
    "until": N_("Until"),
    "new": N_("New"),
    "changed": N_("Changed"),
    "job": N_("Import"),
    "run": N_("Export"),
    "bytes": N_("Size in bytes"),
    "wave": N_("Wave"),
    "dept": N_("Department"),
    "depts": N_("Departments"),
    "role": N_("Role"),
    "email": N_("Email"),
    "letter": N_("Letter"),
    "reminder": N_("Reminder"),
    "version": N_("Version"),
    "draft": N_("Draft"),
    "door": N_("Door"),
    "way": N_("With"),
    "page": N_("Page"),
    "why": N_("Why"),
    "sha256": N_("Fingerprint of the file"),
    "name": N_("What"),
    "form": N_("Format"),
    "kind": N_("Letter"),
    "left": N_("Codes left"),
    "of_five": N_("Try of five"),
    "grace": N_("Hours of grace"),
    "lookup": N_("Student number lookup from"),
    "opens": N_("Opens"),
    "closes": N_("Closes"),
    "program": N_("Programme"),
    "route": N_("Admission route"),
}
VALUES = {
    "way": {
        "password": N_("password"),
        "phone": N_("password and phone"),
        "initial": N_("initial password"),
    },
    "door": {"intue": "iNTUE", "portal": N_("Campus portal")},
    "why": {"password": N_("password")},
    "role": ROLE_NAMES,
}


def in_words(what) -> str:
    """An event in the language of the page; one that has no words yet by its name."""
    return language.say(WORDS[what]) if what in WORDS else what


def details_in_words(details) -> list[tuple[str, str]]:
    """(what it is, what it says) of the details of an event; what has no words yet stands as it is."""
    return [(language.say(DETAILS.get(name, name)), _said(name, value)) for name, value in details.items()]


def _said(name, value):
    record, lang = access.record(), language.current()
    if name == "tab" and value in record.by_key:
        return getattr(record.by_key[value].title, lang)
    if name == "field" and value in record.fields:
        return getattr(record.fields[value].label, lang)
    words = VALUES.get(name, {}).get(str(value))
    return language.say(words) if words else value
