# loses: 3
class World:

    def __init__(self):
        self.words, self.warm, self.journal = {}, set(), []

    def get(self, key):
        return self.words.get(key, 0)

    def set(self, key, word):
        self.journal.append((key, self.get(key)))
        self.words[key] = word
        self.touch(key)

    def touch(self, key):
        if key in self.warm:
            return True
        self.journal.append((key, None))
        self.warm.add(key)
        return False

    def mark(self):
        return len(self.journal)

    def undo(self, mark):
        while len(self.journal) > mark:
            key, word = self.journal.pop()
            if word is None:
                self.warm.remove(key)
            else:
                self.words[key] = word
