"""The settings, told by the tests' environment which database and Redis are this worker's."""

from tests import environment

environment.prepare()

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a thousand sign-ins, none of them real
MIDDLEWARE = [*MIDDLEWARE, "tests.reading.OneSpaceMiddleware"]  # noqa: F405
