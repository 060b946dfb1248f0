"""Makes up templates that are about names: what is set where, who reads it, and what is left of it outside.

There are few names and many scopes, so that most templates shadow, capture and set one name several times. Macros of a template
are called by the name that dbt gives them, which is how a template reaches its own. A name that only the filter of a block `set`
reads is left out: Jinja2's compiler ends in an error of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

NAMES = ["a", "b", "c", "set", "loop"]
VALUES = ["1", "'x'", "[1, 2]", "none", "a", "b", "a ~ 'q'", "b ~ c", "namespace(a=1)", "[a, b]"]
ITEMS = ["[1, 2]", "['p', 'q', 'r']", "[[1, 2], [3]]", "[]", "a", "b", "range(3)", "{'k': 1}.items()", "[a, b]"]
# `loop` and calls may well be errors, which is compared as well.
SHOWN = [
    "a", "b", "c", "a is defined", "b is defined", "loop is defined", "set is string", "varargs", "kwargs", "caller is defined",
    "ns.a", "dbt_macro__m is defined", "dbt_macro__n is defined", "[a, b, c]",
]  # fmt: skip
OF_LOOP = ["loop.index", "loop.last", "loop.length", "loop.previtem", "loop.depth", "loop.first", "loop.cycle(a, 'z')", "loop.changed(a)"]  # fmt: skip
PARAMETERS = ["", "a", "a, b=2", "a, b=a", "a=b, b=1", "b, c=[b, a]", "a, caller=none", "kwargs=1", "a, loop=5", "set=a", "caller"]  # fmt: skip
ARGUMENTS = ["", "1", "1, 2", "1, 2, 3", "a", "a=1", "b=a, z=3", "*[a, b]", "**{'a': b}", "a, b=b", "caller=none"]


class Template:
    """One template in the making."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.blocks = 0
        # How many loops stand around, within the same function.
        self.loops = 0

    def pick(self, options: list[str]) -> str:
        """One of some texts."""
        return self.random.choice(options)

    def name(self) -> str:
        """A name to set; `loop` seldom, since that is refused within a loop."""
        return self.pick(NAMES[:3] * 6 + NAMES[3:])

    def shown(self) -> str:
        """What is read."""
        return f"({{{{ {self.pick(SHOWN + (OF_LOOP if self.loops else []))} }}}})"

    def statement(self, depth: int) -> str:
        """One statement and all that is in it."""
        plain: list[Callable[[int], str]] = [self.put_out, self.put_out, self.assigned, self.assigned, self.called]
        nested: list[Callable[[int], str]] = [
            self.loop, self.loop, self.condition, self.condition, self.macro, self.macro, self.call, self.block, self.set_block,
            self.filter_block, self.with_block, self.namespace, self.recursion, self.autoescape, self.kept,
        ]  # fmt: skip
        return self.random.choice(plain + nested if depth > 0 else plain)(depth - 1)

    def body(self, depth: int) -> str:
        """Some statements."""
        return "".join(self.statement(depth) for _ in range(self.random.choice([1, 2, 2, 3, 4])))

    def function(self, depth: int) -> str:
        """The body of what is a function of its own."""
        loops, self.loops = self.loops, 0
        inside = self.body(depth)
        self.loops = loops
        return inside

    def put_out(self, _: int) -> str:
        """A name is read."""
        return self.shown()

    def assigned(self, _: int) -> str:
        """A name is set."""
        forms = [
            f"{{% set {self.name()} = {self.pick(VALUES)} %}}",
            f"{{% set {self.name()} = {self.pick(VALUES)} %}}",
            f"{{% set {self.name()}, {self.name()} = {self.pick(VALUES)}, {self.pick(VALUES)} %}}",
            f"{{% set a = a ~ {self.pick(['1', 'b', 'loop.index', 'varargs', 'caller'])} %}}",
            "{% set kwargs = kwargs %}{{ kwargs }}",
        ]
        return self.pick(forms)

    def namespace(self, depth: int) -> str:
        """A variable that scopes may change, and what changes it."""
        return f"{{% set ns = namespace(a=0) %}}{self.body(depth)}{{% set ns.a = {self.pick(VALUES)} %}}{{{{ ns.a }}}}"

    def loop(self, depth: int) -> str:
        """A loop with its own names."""
        target = self.pick(["a", "b", "c", "a, b", "_"])
        test = (
            f" if {self.pick(['a', 'b', 'loop is defined', 'a is defined', 'c != 1'])}"
            if self.random.random() < 0.3
            else ""
        )
        head = f"{{% for {target} in {self.pick(ITEMS)}{test} %}}"
        self.loops += 1
        inside = self.body(depth)
        inside += self.pick(["", "", "", "{% break %}", "{% if a %}{% continue %}{% endif %}"])
        self.loops -= 1
        other = f"{{% else %}}{self.body(depth)}" if self.random.random() < 0.3 else ""
        return f"{head}{inside}{other}{{% endfor %}}"

    def recursion(self, depth: int) -> str:
        """A loop that calls itself for what is in its items."""
        self.loops += 1
        inside = self.body(depth)
        self.loops -= 1
        again = self.pick(
            ["{{ loop(a) if a is iterable and a is not string }}", "{% if loop.depth < 3 %}{{ loop([a]) }}{% endif %}"]
        )
        rest = self.shown() if self.random.random() < 0.5 else ""
        other = f"{{% else %}}{self.body(depth - 1)}" if self.random.random() < 0.3 else ""
        return f"{{% for a in {self.pick(ITEMS)} recursive %}}{inside}{again}{rest}{other}{{% endfor %}}"

    def condition(self, depth: int) -> str:
        """Branches, which are no scopes."""
        tests = ["a", "b", "false", "true", "a is defined", "c is defined", "loop is defined", "1 == 2"]
        other = f"{{% elif {self.pick(tests)} %}}{self.body(depth)}" if self.random.random() < 0.3 else ""
        other += f"{{% else %}}{self.body(depth)}" if self.random.random() < 0.5 else ""
        return f"{{% if {self.pick(tests)} %}}{self.body(depth)}{other}{{% endif %}}"

    def macro(self, depth: int) -> str:
        """A macro, perhaps one that reads names that are set after it."""
        name = self.pick(["m", "n"])
        made = f"{{% macro {name}({self.pick(PARAMETERS)}) %}}<{self.function(depth)}>{{% endmacro %}}"
        return made + (self.assigned(0) if self.random.random() < 0.3 else "") + self.called(0)

    def called(self, _: int) -> str:
        """A call of a macro that may be there."""
        call = f"dbt_macro__{self.pick(['m', 'm', 'n'])}({self.pick(ARGUMENTS)})"
        return self.pick(
            [
                f"{{{{ {call} }}}}",
                f"{{% set {self.name()} = {call} %}}",
                f"{{% if dbt_macro__m is defined %}}{{{{ {call} }}}}{{% endif %}}",
            ]
        )

    def call(self, depth: int) -> str:
        """A call block, and the macro that calls it back."""
        given = self.pick(["", "1", "a", "a, b", "b=a", "loop"])
        use = self.pick(
            [
                f"{{{{ caller({given}) }}}}",
                "{{ kwargs }}",
                f"{{% for a in [1, 2] %}}{{{{ caller({given}) }}}}{{% endfor %}}",
            ]
        )
        head = self.pick(["call", "call(a)", "call(a, b=a)", "call(loop=1)", "call(b=c)"])
        made = f"{{% macro m({self.pick(PARAMETERS[:5])}) %}}{use}{self.function(depth - 1)}{{% endmacro %}}"
        return f"{made}{{% {head} dbt_macro__m({self.pick(ARGUMENTS)}) %}}{self.function(depth)}{{% endcall %}}"

    def block(self, depth: int) -> str:
        """A named block, which knows little of what is around it."""
        self.blocks += 1
        name = f"k{self.blocks}"
        scoped = self.pick(["", "", " scoped"])
        again = f"{{{{ self.{name}() }}}}" if self.random.random() < 0.15 else ""
        return f"{{% block {name}{scoped} %}}{self.function(depth)}{{% endblock %}}{again}"

    def set_block(self, depth: int) -> str:
        """A name is set to a text."""
        name = self.name()
        return f"{{% set {name}{self.pick(['', ' | upper', ' | trim'])} %}}{self.body(depth)}{{% endset %}}{{{{ {name} }}}}"

    def filter_block(self, depth: int) -> str:
        """A text that is filtered."""
        return f"{{% filter {self.pick(['upper', 'trim', 'replace(a | string, b | string)'])} %}}{self.body(depth)}{{% endfilter %}}"

    def with_block(self, depth: int) -> str:
        """A scope with names of its own."""
        head = self.pick(["a=1", "a=b, b=a", "a=2, b=a", "", "c=[a]", "a=1, set=a"])
        return f"{{% with {head} %}}{self.body(depth)}{{% endwith %}}"

    def autoescape(self, depth: int) -> str:
        """A scope of no other meaning."""
        return f"{{% autoescape false %}}{self.body(depth)}{{% endautoescape %}}"

    def kept(self, depth: int) -> str:
        """A call block that is called after the names in it changed."""
        inside = self.function(depth - 1)
        return (
            "{% set ns = namespace(f=none) %}{% macro n() %}{% set ns.f = caller %}{% endmacro %}"
            f"{{% call dbt_macro__n() %}}{inside}{{{{ a }}}}{{% endcall %}}{self.assigned(0)}{{{{ ns.f() }}}}"
        )


def template(seed: int) -> str:
    """The template of a number: of the same number always the same."""
    made = Template(seed)
    # What is said at the end is read by what stands before it.
    begun = made.pick(["", "{% set a = 'A' %}", "{% set a, b = 'A', 'B' %}"])
    return (
        begun
        + made.body(made.random.choice([1, 2, 2, 3]))
        + made.pick(["", "{{ a }}", "{% set b = 9 %}{{ [a, b, c] }}"])
    )
