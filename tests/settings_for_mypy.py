"""The portal's settings for the type checker alone, which opens no database and needs no secrets."""

import os

os.environ.setdefault("PORTAL_ROLE", "offline")

from portal.settings import *  # noqa: F403
