"""Reads what somebody types into the search field as a sentence: places, sums, days and times become filters.

"someone for mixing near Berlin under 80 free on a weekday evening" is the word "mixing" and four filters, under the names
of the fields of the search form. The text is read once from left to right, and no rule looks more than a few words ahead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.places import folded
from core.day_words import MISSPELT_DAYS, SHORT_DAYS, TIMES, WEEKDAYS, iso_date, next_day_of_month
from core.languages import LANGUAGES
from marketplace import search
from marketplace.words import FILLER, MAX_LENGTH

TOKEN = re.compile(r"[0-9]+(?:[.,:-][0-9]+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*|[€$£¥<≤]|[^\s\w]|[\w]")
SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
CURRENCIES = SYMBOLS | {
    "euro": "EUR", "euros": "EUR", "dollar": "USD", "dollars": "USD", "bucks": "USD", "pound": "GBP", "pounds": "GBP",
    "quid": "GBP", "yen": "JPY", "franc": "CHF", "francs": "CHF", "rupees": "INR",
}  # fmt: skip
AT_MOST = (
    "under", "below", "less than", "cheaper than", "up to", "at most", "no more than", "not more than", "maximum", "max",
    "for under", "for less than", "<", "≤",
)  # fmt: skip
AN_HOUR = ("an hour", "per hour", "a hour", "hourly", "/ h", "/ hour", "or less", "max", "maximum", "at most")
NOT_MONEY = frozenset(
    [
        "minutes",
        "minute",
        "min",
        "mins",
        "hours",
        "hour",
        "km",
        "kilometres",
        "kilometers",
        "miles",
        "mile",
        "days",
        "day",
        "years",
        "weeks",
        "stars",
    ]
)
NEAR = ("near to", "near", "close to", "around", "nearby", "in and around", "based in", "in", "at")
SURE_NEAR = frozenset({"near to", "near", "close to", "nearby", "based in"})  # never followed by anything but a place
RATINGS = {"4": "4", "4.5": "4.5", "5": "4.5"}
UNITS = {"km": "km", "kms": "km", "kilometres": "km", "kilometers": "km", "kilometre": "km", "miles": "miles", "mile": "miles", "mi": "miles"}  # fmt: skip
BEFORE_TIME = frozenset(
    ["on", "in", "at", "free", "available", "the", "a", "an", "every", "any", "this", "next", "during"]
)
PHRASES: dict[str, dict[str, str]] = {
    "remote": {"format": "remote"}, "remotely": {"format": "remote"}, "online": {"format": "remote"},
    "by video": {"format": "remote"}, "video call": {"format": "remote"}, "in person": {"format": "in_person"},
    "in-person": {"format": "in_person"}, "face to face": {"format": "in_person"}, "face-to-face": {"format": "in_person"},
    "on site": {"format": "in_person"}, "verified": {"verified": "on"}, "cheapest": {"sort": search.RATE},
    "cheap": {"sort": search.RATE}, "nearest": {"sort": search.DISTANCE}, "best rated": {"sort": search.RATING},
    "top rated": {"sort": search.RATING}, "soon": {"sort": search.SOONEST}, "asap": {"sort": search.SOONEST},
    "as soon as possible": {"sort": search.SOONEST}, "this week": {"free": "7"}, "within a week": {"free": "7"},
    "free of charge": {"category": "FREE"}, "for free": {"category": "FREE"}, "free session": {"category": "FREE"},
    "free sessions": {"category": "FREE"}, "free call": {"category": "FREE"}, "free consultation": {"category": "FREE"},
}  # fmt: skip
LONGEST_TOWN = 4  # words
LARGE_TOWN = 100_000  # people; after "in", the names that smaller towns have in other languages are no towns

# Words that may begin with a town, and how many people it has at least: how many of the words name it, and its name.
FindTown = Callable[[Sequence[str], int], tuple[int, str] | None]


@dataclass(frozen=True)
class Sentence:
    """What a text asks for: the words that are left, and the filters by the names of the form's fields."""

    words: str
    filters: dict[str, str]


def understood(text: str, *, today: date, currencies: Collection[str], find_town: FindTown, home: str = "") -> Sentence:
    """Returns the filters in the text, and its other words without filler. `home` is the town that "near me" means."""
    reader = _Reader(text, today, currencies, find_town, home)
    return reader.read()


class _Reader:
    """Reads a text token by token. Each rule looks at the next tokens; it adds filters and returns how many it has read."""

    def __init__(self, text: str, today: date, currencies: Collection[str], find_town: FindTown, home: str) -> None:
        self.text = text[:MAX_LENGTH]
        self.typed = TOKEN.findall(self.text)
        plain = [folded(token) or token for token in self.typed]
        self.tokens = [MISSPELT_DAYS.get(token, token) for token in plain]
        self.today, self.currencies, self.find_town, self.home = today, currencies, find_town, home
        self.filters: dict[str, str] = {}
        self.words: list[str] = []
        self.looks = 0  # how often a town was looked up, which costs a query

    def read(self) -> Sentence:
        rules = (
            self._phrase,
            self._language,
            self._distance,
            self._stars,
            self._sum,
            self._date,
            self._time,
            self._place,
        )
        at = 0
        while at < len(self.tokens):
            count = next((count for rule in rules if (count := rule(at))), 0)
            if not count:
                self.words.append(self.typed[at])
            at += count or 1
        if not self.filters:
            return Sentence(self.text, {})
        return Sentence(
            " ".join(word for word in self.words if word.isalnum() and folded(word) not in FILLER), self.filters
        )

    def _next(self, at: int) -> str:
        return self.tokens[at] if 0 <= at < len(self.tokens) else ""

    def _longest(self, at: int, phrases: Collection[str]) -> tuple[int, str]:
        """Returns the longest of the phrases that begins here, and how many tokens it has; 0 if none does."""
        for length in range(4, 0, -1):
            phrase = " ".join(self.tokens[at : at + length])
            if at + length <= len(self.tokens) and phrase in phrases:
                return length, phrase
        return 0, ""

    def _phrase(self, at: int) -> int:
        length, phrase = self._longest(at, PHRASES)
        self.filters |= PHRASES.get(phrase, {})
        return length

    def _language(self, at: int) -> int:
        """`in German`, `speaks Spanish`, `German speaking`."""
        lead = self._next(at) in ("in", "speaks", "speaking", "speak")
        name = self._next(at + 1) if lead else self._next(at).partition("-")[0]
        is_speaker = lead or self._next(at).endswith("-speaking") or self._next(at + 1) in ("speaking", "speaker")
        code = next((code for code, language in LANGUAGES if folded(language) == name), "")
        if not code or not is_speaker:
            return 0
        self.filters["language"] = code
        return 1 if self._next(at).endswith("-speaking") else 2

    def _distance(self, at: int) -> int:
        """`within 10 km of`, `20 miles from`: the radius; the place after it is read by the rule for places."""
        begin = at + 1 if self._next(at) == "within" else at
        number, unit = self._next(begin), UNITS.get(self._next(begin + 1), "")
        if not number.isascii() or not number.isdigit() or not unit or not 1 <= int(number[:4]) <= 500:
            return 0
        self.filters[unit] = str(int(number))
        after = begin + 2
        if self._next(after) in ("of", "from", "around"):
            return after + 1 + self._town(after + 1, is_sure=True) - at
        return after - at

    def _stars(self, at: int) -> int:
        """`4 stars`, `at least 4.5 stars`, `5 star`: an average of five stars is rare, so that the highest filter counts."""
        begin = at + 2 if self._next(at) == "at" and self._next(at + 1) == "least" else at
        rating = RATINGS.get(self._next(begin), "")
        if not rating or self._next(begin + 1) not in ("star", "stars"):
            return 0
        self.filters["rating"] = rating
        return begin + 2 - at

    def _sum(self, at: int) -> int:
        """`under 80`, `€80`, `up to 1,000 yen an hour`, `between 50 and 100`: what an hour may cost at most."""
        limit = self._longest(at, AT_MOST)[0] or self._lower_bound(at)
        begin = at + limit
        code = SYMBOLS.get(self._next(begin), "") or self._code(begin)
        amount = _amount(self._next(begin + 1 if code else begin))
        end = begin + (2 if code else 1)
        if not code and amount and (code := CURRENCIES.get(self._next(end), "") or self._code(end)):
            end += 1
        if not amount or not (limit or code) or (not code and self._next(end) in NOT_MONEY):
            return 0
        if code and code not in self.currencies:
            return 0
        self.filters["max_rate"] = amount
        if code:
            self.filters["currency"] = code
        return end + self._longest(end, AN_HOUR)[0] - at

    def _lower_bound(self, at: int) -> int:
        """Returns how many tokens `between 50 and` has, also with a currency; there is no filter for the least price."""
        begin = at + 2 if self._next(at + 1) in SYMBOLS else at + 1
        is_range = self._next(at) == "between" and _amount(self._next(begin)) and self._next(begin + 1) == "and"
        return begin + 2 - at if is_range else 0

    def _code(self, at: int) -> str:
        code = self._next(at).upper()
        return code if len(code) == 3 and code in self.currencies and code.lower() not in FILLER else ""

    def _date(self, at: int) -> int:
        """`today`, `tonight`, `tomorrow`, `2026-12-24`, `24 December`, `Dec 24`."""
        begin = at + 1 if self._next(at) == "on" else at
        word = self._next(begin)
        if word in ("today", "tonight", "tomorrow"):
            self.filters["date"] = str(self.today + timedelta(days=word == "tomorrow"))
            if word == "tonight":
                self.filters["time"] = "evening"
            return begin + 1 - at
        if day := iso_date(word):
            self.filters["date"] = day
            return begin + 1 - at
        for number, month in ((begin, begin + 1), (begin + 1, begin)):
            day = next_day_of_month(self._next(number), self._next(month), self.today)
            if day:
                self.filters["date"] = day
                length = 3 if self._next(number + 1) in ("st", "nd", "rd", "th") and number == month + 1 else 2
                return begin + length - at
        return 0

    def _time(self, at: int) -> int:
        """`free on a weekday evening`, `Tuesdays after 6pm`, `at the weekend`."""
        begin = at
        while self._next(begin) in BEFORE_TIME and begin - at < 4:
            begin += 1
        end = begin
        word = self._next(end)
        weekday = WEEKDAYS.get(word, "") or (SHORT_DAYS.get(word, "") if begin > at else "")
        if weekday:
            self.filters["day"] = weekday
            end += 1
        skipped = end + 1 if self._next(end) in ("in", "at") and self._next(end + 1) in ("the", "night") else end
        skipped += self._next(skipped) == "the"
        length, phrase = self._longest(skipped, TIMES)
        if length:
            self.filters["time"] = TIMES[phrase]
            return skipped + length - at
        if clock := self._clock(end):
            return end + clock - at
        return end - at if end > begin else 0

    def _clock(self, at: int) -> int:
        """`after 18:00`, `from 6 pm`, `before 9`, `after 6pm`."""
        side = {"after": "after", "from": "after", "before": "before"}.get(self._next(at), "")
        hour, *_ = self._next(at + 1).split(":")
        suffix = self._next(at + 2)
        is_clock = ":" in self._next(at + 1) or suffix in ("am", "pm", "o'clock", "h") or bool(self.filters.get("day"))
        if not side or not hour.isascii() or not hour.isdigit() or not is_clock or int(hour[:3]) > 23:
            return 0
        value = int(hour) + (12 if suffix == "pm" and int(hour) < 12 else 0)
        if not 0 < value < 24:
            return 0
        self.filters["time"] = f"{side}{value}"
        return 3 if suffix in ("am", "pm", "o'clock", "h") else 2

    def _place(self, at: int) -> int:
        length, phrase = self._longest(at, NEAR)
        if not length:
            return 0
        if self._next(at + length) in ("me", "here") and phrase in SURE_NEAR:
            if self.home:
                self.filters["place"] = self.home
            return length + 1
        count = self._town(at + length, is_sure=phrase in SURE_NEAR)
        return length + count if count else 0

    def _town(self, at: int, *, is_sure: bool) -> int:
        """Reads a town. One that nobody knows is kept where only a town can stand, so that the form says so."""
        words = self.tokens[at : at + LONGEST_TOWN]
        if not words or not words[0][0].isalpha() or self.looks >= 3:
            return 0
        self.looks += 1
        if (match := self.find_town(words, 0 if is_sure else LARGE_TOWN)) is not None:
            self.filters["place"] = match[1]
            return match[0]
        if not is_sure or words[0] in FILLER:
            return 0
        self.filters["place"] = self.typed[at]
        return 1


def _amount(token: str) -> str:
    """Returns the number as the form reads it, with a point; an empty string if the token is no sum."""
    plain = re.sub(r",(?=[0-9]{3}(?:[^0-9]|$))", "", token).replace(",", ".")
    return plain if re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]{1,2})?", plain) else ""
