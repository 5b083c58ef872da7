"""A lab of two questions, and submissions to it: honest, broken and malicious."""

import json

from tasks.lab_master import parse
from tasks.lab_model import Lab

MASTER = '''---
lab:
  withheld: [fractions]
---

```{raw-cell}
# ASSIGNMENT CONFIG
name: small
```

# A small lab

```{code-cell} ipython3
given = 2
```

```{raw-cell}
# BEGIN QUESTION
name: double
```

Write `double`.

```{raw-cell}
# BEGIN PROMPT
```

```{code-cell} ipython3
def double(x):
    ...
```

```{raw-cell}
# END PROMPT
```

```{raw-cell}
# BEGIN SOLUTION
```

```{code-cell} ipython3
def double(x):
    return given * x
```

```{raw-cell}
# END SOLUTION
```

```{raw-cell}
# BEGIN TESTS
```

```{code-cell} ipython3
""" # BEGIN TEST CONFIG
points: 1
""" # END TEST CONFIG
def test_two(double):
    """Two."""
    from minichain.feedback import expect_equal
    expect_equal("double(2)", double(2), 4, {3: "One was added."})
```

```{code-cell} ipython3
""" # BEGIN TEST CONFIG
points: 2
hidden: true
""" # END TEST CONFIG
def test_others(double):
    """Other numbers."""
    from minichain.feedback import expect_equal
    for secret in [0, -3, 10**30]:
        expect_equal("double(secret)", double(secret), 2 * secret)
```

```{raw-cell}
# END TESTS
```

<details><summary>Hint 1</summary>
One.
<details><summary>Hint 2</summary>
Two.
<details><summary>Hint 3</summary>
Three.
<details><summary>A worked idea</summary>
Four.
</details></details></details></details>

```{raw-cell}
# END QUESTION
```

```{raw-cell}
# BEGIN QUESTION
name: till
```

Write `Till`.

```{raw-cell}
# BEGIN PROMPT
```

```{code-cell} ipython3
class Till:
    ...
```

```{raw-cell}
# END PROMPT
```

```{raw-cell}
# BEGIN SOLUTION
```

```{code-cell} ipython3
class Till:
    def __init__(self, ring):
        self.ring, self.held = ring, 0

    def take(self, amount):
        if amount < 0:
            raise ValueError("negative")
        self.held += amount
        self.ring(amount)
        return {"held": self.held}
```

```{raw-cell}
# END SOLUTION
```

```{raw-cell}
# BEGIN TESTS
```

```{code-cell} ipython3
""" # BEGIN TEST CONFIG
points: 1
""" # END TEST CONFIG
def test_take(Till):
    """Amounts are taken."""
    from minichain.feedback import expect_equal
    rung = []
    till = Till(rung.append)
    expect_equal("take(3)", till.take(3), {"held": 3})
    expect_equal("rung", rung, [3])
    expect_equal("held", till.held, 3)
```

```{code-cell} ipython3
""" # BEGIN TEST CONFIG
points: 1
hidden: true
""" # END TEST CONFIG
def test_refuse(Till):
    """Negative amounts are refused, and a bell may ring back."""
    from minichain.feedback import expect_equal, expect_refusal
    rung = []
    def ring(amount):
        rung.append(amount)
        if len(rung) < 3:
            till.take(amount + 1)
    till = Till(ring)
    till.take(1)
    expect_equal("rung", rung, [1, 2, 3])
    expect_refusal("take(-1)", lambda: till.take(-1), "It is taken.")
```

```{raw-cell}
# END TESTS
```

<details><summary>Hint 1</summary>
One.
<details><summary>Hint 2</summary>
Two.
<details><summary>Hint 3</summary>
Three.
<details><summary>A worked idea</summary>
Four.
</details></details></details></details>

```{raw-cell}
# END QUESTION
```
'''


def small_lab() -> Lab:
    return parse("small", MASTER)


SOLUTION = small_lab().solutions()
DOUBLE, TILL = SOLUTION["double"], SOLUTION["till"]


def notebook(*cells: str, version: int = 4) -> bytes:
    """Return the bytes of a notebook with these code cells."""
    if version == 3:
        sheet = [
            {"cell_type": "code", "input": c.splitlines(True), "outputs": []}
            for c in cells
        ]
        content = {"nbformat": 3, "worksheets": [{"cells": sheet}], "metadata": {}}
        return json.dumps(content).encode()
    made = [
        {"cell_type": "code", "source": c, "outputs": [], "metadata": {}} for c in cells
    ]
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}
    return json.dumps(content).encode()


def solved(*more: str) -> bytes:
    """Return a solved notebook with other cells between the two answers."""
    return notebook("given = 2", DOUBLE, *more, TILL)
