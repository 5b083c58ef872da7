"""What a page's Python has done before its memory is taken: import, and tidy up.

`memory.mjs` runs this. `names` holds the modules that cells of the book import.
"""

import gc
import importlib
import importlib.metadata
import linecache
import sys

AT_START = (
    "IPython.lib.pretty",
    "pagekernel.finder",
    "pagekernel.outputs",
    "pagekernel.program",
    "symtable",
)
"""Modules that run every page's cells."""

OFTEN = (
    "Crypto.Hash.keccak",
    "eth_hash.backends.pycryptodome",
    "http.server",
    "nbformat",
    "packaging.version",
    "pickle",
    "pkgutil",
    "platform",
    "secrets",
    "webbrowser",
)
"""What figures and compilers import of the rest: all of it would come with one."""


def bring_in():
    """Import what pages need, and every widget."""
    importlib.invalidate_caches()
    for name in (*AT_START, *OFTEN):
        importlib.import_module(name)
    widgets = importlib.import_module("minichain.widgets")
    for name in widgets.__all__:
        getattr(widgets, name)
    for name in globals()["names"]:
        importlib.import_module(name)


def pass_over_library():
    """Let a search for a library's version not open the archive that holds none."""
    importlib.metadata.FastPath.zip_children = lambda path: ()


def tidy_up():
    """Forget what was read of files: pages have them in another place."""
    linecache.clearcache()
    for place in list(sys.path_importer_cache):
        # What stands in the library's archive is known, and the same there.
        if not place.startswith("/lib/python314.zip"):
            del sys.path_importer_cache[place]
    gc.collect()


bring_in()
pass_over_library()
tidy_up()
