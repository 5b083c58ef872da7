# loses: 2
def wrap(number):
    if number < 0:
        return number + 2**256
    return number - 2**256 if number >= 2**256 else number

def signed(word):
    return word - 2**256 if word >= 2**255 else word
