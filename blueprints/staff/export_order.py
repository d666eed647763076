"""What somebody of the staff asks for on the page Export: read, judged, and turned into what is streamed."""

from functools import cached_property

from blueprints import language
from domain import clock, export
from domain.export_columns import STYLES
from domain.record import Record
from domain.staff_rules import REGISTRAR
from domain.streams import BIG5, UTF8, csv_parts, xlsx_parts, zip_parts
from domain.words import N_, Words
from models import Student
from tables.exports import OVERLAP, ExportMapping, ExportRun, Handover, Selection, photos
from tables.store import Settings, now

TYPED = ("what", "program", "dept", "who", "dates", "kind", "reason", "changed", "handover")
FORMS = {
    "xlsx": N_("Excel (.xlsx)"),
    "csv": N_("CSV in UTF-8, which Excel opens by itself"),
    "big5": N_("CSV in Big5, for older systems"),
}
WHO = {"complete": N_("Those who have finished"), "all": N_("Everybody")}
DATES = {
    "": N_("As saved with the columns"),
    "iso": "2007-11-20",
    "roc": "096/11/20",
    "roc7": "0961120",
}
LONGEST_REASON = 200
NUMBERED = 200


def sources(record: Record) -> dict[str, Words]:
    """Everything that can be asked for, by what the form says: built in, saved by the office, in the record file."""
    built_in = {value: plan(record).name for value, plan in export.BUILT_IN.items()}
    rows = ExportMapping.select(ExportMapping.id, ExportMapping.name).order_by(ExportMapping.name)
    saved = {f"mapping:{number}": Words(name, name) for number, name in rows.tuples()}
    return built_in | saved | {f"list:{one.key}": one.title for one in record.lists}


class Order:
    """One request for an export by a visitor. `typed` is what the form said, to be shown again."""

    def __init__(self, form, visitor, record):
        self.typed = {name: form.get(name, "").strip() for name in TYPED}
        self.visitor, self.record, self.what = visitor, record, self.typed["what"]
        self.form = "zip" if self.what == "photos" else self.typed["kind"]

    @cached_property
    def errors(self) -> dict:
        """What is wrong, by control."""
        wrong = {
            "what": self.plan is None and N_("Choose what you need."),
            "dept": self.typed["dept"] not in ("", *self.depts) and N_("Choose a department of the list."),
            "kind": self.form not in (*FORMS, "zip", "gaps") and N_("Choose a format."),
            "dates": self.typed["dates"] not in DATES and N_("Choose how dates are written."),
            "changed": self.is_only_changed and self.since is None and N_("There was no such export yet: untick this."),
            "handover": self.is_handover and not self.may_be_handed_over and N_(
                "Only a file with all columns, or with saved ones, can be handed over."
            ),
            "reason": not 0 < len(self.typed["reason"]) <= LONGEST_REASON and N_(
                "Write in a few words what it is for."
            ),
        }  # fmt: skip
        return {name: language.say(message) for name, message in wrong.items() if message}

    @property
    def is_only_changed(self):
        """Whether only those are wanted who changed since the last time."""
        return bool(self.typed["changed"])

    @property
    def is_handover(self):
        """Whether the file goes to the registry."""
        return bool(self.typed["handover"]) and self.visitor.role == REGISTRAR

    @property
    def may_be_handed_over(self):
        """Whether this sort of file can take the place of the record here."""
        return self.what == "all" or self.what.startswith("mapping:")

    @cached_property
    def depts(self) -> list[str]:
        """The departments that can be chosen."""
        rows = Student.seen_by(self.visitor.depts).select(Student.dept).distinct().order_by(Student.dept)
        return [dept for (dept,) in rows.tuples()]

    @cached_property
    def plan(self):
        """The Plan that was asked for, or None when there is no such thing."""
        if self.what not in sources(self.record):
            return None
        built_in = export.BUILT_IN.get(self.what)
        plan = built_in(self.record) if built_in else self._kept(self.what.partition(":")[2])
        return plan._replace(dates=self.typed["dates"]) if self.typed["dates"] in STYLES else plan

    def _kept(self, key):
        if self.what.startswith("list:"):
            return export.listed(self.record, next(one for one in self.record.lists if one.key == key))
        mapping = ExportMapping.get_by_id(int(key))
        return export.chosen(self.record, mapping.name, mapping.pairs, mapping.dates)

    @property
    def _selection(self):
        return Selection(self.visitor.depts, self.typed["program"], self.typed["dept"])

    @property
    def scope(self):
        """Which students it is about, whoever of them changed."""
        return self._selection.scope

    @cached_property
    def since(self):
        """From when on a change counts as one since the last export of the same thing, or None."""
        last = ExportRun.last_of(self.what, self.scope)
        return None if last is None else last - OVERLAP

    def seen(self):
        """Those who belong into the file, each Seen."""
        selection = self._selection._replace(since=self.since if self.is_only_changed else None)
        return export.picked(self.record, self.plan, selection.people(), self.typed["who"] != "all")

    @property
    def pass_(self):
        """What the page with the list of what Big5 lacks gives along, so that nobody goes round it."""
        asked = "|".join(self.typed[name] for name in ("what", "program", "dept", "who", "changed"))
        return Settings.vault.code(f"big5|{self.visitor.account}|{asked}", 20)

    def gaps(self):
        """(student number, heading, text, characters) of what Big5 cannot hold."""
        return self.plan.gaps(self.seen(), BIG5)

    def parts(self, seen):
        """The bytes of the file with these students."""
        if self.form == "zip":
            return zip_parts(photos(seen))
        if self.form == "gaps":
            return csv_parts(export.gap_table(self.plan.gaps(seen, BIG5)))
        rows = self.plan.table(seen)
        return xlsx_parts(rows) if self.form == "xlsx" else csv_parts(rows, BIG5 if self.form == "big5" else UTF8)

    @property
    def file_name(self):
        """Such as xueji-緩徵名冊-20261127-1432.xlsx."""
        name = self.plan.name.zh.partition("：")[0].replace("/", "-")
        ending = {"big5": "csv", "gaps": "csv"}.get(self.form, self.form)
        return f"xueji-{name}-{clock.local(now()):%Y%m%d-%H%M}.{ending}"


def noted(seen, run):
    """The same students; who they are is kept for the registry in small lots."""
    lot = []
    for one in seen:
        lot.append(one.person.known["student_no"])
        if len(lot) == NUMBERED:
            Handover.note(run, lot)
            lot = []
        yield one
    Handover.note(run, lot) if lot else None
