# loses: 1
def guard(gas):
    return assemble(f"""
        GAS {gas + 3000} GT @poor JUMPI
        32 32 0 0 0 0 CALLDATALOAD {gas} CALL
        0 MSTORE 64 0 RETURN
        poor: 0 0 REVERT
    """)
