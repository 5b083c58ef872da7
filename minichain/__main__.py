"""The command line: ``python -m minichain node`` serves a chain."""

import sys


def main() -> int:
    """Run what the first word names, and return the exit code."""
    if sys.argv[1:2] == ["node"]:
        from minichain.node.command import main as serve

        return serve(sys.argv[2:])
    print("python -m minichain node: serve a chain over JSON-RPC (--help tells more)")
    return 0 if sys.argv[1:] in ([], ["-h"], ["--help"]) else 2


if __name__ == "__main__":
    sys.exit(main())
