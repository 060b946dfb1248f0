"""Whether code of the user's will see a page before it is written.

A page may stay bytes only if nobody looks at it, and code written in C (a JSON library, a data frame) looks at a list
without asking it. So a page is a plain list for everybody but our own pipe: it stays bytes when each function between
`paginate` and the pipe hands pages on unseen, by `yield from`, or by a loop that does nothing but yield them. What is not
recognized counts as seeing.
"""

from __future__ import annotations

import dis
import functools
import sys
from typing import TYPE_CHECKING

from gristmill import context

if TYPE_CHECKING:
    from types import CodeType, FrameType

_PIPE = frozenset({"gristmill.extract.iterator", "gristmill.extract.parallel"})


def is_seen() -> bool:
    """Whether somebody may look at the page that is being made."""
    source = context.source.get()
    if source is None or not source.is_extracted:
        return True
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module in _PIPE:
            return False
        if not module.startswith("gristmill.") and not hands_on(frame.f_code, frame.f_lasti):
            return True
        frame = frame.f_back
    return True


@functools.lru_cache(maxsize=256)
def hands_on(code: CodeType, at: int) -> bool:
    """Whether the instruction at `at` takes items from an iterator only to yield them.

    That is `yield from`, or a loop whose variable is read once: by the `yield` that follows.
    """
    instructions = [i for i in dis.get_instructions(code) if i.opname not in ("CACHE", "EXTENDED_ARG", "NOT_TAKEN")]
    # A call in progress may stand in the cache that follows its instruction.
    index = max((n for n, i in enumerate(instructions) if i.offset <= at), default=0)
    if instructions[index].opname == "SEND":
        return True
    if instructions[index].opname != "FOR_ITER":
        return False
    following = instructions[index + 1 : index + 4]
    if following and following[0].opname == "STORE_FAST_LOAD_FAST":
        names = following[0].argval
        name = names[0] if isinstance(names, tuple) and names[0] == names[1] else None
        after = following[1:2]
    else:
        opnames = [i.opname for i in following]
        is_plain = len(opnames) > 1 and opnames[0] == "STORE_FAST" and opnames[1].startswith("LOAD_FAST")
        name = following[0].argval if is_plain and following[0].argval == following[1].argval else None
        after = following[2:3]
    if name is None or not after or after[0].opname != "YIELD_VALUE":
        return False
    return sum(_reads(i, name) for i in instructions) == 1


def _reads(instruction: dis.Instruction, name: str) -> int:
    if "LOAD_FAST" not in instruction.opname:
        return 0
    names = instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
    # The first of the two names of `STORE_FAST_LOAD_FAST` is written, not read.
    read = names[1:] if instruction.opname.startswith("STORE_FAST") else names
    return sum(each == name for each in read)
