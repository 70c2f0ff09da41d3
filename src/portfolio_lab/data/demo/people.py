"""The sales force: who works when, in which team, how skilled, and who is away."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.calendar import Calendar
from portfolio_lab.data.demo.codes import make_codes
from portfolio_lab.data.demo.parameters import Parameters
from portfolio_lab.data.demo.seeds import stream

BLOCK = 24  # salespeople of one sales district: four teams of six
TEAM_SIZE = 6
OVERLOADED, LEAVER, HIRE = 7, 4, 23  # positions within a district: East, North, South


@dataclass(frozen=True)
class People:
    """Everybody of the sales force; positions 0..n_owners-1 are the salespeople who own customers."""

    ids: np.ndarray
    names: np.ndarray
    n_owners: int
    team: np.ndarray
    manager: np.ndarray
    director: np.ndarray
    inside: np.ndarray
    skill: np.ndarray
    adherence: np.ndarray
    overloaded: np.ndarray
    employed_from: np.ndarray
    employed_to: np.ndarray
    absences: pd.DataFrame
    present: np.ndarray
    noise: np.ndarray

    @property
    def n_districts(self) -> int:
        """Number of sales districts of 24 salespeople."""
        return self.n_owners // BLOCK


def build_people(parameters: Parameters, calendar: Calendar, *, n_customers: int, seed: int) -> People:
    """Return the sales force for a number of customers: 24 salespeople for up to about 4,500, then in step."""
    n_owners = BLOCK * max(1, round(n_customers / 3000))
    n_teams = n_owners // TEAM_SIZE
    n_inside = 2 * (n_owners // BLOCK)
    n = n_owners + n_teams + 1 + n_inside
    team = np.concatenate([np.arange(n_owners) // TEAM_SIZE, np.arange(n_teams), [-1], np.full(n_inside, -1)])
    place = np.arange(n_owners) % BLOCK
    employed_from, employed_to = _employment(calendar, place, n)
    absences = _absences(calendar, n_owners + n_teams + 1, employed_from, employed_to, seed)
    return People(
        ids=_ids(n_owners, n_teams, n_inside),
        names=_names(n, seed),
        n_owners=n_owners,
        team=team,
        manager=n_owners + np.arange(n_owners) // TEAM_SIZE,
        director=np.full(n_owners, n_owners + n_teams),
        inside=n_owners + n_teams + 1 + np.arange(n_owners) % n_inside,
        skill=_skill(parameters, place, seed),
        adherence=_adherence(parameters, place, seed),
        overloaded=place == OVERLOADED,
        employed_from=employed_from,
        employed_to=employed_to,
        absences=absences,
        present=_presence(calendar, n, absences, employed_from, employed_to),
        noise=parameters.skill_noise_sd * stream(seed, "people noise").standard_normal((n_owners, calendar.n_quarters)),
    )


def team_name(team: int) -> str:
    """Name of a team; beyond the first district the number of the district is added."""
    district, place = divmod(int(team), len(words.TEAMS))
    return words.TEAMS[place] if district == 0 else f"{words.TEAMS[place]} {district + 1}"


def salespeople_table(people: People) -> pd.DataFrame:
    """Return one row per person of the sales force (source table ``salespeople``)."""
    n, owners = len(people.ids), people.n_owners
    n_teams = owners // TEAM_SIZE
    is_team = (np.arange(n) < owners + n_teams)  # fmt: skip
    manager = np.full(n, None, dtype=object)
    manager[:owners] = people.ids[people.manager]
    director = np.where(is_team, people.ids[owners + n_teams], None)
    homes = [place[2][0] for place in words.PLACES if place[1] in (0, 1, 2, 3)]
    by_team = {t: [p[2][0] for p in words.PLACES if p[1] == t] for t in range(4)}
    spots = [by_team[t % 4][i % 3] if t >= 0 else homes[6] for i, t in enumerate(people.team)]
    return pd.DataFrame(
        {
            "salesperson_id": people.ids,
            "name": people.names,
            "team": [team_name(t) if t >= 0 else "Head office" for t in people.team],
            "manager_id": manager,
            "director_id": director,
            "minutes_per_day": np.select([np.arange(n) < owners, is_team], [330.0, 120.0], 240.0),
            "latitude": [spot[1] for spot in spots],
            "longitude": [spot[2] for spot in spots],
        }
    )


def _ids(n_owners: int, n_teams: int, n_inside: int) -> np.ndarray:
    parts = [make_codes("S", np.arange(1, n_owners + 1), 4), make_codes("M", np.arange(1, n_teams + 1), 4)]
    return np.concatenate([*parts, make_codes("D", np.array([1]), 4), make_codes("I", np.arange(1, n_inside + 1), 4)])


def _names(n: int, seed: int) -> np.ndarray:
    """Names without repetition for the first thousand people or so."""
    rng = stream(seed, "people names")
    pairs = rng.permutation(len(words.FIRST_NAMES) * len(words.FAMILY_NAMES))
    picks = pairs[np.arange(n) % len(pairs)]
    first, family = np.divmod(picks, len(words.FAMILY_NAMES))
    return np.array([f"{words.FIRST_NAMES[a]} {words.FAMILY_NAMES[b]}" for a, b in zip(first, family, strict=True)])


def _skill(parameters: Parameters, place: np.ndarray, seed: int) -> np.ndarray:
    """Skill with exactly the planted spread in each district; the overloaded person is of average skill."""
    quantiles = ndtri((np.arange(BLOCK - 1) + 0.5) / (BLOCK - 1))
    quantiles = quantiles / quantiles.std() * parameters.skill_sd
    rng = stream(seed, "people skill")
    skill = np.zeros(len(place))
    for start in range(0, len(place), BLOCK):
        district = start + np.delete(np.arange(BLOCK), OVERLOADED)
        skill[district] = rng.permutation(quantiles)
    return skill


def _adherence(parameters: Parameters, place: np.ndarray, seed: int) -> np.ndarray:
    drawn = stream(seed, "people adherence").uniform(parameters.adherence_low, parameters.adherence_high, len(place))
    return np.where(place == OVERLOADED, parameters.overloaded_adherence, drawn)


def _employment(calendar: Calendar, place: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """First position employed and first position no longer employed, per person."""
    hired, left = handover_positions(calendar)[:2]
    employed_from, employed_to = np.full(n, -1), np.full(n, calendar.n_days)
    employed_from[: len(place)][place == HIRE] = hired
    employed_to[: len(place)][place == LEAVER] = left
    return employed_from, employed_to


def handover_positions(calendar: Calendar) -> tuple[int, int, int]:
    """Positions of the day of the hire, the leaving and the rotation: 19, 17 and 18 months before the end."""
    month = calendar.end.astype("datetime64[M]")
    return tuple(calendar.position((month - back).astype("datetime64[D]")) for back in (19, 17, 18))


def _absences(
    calendar: Calendar, n: int, employed_from: np.ndarray, employed_to: np.ndarray, seed: int
) -> pd.DataFrame:
    """Return one row per absence: two weeks in August, a week in spring, a week at Christmas; leavers to the end."""
    rng = stream(seed, "people absences")
    first, last = pd.Timestamp(calendar.start).year, pd.Timestamp(calendar.end).year
    rows = []
    for year in range(first, last + 1):
        for month_day, spread, length in (("03-01", 60, 5), ("08-01", 10, 10), ("12-09", 8, 5)):
            opening = np.datetime64(f"{year}-{month_day}", "D")
            start = calendar.shift(opening + rng.integers(0, spread, n), 0)
            rows.append(pd.DataFrame({"person": np.arange(n), "start_date": start, "length": length}))
    frame = pd.concat(rows, ignore_index=True)
    frame["end_date"] = calendar.shift(frame["start_date"].to_numpy().astype("datetime64[D]"), frame["length"] - 1)
    position = np.searchsorted(calendar.days, frame["start_date"].to_numpy().astype("datetime64[D]"))
    person = frame["person"].to_numpy()
    known = (frame["start_date"] >= calendar.start) & (frame["start_date"] <= calendar.end)
    frame = frame[known & (position >= employed_from[person]) & (position < employed_to[person] - 15)]
    frame = frame.assign(kind="holiday")[["person", "start_date", "end_date", "kind"]]
    gone = np.flatnonzero(employed_to[:n] < calendar.n_days)
    left = pd.DataFrame({"person": gone, "start_date": calendar.days[employed_to[gone]], "kind": "leaver"})
    left["end_date"] = calendar.end.astype("datetime64[Y]").astype("datetime64[D]") + 1095
    both = pd.concat([frame, left], ignore_index=True)
    return both.sort_values(["person", "start_date"], ignore_index=True)


def _presence(
    calendar: Calendar, n: int, absences: pd.DataFrame, employed_from: np.ndarray, employed_to: np.ndarray
) -> np.ndarray:
    """Return person x working day: employed and not away."""
    t = np.arange(calendar.n_days)
    present = (t >= employed_from[:, None]) & (t < employed_to[:, None])
    starts = np.searchsorted(calendar.days, absences["start_date"].to_numpy().astype("datetime64[D]"))
    ends = np.searchsorted(calendar.days, absences["end_date"].to_numpy().astype("datetime64[D]"), side="right")
    for person, start, end in zip(absences["person"], starts, ends, strict=True):
        present[person, start:end] = False
    return present
