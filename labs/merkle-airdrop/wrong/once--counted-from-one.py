# loses: 3
def mark_claimed(words, index):
    number, place = divmod(index, 256)
    word, bit = words.get(number, 0), 1 << (place + 1)
    if word & bit:
        raise ValueError("paid already")
    return {**words, number: word | bit}
