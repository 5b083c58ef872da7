# loses: 2
def wrap(number):
    return number % (2**256 - 1)

def signed(word):
    return word - 2**256 if word >= 2**255 else word
