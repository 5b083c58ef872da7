# loses: 2
def offences(votes):
    guilty = {}
    for who, source, target, block in votes:
        for other, from_epoch, to_epoch, choice in votes:
            if who != other:
                continue
            if target == to_epoch and (source, block) != (from_epoch, choice):
                guilty[who] = "double"
            elif source < from_epoch < target != to_epoch:
                guilty.setdefault(who, "surround")
    return guilty
