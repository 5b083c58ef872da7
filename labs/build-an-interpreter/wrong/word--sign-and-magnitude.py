# loses: 2
def wrap(number):
    return number % 2**256

def signed(word):
    return 2**255 - word if word >= 2**255 else word
