# loses: 2
def wrap(number):
    return abs(number) % 2**256

def signed(word):
    return word - 2**256 if word >= 2**255 else word
