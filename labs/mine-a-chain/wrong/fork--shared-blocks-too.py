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

    def path(name):
        return [] if name is None else [name] + path(parents[name])

    return path(old), path(new)[::-1]
