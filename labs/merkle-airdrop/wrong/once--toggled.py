# loses: 2
def mark_claimed(words, index):
    number, place = divmod(index, 256)
    word, bit = words.get(number, 0), 1 << place
    return {**words, number: word ^ bit}
