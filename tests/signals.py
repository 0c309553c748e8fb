"""How tests start programs that they stop: with the signals as a shell in the foreground gives
them.
"""

import signal

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def default():
    """Take each stopping signal's default; for `preexec_fn`, as tests may run in the
    background, with some ignored.
    """
    for number in STOPPING:
        signal.signal(number, signal.SIG_DFL)


def in_the_background():
    """As a shell without job control starts a command with `&`, and `nohup`: Ctrl-C and the
    terminal's end ignored.
    """
    default()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
