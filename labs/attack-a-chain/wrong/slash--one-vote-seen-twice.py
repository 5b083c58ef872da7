# loses: 2
def offences(votes):
    guilty = {}
    for i, (who, source, target, block) in enumerate(votes):
        for j, (other, from_epoch, to_epoch, choice) in enumerate(votes):
            if i != j and who == other and target == to_epoch:
                guilty[who] = "double"
            elif who == other and source < from_epoch and to_epoch < target:
                guilty.setdefault(who, "surround")
    return guilty
