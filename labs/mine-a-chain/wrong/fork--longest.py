# loses: 2
def best_tip(blocks):
    height, best = {None: 0}, None
    for name, parent, target in blocks:
        height[name] = height[parent] + 1
        if height[name] > height[best]:
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
    return undo, apply[::-1]
