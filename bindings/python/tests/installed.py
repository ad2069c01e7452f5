"""Run by a Python that has the wheel, from a folder with nothing of the repository: one call for each settings in argv[1].

Prints one JSON object: where the library was found, and what the calls came to.
"""

import json
import sys

import lockrec
from lockrec import _library


def call(settings):
    try:
        result = lockrec.reconcile(**settings)
    except lockrec.LockrecError as error:
        result = error.result
    return result.as_dict()


calls = [call(settings) for settings in json.loads(sys.argv[1])]
print(json.dumps({"python": sys.version.split()[0], "package": lockrec.__file__, "library": _library.candidates()[0],
                  "version": lockrec.library_version(), "calls": calls}))
