"""The settings of the tests, with the database and the Redis number of this worker."""

from tests import environment
from tests.environment import IS_POOLED

environment.prepare()

from config.settings import *  # noqa: F403  (all settings but those below)

# The planner joins tables in the order in which they are written. With the tests' few rows no order is better than another,
# and looking for one takes most of the planning of a query with ten joins. The servers that tests start plan as on a site.
# PgBouncer takes no options, and sets this itself for its connections (tests/pooler.py).
if not IS_POOLED:
    DATABASES["default"]["OPTIONS"]["options"] = "-c join_collapse_limit=1 -c from_collapse_limit=1 -c jit=off"  # noqa: F405  (from the line above)
POLICIES_KEPT_SECONDS = (
    3600  # `tests.isolation` gives each test the state without policies, so that pages take no query for it
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the tests sign in a thousand times
MIDDLEWARE = [*MIDDLEWARE, "tests.reading.OneSpaceMiddleware"]  # noqa: F405  (from the line above)
