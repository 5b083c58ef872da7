# loses: 2
def guard(gas):
    return assemble(f"""
        GAS 54000 GT @poor JUMPI
        32 32 0 0 0 0 CALLDATALOAD 50000 CALL
        0 MSTORE 64 0 RETURN
        poor: 0 0 REVERT
    """)
