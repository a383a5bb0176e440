"""The sections of the pages: each with a sentence that says the finding, a chart with its table, and the definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core import charts
from core.charts import Chart, ChartSeries, Labels, Table
from core.money import Money, rounded
from core.templatetags.waymark import minutes as minutes_in_words
from insights.advice import at_hour, busiest_hour, cause_of, hour_of, people_by_step
from insights.definitions import FIGURES
from insights.figures import Comparison, Totals
from insights.open_hours import WEEKDAYS, OpenStretch
from insights.periods import label_of
from insights.summary import Summary, summary_of

STEPS = (("started", "Chose a time"), ("details", "Gave the details"), ("completed", "Booked"))
ANSWERED = ((60, "Within an hour"), (240, "Within 4 hours"), (1440, "Within a day"), (2880, "Within two days"))
NOTICE = ((0, "The same day"), (2, "1 or 2 days"), (6, "3 to 6 days"), (13, "1 week"), (29, "2 to 4 weeks"))
CAME_BY = {"link": "a short link", "embed": "a page of another site"}
SIDES = {"client": "Client", "builder": "Builder", "support": "Support", "system": "Waymark"}
BEFORE = "the period before"
MOST_BARS, MOST_CURRENCIES, MOST_TYPES = 10, 3, 50


@dataclass(frozen=True)
class InsightSection:
    """One subject. `table` is what its CSV file contains; by default that of the first chart."""

    name: str
    heading: str
    finding: str
    definitions: Sequence[str]
    charts: Sequence[Chart] = ()
    table: Table | None = None
    tables: Sequence[tuple[str, Table]] = field(default_factory=tuple)

    @property
    def file(self) -> Table:
        if self.table is not None:
            return self.table
        return self.charts[0].table if self.charts else self.tables[0][1]

    @property
    def shown(self) -> list[Chart]:
        return [chart for chart in self.charts if not chart.is_empty]


def plural(number: float, word: str, more: str = "") -> str:
    """Returns the number with the word for it: `1 session`, `2 sessions`."""
    return f"{charts.number(number)} {word if number == 1 else more or word + 's'}"


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def common_sections(comparison: Comparison, names: Mapping[str, str]) -> list[InsightSection]:
    """Returns the sections that builders and operators have alike. `names` are the titles of session types."""
    totals, summary = comparison.current, summary_of(comparison.current)
    return [
        sessions_section(comparison, summary),
        funnel_section(totals, names),
        times_section(totals),
        lengths_section(totals),
        income_section(comparison, summary),
        utilisation_section(comparison, summary),
        notice_section(totals, summary),
        origins_section(totals),
        cancellations_section(totals, summary),
        answers_section(totals, summary),
        clients_section(totals, summary),
        rating_section(comparison, summary),
    ]


def _labels(totals: Totals) -> Labels:
    period = totals.period
    over = {"day": "Day", "week": "Week of", "month": "Month"}[period.step]
    full = [f"{day:%B %Y}" if period.step == "month" else f"{day:%-d %B %Y}" for day in period.steps]
    return Labels(over, [label_of(day, period.step) for day in period.steps], full)


def sessions_section(comparison: Comparison, summary: Summary) -> InsightSection:
    totals = comparison.current
    finding = (
        f"{plural(summary.completed, 'session was', 'sessions were')} completed, {charts.number(summary.cancelled)} cancelled, "
        f"and the client did not come to {charts.number(summary.no_shows)}."
    )
    series = [
        ChartSeries("completed", totals.over_time("completed")), ChartSeries("cancelled", totals.over_time("cancelled")),
        ChartSeries("client did not come", totals.over_time("no_shows")),
    ]  # fmt: skip
    chart = charts.columns(
        "sessions", finding, labels=_labels(totals), series=series,
        before=_before(*(comparison.before(name) for name in ("completed", "cancelled", "no_shows"))),
    )  # fmt: skip
    definitions = [FIGURES[name].definition for name in ("sessions", "completed", "cancelled", "no_shows", "minutes")]
    return InsightSection("sessions", "Sessions", finding, definitions, [chart])


def funnel_section(totals: Totals, names: Mapping[str, str]) -> InsightSection:
    people = people_by_step(totals)
    started, booked = people["started"], people["completed"]
    finding = "Nobody has tried to book in this period."
    if started:
        finding = (
            f"{booked} of {plural(started, 'person', 'people')} who chose a time booked ({percent(booked / started)})."
        )
    chart = charts.funnel("funnel", finding, unit="People", stages=[(label, people[step]) for step, label in STEPS])
    by_type = sorted(
        ((names.get(key, "A former session"), people_by_step(totals, key)) for key in most_tried(totals)), key=_by_start
    )
    rows = [
        (title, *(str(steps[step]) for step, _ in STEPS), percent(steps["completed"] / steps["started"]))
        for title, steps in by_type
        if steps["started"]
    ]
    refusals = sorted(totals.of("refusals").items(), key=lambda item: (-item[1], item[0]))
    tables = (
        [("By session", Table(("Session", *(label for _, label in STEPS), "Booked of those"), rows))] if rows else []
    )
    if refusals:
        reasons = [(code.replace("_", " "), charts.number(amount)) for code, amount in refusals]
        tables.append(("Why people were refused", Table(("Code of the refusal", "People"), reasons)))
    definitions = [FIGURES["steps"].definition, FIGURES["refusals"].definition]
    return InsightSection("funnel", "From a chosen time to a booking", finding, definitions, [chart], tables=tables)


def most_tried(totals: Totals) -> list[str]:
    """Returns the ids of the session types that most people tried to book, as many as a table can show."""
    people = {key.split()[0]: amount for key, amount in totals.of("steps").items() if key.endswith(" started")}
    return sorted(people, key=lambda key: (-people[key], key))[:MOST_TYPES]


def _by_start(item: tuple[str, dict[str, int]]) -> tuple[int, str]:
    return -item[1]["started"], item[0]


def times_section(totals: Totals) -> InsightSection:
    values = {hour_of(key): amount for key, amount in totals.of("hours").items()}
    finding, size = "No session began in this period.", int(totals.total("hours"))
    if busiest := busiest_hour(totals):
        finding = f"{at_hour(busiest[0])} is booked most: {busiest[1]} of {plural(size, 'session')} began then."
    names = [f"{hour:02}:00" for hour in range(24)]
    chart = charts.heat_map(
        "times", finding, rows=[day[:3] for day in WEEKDAYS], names=names, values=values, over="Day"
    )
    return InsightSection("times", "Popular times", finding, [FIGURES["hours"].definition], [chart])


def lengths_section(totals: Totals) -> InsightSection:
    counts = sorted(totals.of("lengths").items(), key=lambda item: (-item[1], int(item[0])))[:MOST_BARS]
    size = totals.total("lengths")
    rows = [
        (minutes_in_words(int(key)), charts.number(amount), percent(float(amount / size))) for key, amount in counts
    ]
    finding = (
        f"{rows[0][0]} is chosen most: {rows[0][2]} of the sessions." if rows else "No session began in this period."
    )
    chart = _bars("lengths", finding, ("Length", "Sessions", "Share"), rows, [amount for _, amount in counts])
    return InsightSection("lengths", "Popular lengths", finding, [FIGURES["lengths"].definition], [chart])


def income_section(comparison: Comparison, summary: Summary) -> InsightSection:
    totals = comparison.current
    amounts = {currency: Money(amount, currency).shown() for currency, amount in summary.income.items()}
    average = {currency: Money(amount, currency).shown() for currency, amount in summary.average_value.items()}
    finding = "Nothing was earned in this period."
    if amounts:
        most = _most_used(totals)
        finding = f"{_listed([amounts[currency] for currency in most])} came from sessions and cancellation fees"
        costs = [average[currency] for currency in most if currency in average]
        finding += f"; a paid session cost {_listed(costs)} on average." if costs else "."
    drawn = []
    for currency in _most_used(totals)[:MOST_CURRENCIES]:
        shown, amount = _money_in(currency), amounts[currency]
        series = [ChartSeries(currency, totals.over_time("income", currency))]
        text = f"{amount} in {currency}"
        drawn.append(
            charts.columns(
                f"income-{currency}", text, labels=_labels(totals), series=series, shown=shown,
                before=_before(comparison.before("income", currency)),
            )
        )  # fmt: skip
    rows = [
        (currency, amounts[currency], charts.number(totals.of("paid").get(currency, 0)), average.get(currency, "–"))
        for currency in amounts
    ]
    table = Table(("Currency", "Income", "Paid sessions", "Average value"), rows)
    definitions = [FIGURES[name].definition for name in ("income", "value", "paid")]
    return InsightSection(
        "income", "Income", finding, definitions, drawn, table, [("By currency", table)] if rows else []
    )


def _most_used(totals: Totals) -> list[str]:
    """Returns the currencies of the income, those of most paid sessions first."""
    return sorted(totals.of("income"), key=lambda currency: (-totals.of("paid").get(currency, Decimal(0)), currency))


def _money_in(currency: str) -> charts.Shown:
    return lambda amount: Money(rounded(Decimal(amount), currency), currency).shown()


def utilisation_section(comparison: Comparison, summary: Summary) -> InsightSection:
    totals = comparison.current
    finding = "It is not known yet how many hours were open: they are counted when a day has ended."
    if summary.utilisation is not None:
        offered = plural(round(float(totals.total("offered") / 60), 1), "open hour")
        finding = f"{percent(summary.utilisation)} of {offered} were booked."
    before = _shares(comparison.before("booked"), comparison.before("offered"))
    shares = _shares(totals.over_time("booked"), totals.over_time("offered"))
    chart = charts.lines(
        "utilisation", finding, labels=_labels(totals), series=[ChartSeries("% of the open hours", shares)],
        before=ChartSeries(BEFORE, before) if any(before) else None,
    )  # fmt: skip
    definitions = [FIGURES["booked"].definition, FIGURES["offered"].definition]
    return InsightSection("utilisation", "Booked of the open hours", finding, definitions, [chart])


def _shares(parts: Sequence[Decimal] | None, wholes: Sequence[Decimal] | None) -> list[float | None]:
    """Returns the parts as per cent of the wholes."""
    return [float(part / whole) * 100 if whole else None for part, whole in zip(parts or (), wholes or (), strict=True)]


def _before(*figures: Sequence[Decimal] | None) -> ChartSeries | None:
    """Returns the sums of these figures of the period before, or None if none is compared or there was nothing in it."""
    sums = [sum(values, Decimal(0)) for values in zip(*(figure or () for figure in figures), strict=True)]
    return ChartSeries(BEFORE, sums) if any(sums) else None


def notice_section(totals: Totals, summary: Summary) -> InsightSection:
    counts = _grouped(totals.of("notice"), NOTICE, "A month or more")
    finding = "No session began in this period."
    if summary.notice_days is not None:
        finding = f"Sessions are booked {plural(round(summary.notice_days, 1), 'day')} before they begin, on average."
    rows = [(label, charts.number(amount)) for label, amount in counts]
    chart = _bars("notice", finding, ("Booked before the session", "Sessions"), rows, [amount for _, amount in counts])
    return InsightSection("notice", "How far ahead people book", finding, [FIGURES["notice"].definition], [chart])


def origins_section(totals: Totals) -> InsightSection:
    counts = sorted(totals.of("origins").items(), key=lambda item: (-item[1], item[0]))
    known = sum(amount for key, amount in counts if key.strip())
    finding = "No session began in this period."
    if counts:
        size = totals.total("origins")
        finding = f"What brought the client is known for {charts.number(known)} of {plural(float(size), 'session')}."
    if known:
        finding += f" Most came through {_origin(next(key for key, _ in counts if key.strip()))}."
    rows = [(_origin(key).capitalize(), charts.number(amount)) for key, amount in counts[:MOST_BARS]]
    amounts = [amount for _, amount in counts[:MOST_BARS]]
    chart = _bars("origins", finding, ("What brought the client", "Sessions"), rows, amounts)
    definitions = [FIGURES["origins"].definition]
    return InsightSection("origins", "Where bookings come from", finding, definitions, [chart])


def _origin(key: str) -> str:
    came_by, _, source = key.partition(" ")
    text = CAME_BY.get(came_by, "")
    if not source:
        return text or "Waymark, or not known"
    return f"“{source}”{f' ({text})' if text else ''}"


def cancellations_section(totals: Totals, summary: Summary) -> InsightSection:
    causes = sorted(totals.of("causes").items(), key=lambda item: (-item[1], item[0]))[:MOST_BARS]
    finding = "No session was cancelled."
    if summary.cancelled:
        finding = (
            f"{summary.cancelled} of {plural(summary.sessions + summary.cancelled, 'confirmed session was', 'confirmed sessions were')} "
            f"cancelled ({percent(summary.cancellation_rate)})."
        )
    if summary.no_shows:
        finding += f" The client did not come to {charts.number(summary.no_shows)}."
    rows = [
        (f"{SIDES.get(key.split()[0], 'Others')}: {cause_of(key)}", charts.number(amount)) for key, amount in causes
    ]
    chart = _bars("cancellations", finding, ("Who and why", "Sessions"), rows, [amount for _, amount in causes])
    definitions = [FIGURES[name].definition for name in ("cancelled", "causes", "no_shows")]
    return InsightSection("cancellations", "Cancelled sessions", finding, definitions, [chart])


def answers_section(totals: Totals, summary: Summary) -> InsightSection:
    counts = _grouped(totals.of("answers"), ANSWERED, "Later")
    finding = "No request was answered in this period."
    if summary.answer_minutes is not None:
        finding = f"Half of the requests were answered within {minutes_in_words(summary.answer_minutes)}."
    rows = [(label, charts.number(amount)) for label, amount in counts]
    chart = _bars("answers", finding, ("Answered", "Requests"), rows, [amount for _, amount in counts])
    return InsightSection("answers", "Time to answer a request", finding, [FIGURES["answers"].definition], [chart])


def clients_section(totals: Totals, summary: Summary) -> InsightSection:
    counts = [("New", summary.new_clients), ("Returning", summary.returning_clients)]
    finding = "Nobody has completed a session in this period."
    if any(number for _, number in counts):
        finding = (
            f"{percent(summary.repeat_rate)} of {plural(totals.clients, 'client')} had completed a session before."
        )
    rows = [(label, str(number)) for label, number in counts]
    chart = _bars("clients", finding, ("Clients", "How many"), rows, [number for _, number in counts])
    return InsightSection("clients", "New and returning clients", finding, [FIGURES["clients"].definition], [chart])


def rating_section(comparison: Comparison, summary: Summary) -> InsightSection:
    totals = comparison.current
    reviews = int(totals.total("stars"))
    finding = "No review was published in this period."
    if summary.rating is not None:
        finding = f"{summary.rating:.2f} stars on average, from {plural(reviews, 'review')}."
    means = _means([totals.over_time("stars", str(stars)) for stars in range(1, 6)])
    before = _means([comparison.before("stars", str(stars)) or [] for stars in range(1, 6)])
    chart = charts.lines(
        "rating", finding, labels=_labels(totals), series=[ChartSeries("stars", means)], highest=5,
        before=ChartSeries(BEFORE, before) if any(before) else None,
    )  # fmt: skip
    return InsightSection("rating", "Stars", finding, [FIGURES["stars"].definition], [chart])


def _means(counts: Sequence[Sequence[Decimal]]) -> list[float | None]:
    """Returns the mean of stars at each step; `counts` are those of one star, of two and so on."""
    return [
        float(sum(stars * count for stars, count in enumerate(step, 1)) / sum(step)) if any(step) else None
        for step in zip(*counts, strict=True)
    ]


def demand_section(totals: Totals, services: Mapping[str, str], stretches: Sequence[OpenStretch]) -> InsightSection:
    rows = []
    for key, amount in sorted(totals.of("unmet").items(), key=lambda item: (-item[1], item[0])):
        kind, _, service = key.partition(" ")
        what = "Waited and were never offered a time" if kind == "waiting" else "Searched and found nobody"
        rows.append((what, services.get(service, service) or "–", charts.number(amount)))
    size = totals.total("unmet")
    finding = f"{plural(float(size), 'person', 'people')} looked for a session and found none."
    if stretches:
        finding += f" Nobody booked {stretches[0]}, though you keep it open."
    tables = [("People who found nothing", Table(("What", "Service", "People"), rows))] if rows else []
    if stretches:
        tables.append(("Open hours without a session", Table(("Day", "Hours"), _by_weekday(stretches))))
    empty = Table(("What", "Service", "People"), rows)
    return InsightSection(
        "demand", "Demand that was not met", finding, [FIGURES["unmet"].definition], (), empty, tables
    )


def _by_weekday(stretches: Sequence[OpenStretch]) -> list[tuple[str, str]]:
    days: dict[int, list[str]] = {}
    for part in sorted(stretches, key=lambda stretch: (stretch.weekday, stretch.first)):
        days.setdefault(part.weekday, []).append(f"{part.first:02}:00–{part.end:02}:00")
    return [(WEEKDAYS[weekday], ", ".join(hours)) for weekday, hours in days.items()]


def _bars(
    name: str, finding: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]], values: Sequence[charts.Number]
) -> Chart:
    return charts.bars(name, finding, table=Table(head, rows), values=values)


def _grouped(counts: Mapping[str, Decimal], limits: Sequence[tuple[int, str]], rest: str) -> list[tuple[str, Decimal]]:
    """Returns the counts of numbers by the first limit that they do not exceed, and of those above all limits."""
    sums = {label: Decimal(0) for _, label in limits} | {rest: Decimal(0)}
    for value, amount in counts.items():
        label = next((label for most, label in limits if int(value) <= most), rest)
        sums[label] += amount
    return list(sums.items())


def _listed(names: Sequence[str]) -> str:
    """Returns the words as a list in a sentence, those after the third as their number."""
    if len(names) > MOST_CURRENCIES:
        names = [*names[:MOST_CURRENCIES], plural(len(names) - MOST_CURRENCIES, "other currency", "other currencies")]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
