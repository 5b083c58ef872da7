"""The page kernel runs a page's cells in the reader's browser.

It does for a page what IPython's kernel does for a notebook, and starts in a fraction
of the time: it runs cells in one set of names, shows values in their richest form, and
carries what widgets say to each other. It needs nothing of a browser: whoever starts it
says where its messages go, so tests run it anywhere.
"""
