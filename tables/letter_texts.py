"""Words of letters that the office wrote in place of those that come with the program."""

from peewee import BigIntegerField, CharField, CompositeKey, TextField

from tables.store import Table, in_turn, now


class LetterText(Table):
    """Subject and text of one kind of letter in one language, by which account and when."""

    key = CharField(40)
    lang = CharField(2)
    subject = CharField(200)
    text = TextField()
    by = CharField(64)
    at = BigIntegerField(default=now)

    class Meta:
        primary_key = CompositeKey("key", "lang")

    @classmethod
    def of(cls, key) -> dict:
        """{language: (subject, text)} of a letter that was edited."""
        rows = cls.select(cls.lang, cls.subject, cls.text).where(cls.key == key).tuples()
        return {lang: (subject, text) for lang, subject, text in rows}

    @classmethod
    def put(cls, key, texts, by):
        """Keep {language: (subject, text)} in the place of an earlier one."""
        with in_turn("letter", key):
            cls.delete().where(cls.key == key).execute()
            for lang, (subject, text) in texts.items():
                cls.create(key=key, lang=lang, subject=subject, text=text, by=by)

    @classmethod
    def edited(cls) -> set[str]:
        """The letters that were edited."""
        return {key for (key,) in cls.select(cls.key).distinct().tuples()}
