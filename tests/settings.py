"""The settings of the tests, with the database and the Redis number of this worker."""

from tests import environment

environment.prepare()

from config.settings import *  # noqa: F403  (all settings but those below)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the tests sign in a thousand times
MIDDLEWARE = [*MIDDLEWARE, "tests.reading.OneSpaceMiddleware"]  # noqa: F405  (from the line above)
