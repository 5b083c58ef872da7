# loses: 3
class World:
    def __init__(self):
        self.words, self.warm = {}, set()

    def get(self, key):
        return self.words.get(key, 0)

    def set(self, key, word):
        self.words[key] = word

    def touch(self, key):
        was_warm = key in self.warm
        self.warm.add(key)
        return was_warm

    def mark(self):
        self.saved = dict(self.words), set(self.warm)
        return 0

    def undo(self, mark):
        words, warm = self.saved
        self.words, self.warm = dict(words), set(warm)
