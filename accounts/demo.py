"""Demo people: the four with a known password, and as many builders as are asked for."""

from __future__ import annotations

import random
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.applications import apply
from accounts.models import BuilderProfile, Notification, RoleGrant, User
from accounts.roles import Role
from accounts.services import grant, make_builder, sort_name
from core.registry import DemoPlan

PASSWORD = "waymark-demo"  # noqa: S105  (public on purpose, and only with DEMO=1)
BATCH = 2_000

ADA_HEADLINE = "App coach who gets first releases out of the door"
ADA_BIO = """I help people who have an idea and half an app. We look at what is there, cut what is not needed for \
a first release, and put the rest in an order that one person can walk.

Before this I led a product team of nine for six years and shipped forty-one releases, two of which I would \
rather not talk about. Clients leave with a plan for the next two weeks that fits on one page, and with the \
one hard thing done together.

Sessions are remote, in English, German or Spanish."""

NORA_MESSAGE = """I have run a small studio for eleven years. About two hundred people have learned to throw a bowl with me, most of them after work, some of them now sell theirs."""
WELCOME = "Accelerate is for people who know where they are going. Have a look at what lies ahead."

# (what they do, one line, what clients leave with)
CRAFTS = [
    ("Mixing engineer", "Mixes that hold up on a phone speaker", "a mix, the stems and the reasons"),
    ("Mastering engineer", "The last five per cent, for vinyl and for streams", "a master for every format"),
    ("Songwriting partner", "For the second verse that will not come", "a finished draft and two spare hooks"),
    ("Vocal producer", "Takes comped, tuned and still alive", "a lead vocal that carries the track"),
    ("App reviewer", "An honest hour with your app before the store's", "a list in order of what costs you users"),
    ("Product coach", "From a hundred ideas to the one that ships", "one page: what, for whom, by when"),
    ("Interface designer", "Screens that need no explaining", "a flow that five strangers got through"),
    ("Django engineer", "Your backlog's scariest ticket, together", "merged code and the tests that guard it"),
    ("Automation builder", "The spreadsheet you hate, replaced", "a running automation and how to mend it"),
    ("Deal coach", "For agents in their first hundred deals", "a call script that sounds like you"),
    ("Career coach", "Changing fields after thirty, without the fog", "a route, three contacts and a first step"),
    ("Game maker", "Small games, finished", "a build that friends can play tonight"),
    ("Podcast producer", "From a recording to an episode people finish", "an edit, notes and a calmer process"),
    ("Photographer", "Portraits and products in plain light", "twelve pictures you can use anywhere"),
]
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
ZONES = [
    "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Kathmandu",
    "Australia/Lord_Howe", "America/Santiago", "Asia/Tokyo", "Africa/Lagos", "Asia/Kolkata",
]  # fmt: skip


def seed(plan: DemoPlan) -> None:
    """The four people first, then builders up to the number asked for."""
    people = {
        "client@demo.test": ("Cleo Park", "Europe/London", None),
        "builder@demo.test": ("Ada Moreno", "Europe/Berlin", None),
        "admin@demo.test": ("Alex Admin", "Europe/Berlin", Role.ADMIN),
        "support@demo.test": ("Suri Support", "America/New_York", Role.SUPPORT),
    }
    with transaction.atomic():
        for email, (name, zone, role) in people.items():
            user = _person(email, name, zone)
            if role:
                grant(user=user, role=role, by=None, reason="demo")
        ada = User.objects.get(email="builder@demo.test")
        make_builder(user=ada, headline=ADA_HEADLINE, bio=ADA_BIO, by=None, reason="demo")
        _news(ada)
    _builders(plan)


def _news(ada: User) -> None:
    """An application to be decided, and something to read for the two who try Waymark out most."""
    nora = _person("nora@demo.test", "Nora Lind", "Europe/Stockholm")
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


def _person(email: str, name: str, zone: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, PASSWORD, display_name=name, timezone=zone)
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def _builders(plan: DemoPlan) -> None:
    """In batches, so that a hundred thousand are a matter of a minute."""
    wanted = plan.builders - 1  # Ada is one of them
    there = set(User.objects.filter(email__endswith="@builders.demo.test").values_list("email", flat=True))
    missing = [number for number in range(1, wanted + 1) if _address(number) not in there]
    no_password = make_password(None)
    for start in range(0, len(missing), BATCH):
        _write_batch(plan, missing[start : start + BATCH], no_password)
        if len(missing) > BATCH:
            plan.say(f"builders: {min(start + BATCH, len(missing)):,} of {len(missing):,}")


@transaction.atomic
def _write_batch(plan: DemoPlan, numbers: list[int], no_password: str) -> None:
    users, profiles, grants = [], [], []
    for number in numbers:
        user, profile = _invent(plan.seed, number, no_password)
        users.append(user)
        profiles.append(profile)
        joined = plan.now - timedelta(days=number * 37 % 330, hours=number % 24)
        grants.append(RoleGrant(user=user, role=Role.BUILDER, reason="demo", created_at=joined))
    User.objects.bulk_create(users)
    BuilderProfile.objects.bulk_create(profiles)
    RoleGrant.objects.bulk_create(grants)


def _invent(seed: int, number: int, no_password: str) -> tuple[User, BuilderProfile]:
    """The same person for the same number, whatever was made before."""
    chance = random.Random(f"{seed}-{number}")  # noqa: S311  (demo data, no secret)
    name = f"{GIVEN[number * 7 % len(GIVEN)]} {FAMILY[(number * 11 + number // len(GIVEN)) % len(FAMILY)]}"
    craft, line, result = CRAFTS[number % len(CRAFTS)]
    years = chance.randint(3, 22)
    user = User(
        email=_address(number), display_name=name, timezone=chance.choice(ZONES), password=no_password, is_active=True
    )
    opening = chance.choice(
        [
            f"{years} years at this, most of them in other people's rooms.",
            f"I started {years} years ago by doing it badly and asking better people why.",
            f"For {years} years I have done one thing, and I still look forward to Mondays.",
        ]
    )
    bio = (
        f"{opening} {craft}s are not hard to find; one who answers, prepares and says no when it helps is.\n\n"
        f"Every session ends with {result}. Bring what you have, however unfinished: the first ten minutes go to "
        "finding out what would make the hour worth it for you."
    )
    slug = f"{sort_name(name).replace(' ', '-')}-{number}".encode("ascii", "ignore").decode()
    profile = BuilderProfile(
        user=user, slug=slug, headline=f"{craft}. {line}", bio=bio, sort_name=sort_name(name), is_published=True
    )
    return user, profile


def _address(number: int) -> str:
    return f"builder-{number:06}@builders.demo.test"
