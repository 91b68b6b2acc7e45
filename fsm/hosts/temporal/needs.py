"""What the extra ``temporal`` brings, found and not imported.

Raises:
    ModuleNotFoundError: it is not installed.
"""

from importlib.util import find_spec

if find_spec("temporalio") is None:
    raise ModuleNotFoundError(name="temporalio")
