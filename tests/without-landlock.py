#!/usr/bin/env python3
"""Runs a command as on a kernel without landlock: its three calls are answered with ENOSYS.

    tests/without-landlock.py PROGRAM [ARGUMENT…]
"""

import ctypes
import os
import struct
import sys

# linux/prctl.h, linux/seccomp.h, linux/filter.h
NO_NEW_PRIVS, SET_SECCOMP, FILTER = 38, 22, 2
LOAD, AT_LEAST, ABOVE, ANSWER = 0x20, 0x35, 0x25, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 38
# landlock_create_ruleset, landlock_add_rule and landlock_restrict_self have these numbers on every machine.
FIRST, LAST = 444, 446

CODE = [(LOAD, 0, 0, 0), (AT_LEAST, 0, 2, FIRST), (ABOVE, 1, 0, LAST), (ANSWER, 0, 0, REFUSE), (ANSWER, 0, 0, ALLOW)]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def main():
    code = b"".join(struct.pack("HBBI", *line) for line in CODE)
    libc = ctypes.CDLL(None, use_errno=True)
    program = Program(len(CODE), code)
    if libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(SET_SECCOMP, FILTER, ctypes.byref(program), 0, 0):
        sys.exit(os.strerror(ctypes.get_errno()))
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
