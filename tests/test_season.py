"""The clerk's whole season, from the roster to the day on which nothing is left of it."""

from tests import season_steps
from tests.browser import Browser
from tests.rosters import registrar


def test_a_season_from_the_roster_to_the_purge(app, summed):
    office, student = registrar(Browser(app, htmx=True)), Browser(app)

    season_steps.import_the_roster(office)
    season_steps.set_a_wave(office)
    season_steps.start_slowly(student)
    season_steps.remind(office)
    season_steps.finish(student, office)
    season_steps.return_and_accept(student, office)
    season_steps.approve_the_photo(student, office)
    season_steps.hand_over(office)
    season_steps.purge(office)
