# loses: 3
def best_tip(blocks):
    return min(blocks, key=lambda block: block[2])[0]


def reorganise(blocks, old, new):
    parents = {name: parent for name, parent, _ in blocks}
    undo, apply = [], []
    above = set()
    name = old
    while name is not None:
        above.add(name)
        name = parents[name]
    while new not in above:
        apply.append(new)
        new = parents[new]
    while old != new:
        undo.append(old)
        old = parents[old]
    return undo, apply[::-1]
