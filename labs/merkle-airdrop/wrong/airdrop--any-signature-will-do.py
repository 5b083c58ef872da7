# loses: 2
class Airdrop:
    def __init__(self, pot, is_listed, signer_of, pay):
        self.left = pot
        self.is_listed = is_listed
        self.signer_of = signer_of
        self.pay = pay
        self.paid = set()

    def claim(self, index, account, amount, proof, payee, signature):
        if index in self.paid:
            raise ValueError("paid already")
        if amount > self.left:
            raise ValueError("not enough left")
        if not self.is_listed(index, account, amount, proof):
            raise ValueError("not in the list")
        if self.signer_of(index, payee, signature) is None:
            raise ValueError("not signed")
        self.paid.add(index)
        self.left -= amount
        try:
            self.pay(payee, amount)
        except BaseException:
            self.paid.remove(index)
            self.left += amount
            raise
        return amount
