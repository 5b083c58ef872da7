# loses: 3
def mark_claimed(words, index):
    number, place = divmod(index, 256)
    word, bit = words.get(number, 0), 1 << place
    if word & bit:
        raise ValueError("paid already")
    return {**words, number: bit}
