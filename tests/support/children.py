"""Child processes that end with this one, also when it is killed."""

import ctypes
import os
import signal
import subprocess

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
STARTED = []


def die_with_parent(parent):
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def start(command, **options):
    parent = os.getpid()
    process = subprocess.Popen(command, preexec_fn=lambda: die_with_parent(parent), **options)
    STARTED.append(process)
    return process


def end_all():
    while STARTED:
        process = STARTED.pop()
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
