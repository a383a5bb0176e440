"""Demo people: four with a known password, and as many builders as the plan wants."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import places
from accounts.addresses.demo import add_mail
from accounts.applications import apply
from accounts.demo_portraits import portrait
from accounts.members import demo as members
from accounts.models import BuilderProfile, ClientProfile, Notification, Place, ProfessionalRole, RoleGrant, User
from accounts.roles import Role
from accounts.services import grant, make_builder, set_avatar, sort_name
from core.bulk import copy_rows
from core.registry import DemoPlan

PASSWORD = "waymark-demo"  # noqa: S105  (public on purpose, and only with DEMO=1)
BATCH = 2_000
MOST_PORTRAITS = 60  # of builders; the others have their initials, since drawing a face takes 50 ms

ADA_HEADLINE = "App coach who gets first releases out of the door"
ADA_BIO = """I help people who have an idea and half an app. We look at what is there, cut what is not needed for \
a first release, and put the rest in an order that one person can follow.

Before this I led a product team of nine for six years and shipped forty-one releases, two of which I would \
rather not talk about. Clients leave with a plan for the next two weeks that fits on one page, and with the \
one hard thing done together.

Sessions are remote, in English, German or Spanish."""

NORA_MESSAGE = """I have run a small studio for eleven years. About two hundred people have learned to throw a bowl with me, most of them after work, some of them now sell theirs."""
CLEO_ABOUT = "I run a small choir and am building an app for its rehearsals. I learn best by doing, with somebody beside me who says stop."
WELCOME = "Accelerate is for people who know where they are going. Have a look at what lies ahead."

# (profession, headlines, what clients leave with, slug of the professional role)
PROFESSIONS = [
    ("Mixing engineer", ("Mixes that hold up on a phone speaker", "For bands that play loud and sing quietly", "Your rough mix, finished beside you"),
     "a mix, the stems and the reasons", "engineer"),
    ("Mastering engineer", ("The last five per cent, for vinyl and for streams", "Loud enough, and no louder", "A second pair of ears before it is out"),
     "a master for every format", "engineer"),
    ("Songwriting partner", ("For the second verse that will not come", "Hooks, bridges and what to leave out", "Words for people who think in chords"),
     "a finished draft and two spare hooks", "songwriter"),
    ("Vocal producer", ("Takes comped, tuned and still alive", "Getting a brave take out of a shy singer", "Harmonies that you will hear everywhere"),
     "a lead vocal that carries the track", "producer"),
    ("App reviewer", ("An honest hour with your app before the store's", "Where your users give up, and why", "Twenty screens, one list"),
     "a list in order of what costs you users", "developer"),
    ("Product coach", ("From a hundred ideas to the one that ships", "Saying no, with reasons", "For founders who build too much"),
     "one page: what, for whom, by when", "product"),
    ("Interface designer", ("Screens that need no explaining", "Forms that people finish", "Type, space and the courage to leave it empty"),
     "a flow that five strangers got through", "designer"),
    ("Django engineer", ("Your backlog's scariest ticket, together", "Slow queries, found and mended", "From a prototype to something that may fail at night"),
     "merged code and the tests that guard it", "developer"),
    ("Automation builder", ("The spreadsheet you hate, replaced", "What you do by hand every Friday, done by itself", "Small robots for small offices"),
     "a running automation and how to mend it", "developer"),
    ("Deal coach", ("For agents in their first hundred deals", "The call that you put off, rehearsed", "Listings that bring the right people"),
     "a call script that sounds like you", "realtor"),
    ("Career coach", ("Changing fields after thirty, without the fog", "Interviews as conversations", "Asking for more, calmly"),
     "a route, three contacts and a first step", "coach"),
    ("Game maker", ("Small games, finished", "From a feeling to a rule to a level", "Your first jam, survived"),
     "a build that friends can play tonight", "developer"),
    ("Podcast producer", ("From a recording to an episode people finish", "Cutting an hour to its best thirty minutes", "Questions that get answers"),
     "an edit, notes and a calmer process", "producer"),
    ("Photographer", ("Portraits and products in plain light", "For people who hate having their picture taken", "A market stall that looks like a shop"),
     "twelve pictures you can use anywhere", "photographer"),
]  # fmt: skip
GIVEN = [
    "Amara",
    "Noor",
    "Ines",
    "Jonas",
    "Mei",
    "Tomas",
    "Leila",
    "Oskar",
    "Priya",
    "Mateo",
    "Freya",
    "Kofi",
    "Yuki",
    "Elena",
    "Samir",
    "Clara",
    "Diego",
    "Hanna",
    "Ravi",
    "Sofia",
    "Bram",
    "Naledi",
    "Luca",
    "Zofia",
    "Emeka",
    "Aiko",
    "Marta",
    "Theo",
    "Farah",
    "Nils",
    "Rosa",
    "Anders",
    "Chidi",
    "Vera",
    "Pablo",
    "Ingrid",
]
FAMILY = [
    "Okafor",
    "Lindqvist",
    "Duarte",
    "Tanaka",
    "Nowak",
    "Haddad",
    "Mwangi",
    "Rossi",
    "Sharma",
    "Novák",
    "Jensen",
    "Alvarez",
    "Kowalska",
    "Mensah",
    "Bauer",
    "Castillo",
    "Petrov",
    "Nguyen",
    "Laurent",
    "Silva",
    "Öztürk",
    "Kim",
    "Moreau",
    "Björk",
    "Adeyemi",
    "Costa",
    "Fischer",
    "Ferrari",
    "Dubois",
    "Reyes",
]
TOWNS = [
    "Berlin, Germany", "London, United Kingdom", "Brooklyn, New York", "Los Angeles, California", "Kathmandu, Nepal",
    "Leipzig, Germany", "Santiago, Chile", "Tokyo, Japan", "Lagos, Nigeria", "Mumbai, India", "Lisbon, Portugal",
    "Hamburg, Germany", "Barcelona, Spain", "Nashville, Tennessee", "Melbourne, Australia", "Warsaw, Poland",
]  # fmt: skip

# What people in these countries speak beside English, by ISO 3166 code.
LOCAL_LANGUAGES = {
    "DE": "de", "NP": "ne", "CL": "es", "JP": "ja", "NG": "yo", "IN": "hi", "PT": "pt", "ES": "es", "PL": "pl", "US": "es",
}  # fmt: skip


def seed(plan: DemoPlan) -> None:
    """Adds the four people who can sign in, then builders up to the number in the plan."""
    people = {
        "client@demo.test": ("Cleo Park", "London, United Kingdom", None),
        "builder@demo.test": ("Ada Moreno", "Berlin, Germany", None),
        "admin@demo.test": ("Alex Admin", "Berlin, Germany", Role.ADMIN),
        "support@demo.test": ("Suri Support", "New York City", Role.SUPPORT),
    }
    with transaction.atomic():
        for email, (name, town, role) in people.items():
            user = _get_or_create_person(email, name, town)
            if role:
                grant(user=user, role=role, by=None, reason="demo")
        ada = User.objects.get(email="builder@demo.test")
        profile = make_builder(user=ada, headline=ADA_HEADLINE, bio=ADA_BIO, by=None, reason="demo")
        if not profile.roles.exists():
            profile.roles.set(ProfessionalRole.objects.filter(slug__in=["coach", "developer", "product"]))
        BuilderProfile.objects.filter(pk=profile.pk, languages=[]).update(languages=["en", "de", "es"])
        cleo = User.objects.get(email="client@demo.test")
        ClientProfile.objects.get_or_create(user=cleo, defaults={"about": CLEO_ABOUT})
        _add_application_and_notifications(ada)
        add_mail()
    _add_builders(plan)
    members.seed(plan)


def _add_application_and_notifications(ada: User) -> None:
    """Adds an open application, and a notification each for Ada and Cleo."""
    nora = _get_or_create_person("nora@demo.test", "Nora Lind", "Stockholm, Sweden")
    if not nora.applications.exists() and Role.BUILDER not in nora.roles:
        apply(user=nora, headline="Ceramics teacher for people who sit too much", message=NORA_MESSAGE)
    for person, event, title, text, path in (
        (
            ada,
            "demo: welcome",
            "Your profile is public",
            "Clients can find you now.",
            ada.builder_profile.get_absolute_url(),
        ),
        (
            User.objects.get(email="client@demo.test"),
            "demo: welcome",
            "Welcome to Waymark",
            WELCOME,
            "/pathways/accelerate/",
        ),
    ):
        Notification.objects.get_or_create(
            person=person, event=event, defaults={"kind": "welcome", "title": title, "text": text, "url": path}
        )


def _get_or_create_person(email: str, name: str, town: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        place = _places_by_town()[town]
        user = User.objects.create_user(email, PASSWORD, display_name=name, timezone=place.timezone, place=place)
        set_avatar(user=user, picture=portrait(name))
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def _add_builders(plan: DemoPlan) -> None:
    """Adds the builders that are missing, in batches: a hundred thousand take about a minute."""
    wanted = plan.builders - 1  # Ada is a builder too
    existing = set(User.objects.filter(email__endswith="@builders.demo.test").values_list("email", flat=True))
    missing = [number for number in range(1, wanted + 1) if _email_address(number) not in existing]
    no_password = make_password(None)
    for batch in plan.batches("builders", missing, BATCH):
        _write_batch(plan, batch, no_password)


@cache
def _places_by_town() -> dict[str, Place]:
    wanted = [*TOWNS, "Stockholm, Sweden", "New York City"]
    places_by_town = {town: places.find(town) for town in wanted}
    assert all(places_by_town.values()), places_by_town
    return {town: place for town, place in places_by_town.items() if place}


@transaction.atomic
def _write_batch(plan: DemoPlan, numbers: Sequence[int], no_password: str) -> None:
    users, profiles, grants, professional_roles = [], [], [], []
    for number in numbers:
        user, profile = _make_up_builder(plan.seed, number, no_password)
        users.append(user)
        profiles.append(profile)
        joined = plan.now - timedelta(days=number * 37 % 330, hours=number % 24)
        grants.append(RoleGrant(user=user, role=Role.BUILDER, reason="demo", created_at=joined))
        slug = PROFESSIONS[number % len(PROFESSIONS)][3]
        professional_roles.append(BuilderProfile.roles.through(builderprofile_id=user.pk, professionalrole_id=slug))
    copy_rows(User, users)
    copy_rows(BuilderProfile, profiles)
    copy_rows(RoleGrant, grants)
    copy_rows(BuilderProfile.roles.through, professional_roles)


def _make_up_builder(seed: int, number: int, no_password: str) -> tuple[User, BuilderProfile]:
    """Makes up a builder. The same seed and number always give the same builder."""
    chance = random.Random(f"{seed}-{number}")  # noqa: S311  (demo data, no secret)
    name = f"{GIVEN[number * 7 % len(GIVEN)]} {FAMILY[(number * 11 + number // len(GIVEN)) % len(FAMILY)]}"
    profession, lines, result, _ = PROFESSIONS[number % len(PROFESSIONS)]
    line = lines[number // len(PROFESSIONS) % len(lines)]
    place = _places_by_town()[chance.choice(TOWNS)]
    years = chance.randint(3, 22)
    user = User(
        email=_email_address(number), display_name=name, timezone=place.timezone, place=place, password=no_password
    )
    if number <= MOST_PORTRAITS:
        user.avatar.save("portrait.webp", portrait(name), save=False)
    opening = chance.choice(
        [
            f"{years} years at this, most of them in other people's rooms.",
            f"I started {years} years ago by doing it badly and asking better people why.",
            f"For {years} years I have done one thing, and I still look forward to Mondays.",
        ]
    )
    bio = (
        f"{opening} {profession}s are not hard to find; one who answers, prepares and says no when it helps is.\n\n"
        f"Every session ends with {result}. Bring what you have, however unfinished: the first ten minutes go to "
        "finding out what would make the hour worth it for you."
    )
    slug = f"{sort_name(name).replace(' ', '-')}-{number}".encode("ascii", "ignore").decode()
    local = LOCAL_LANGUAGES.get(place.country_code)
    profile = BuilderProfile(
        user=user, slug=slug, headline=f"{profession}. {line}", bio=bio, sort_name=sort_name(name), is_published=True,
        languages=["en", local] if local and number % 4 else ["en"],
    )  # fmt: skip
    return user, profile


def _email_address(number: int) -> str:
    return f"builder-{number:06}@builders.demo.test"
