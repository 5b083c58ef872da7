# loses: 3
class Memory:

    def __init__(self):
        self.bytes = bytearray()

    def size(self):
        return len(self.bytes)

    def price(self, offset, length):
        before = len(self.bytes) // 32
        after = max(before, (offset + length + 31) // 32) if length else before
        return 3 * (after - before) + after**2 // 512 - before**2 // 512

    def grow(self, offset, length):
        if length:
            words = (offset + length + 31) // 32
            self.bytes += bytes(max(0, 32 * words - len(self.bytes)))

    def read(self, offset, length):
        return bytes(self.bytes[offset : offset + length]).ljust(length, b"\0")

    def write(self, offset, data):
        self.grow(offset, len(data))
        if data:
            self.bytes[offset : offset + len(data)] = data
