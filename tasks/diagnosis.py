"""A diagnosis turns what an installer printed into words that name the cause."""

CAUSES = (
    (
        ("No space left on device", "Errno 28", "os error 28", "Disk quota exceeded"),
        "the disk is full: the project's folder needs about 2 GB, and the folder for "
        "temporary files (TMPDIR) about 1 GB",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED", "SSLError", "invalid peer certificate"),
        "the package index shows a certificate that this machine does not trust: "
        "behind a proxy, name its certificate file in PIP_CERT and SSL_CERT_FILE",
    ),
    (
        ("ProxyError", "Cannot connect to proxy", "407 Proxy", "tunnel error"),
        "the proxy does not let the packages through: see HTTPS_PROXY",
    ),
    (
        (
            "NewConnectionError", "ConnectTimeout", "ReadTimeout", "Connection refused",
            "Max retries exceeded", "Network is unreachable", "Name or service not",
            "Temporary failure in name", "dns error", "error sending request",
            "Could not connect", "Connection reset", "Failed to fetch",
            "from versions: none",
        ),
        "the package index cannot be reached: is there a network, or a proxy to name "
        "in HTTPS_PROXY?",
    ),
    (
        ("No matching distribution", "has no wheels", "no usable wheels"),
        "a package has no ready-made build for this platform; Linux, macOS and "
        "Windows on 64-bit processors have them all",
    ),
    (
        ("Permission denied", "Errno 13", "os error 13", "Read-only file system"),
        "a file may not be written: does the folder belong to someone else?",
    ),
)  # fmt: skip
"""Words that installers print, and what they mean, the surest first."""

LAST_LINES = 8
"""Lines of the installer's own words that are shown."""

NOISE = ("Ignoring ", "Collecting ", "Using cached ", "Downloading ")
"""How lines begin that say nothing about a failure."""


class SetupError(Exception):
    """Something outside the project is in the way; the text says what to do."""


def explain(said: str, otherwise: str = "the packages could not be installed") -> str:
    """Return the cause of a failure, with the last lines of what was said.

    Parameters
    ----------
    said
        What an installer or the system printed.
    otherwise
        The cause to name when nothing known was said.

    Examples
    --------
    >>> print(explain("OSError: [Errno 28] No space left on device").split(":")[0])
    the disk is full
    """
    cause = otherwise
    for words, meaning in CAUSES:
        if any(word.lower() in said.lower() for word in words):
            cause = meaning
            break
    lines = [line.strip() for line in said.splitlines()]
    telling = [line for line in lines if line and not line.startswith(NOISE)]
    return "\n  ".join([cause, *telling[-LAST_LINES:]])
