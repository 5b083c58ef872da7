# loses: 3
def offences(votes):
    guilty = {}
    for who, source, target, block in votes:
        for other, from_epoch, to_epoch, choice in votes:
            if target == to_epoch and (source, block) != (from_epoch, choice):
                guilty[who] = "double"
            elif source < from_epoch and to_epoch < target:
                guilty.setdefault(who, "surround")
    return guilty
