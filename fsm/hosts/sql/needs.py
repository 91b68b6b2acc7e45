"""What the extra ``sql`` brings, found and not imported: most of it is needed later, and some of it never.

Raises:
    ModuleNotFoundError: something is not installed.
"""

from importlib.util import find_spec

for name in ("sqlalchemy", "greenlet", "alembic", "psycopg", "aiosqlite"):
    if find_spec(name) is None:
        raise ModuleNotFoundError(name=name)
