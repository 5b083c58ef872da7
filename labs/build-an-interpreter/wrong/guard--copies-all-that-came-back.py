# loses: 2
def guard(gas):
    return assemble(f"""
        GAS {gas + gas // 63 + 3000} GT @poor JUMPI
        0 0 0 0 0 0 CALLDATALOAD {gas} CALL
        0 MSTORE RETURNDATASIZE 0 32 RETURNDATACOPY
        64 0 RETURN
        poor: 0 0 REVERT
    """)
