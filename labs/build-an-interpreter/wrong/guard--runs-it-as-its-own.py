# loses: 3
def guard(gas):
    code = assemble(f"""
        GAS {gas + gas // 63 + 3000} GT @poor JUMPI
        32 32 0 0 0 CALLDATALOAD {gas} STATICCALL
        0 MSTORE 64 0 RETURN
        poor: 0 0 REVERT
    """)
    return code.replace(b"\xfa", b"\xf4")
