"""The peak of a program's resident memory.

A process inherits the peak of who starts it, so a small one starts it: the figure is the peak of the
program, or that of an idle python3 where that is larger.
"""

import sys

CODE = """
import os, sys
child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(child, 0)
print(usage.ru_maxrss, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def around(program, *words):
    """The words that run a program, by its path, and print its peak last."""
    return [sys.executable, "-ISc", CODE, str(program), *words]


def megabytes(errors):
    """The peak that such a run printed on standard error."""
    return int(errors.split()[-1]) / 1024
