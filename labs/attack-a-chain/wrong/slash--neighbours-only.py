# loses: 1
def offences(votes):
    guilty = {}
    votes = sorted(votes)
    for (who, source, target, block), (other, from_epoch, to_epoch, choice) in zip(votes, votes[1:]):
        if who != other:
            continue
        if target == to_epoch and (source, block) != (from_epoch, choice):
            guilty[who] = "double"
        elif source < from_epoch and to_epoch < target:
            guilty.setdefault(who, "surround")
    return guilty
