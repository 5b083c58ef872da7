# loses: 3
def mark_claimed(words, index):
    if index in words:
        raise ValueError("paid already")
    return {**words, index: 1}
