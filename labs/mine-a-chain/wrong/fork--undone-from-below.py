# loses: 2
def best_tip(blocks):
    total, best = {None: 0}, None
    for name, parent, target in blocks:
        total[name] = total[parent] + work_of(target)
        if total[name] > total[best]:
            best = name
    return best


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
    return undo[::-1], apply[::-1]
