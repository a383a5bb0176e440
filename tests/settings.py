"""The settings of the tests, with the database and the Redis number of this worker."""

from tests import environment

environment.prepare()

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the tests sign in a thousand times
MIDDLEWARE = [*MIDDLEWARE, "tests.reading.OneSpaceMiddleware"]  # noqa: F405
