"""Makes up templates of dbt's Jinja: expressions of every type with filters, tests and methods, and the statements around them.

Left out is what the two are known to show in other ways: addresses of objects, `Markup(...)` around escaped texts in lists,
complex numbers, `random` over dicts, what `{% autoescape true %}` does, unknown filters that nothing comes to, and what Jinja2 makes of constants
before it runs, which is not what it makes of the same values in variables (`{}[1:]`), and `is even if ...`, where Jinja2 takes
the `if` for an argument of the test.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

STRINGS = ["''", "'a'", "'Ab c'", "'x,y,,z'", "' pad '", "'10'", "'-2.5'", "'<b>&\"'", "'ünïcødé ß'", "'a\\nb'", "'%s|%d'", "'{}-{0}'"]  # fmt: skip
NUMBERS = ["0", "1", "-3", "7", "2.5", "-0.5", "1e3", "10 ** 12", "true", "false"]
LISTS = ["[]", "[1, 2, 3]", "['b', 'a', 'C', 'a']", "[3, 1, 2.5, true]", "[[1, 'x'], [2, 'y']]", "(1, 2)", "[none, 0, '']", "range(5)"]  # fmt: skip
DICTS = ["{}", "{'a': 1, 'b': [2]}", "{'b': 2, 'a': 1}", "{1: 'x', none: 'y'}", "{'k': {'n': [1, {'m': 2}]}}"]
ROWS = ["[{'n': 1, 's': 'b'}, {'n': 2, 's': 'A'}, {'n': 1, 's': 'c'}]", "[{'n': 3, 's': none}]", "[]"]
NAMES = ["u", "v", "w", "missing"]

OF_TEXT = [
    "upper", "lower", "title", "capitalize", "trim", "length", "replace('a', 'X')", "replace('a', 'b', 1)", "reverse | list",
    "list", "first", "last", "int", "int(5)", "float", "string", "default('d')", "default('d', true)", "wordcount",
    "center(9)", "indent(2)", "indent(2, true)", "truncate(4, true, '')", "truncate(6)", "wordwrap(3)", "escape",
    "join('-')", "unique | list", "sort | join", "striptags", "urlencode", "tojson", "format('q', 4)", "slice(2) | list",
    "batch(2, '.') | list", "e", "safe", "pprint", "count", "forceescape", "xmlattr" ]  # fmt: skip
OF_NUMBER = ["abs", "round", "round(1)", "round(0, 'floor')", "round(1, 'ceil')", "int", "float", "string", "default(9)", "filesizeformat", "tojson", "length"]  # fmt: skip
OF_LIST = [
    "length", "first", "last", "join", "join(', ')", "sort", "sort(reverse=true)", "unique | list", "reverse | list",
    "list", "sum", "sum(start=10)", "min", "max", "map('string') | list", "map('upper') | join", "select | list",
    "reject | list", "select('odd') | list", "reject('none') | list", "select('string') | list", "select('>', 1) | list",
    "batch(2) | list", "batch(2, 0) | list", "slice(2) | list", "slice(2, 'f') | list", "tojson", "string",
    "map('default', 0) | list", "map('abs') | list", "sort(case_sensitive=true)", "length | string",
    "map(attribute=0) | list", "map(attribute='x', default=4) | list", "unique(case_sensitive=true) | join",
]  # fmt: skip
OF_DICT = ["length", "list", "dictsort", "dictsort(by='value')", "dictsort(reverse=true)", "items | list", "tojson", "first", "string", "xmlattr", "join", "urlencode", "default({})", "sort"]  # fmt: skip
OF_ROWS = [
    "map(attribute='n') | list", "map(attribute='s', default='-') | list", "groupby('n') | list", "sort(attribute='n')",
    "sort(attribute='n,s')", "selectattr('s') | list", "selectattr('n', 'eq', 1) | list", "rejectattr('n', 'odd') | list",
    "sum(attribute='n')", "unique(attribute='n') | list", "min(attribute='n')", "max(attribute='n')", "length", "tojson",
    "selectattr('missing', 'undefined') | list", "groupby('s', default='z') | list", "map('items') | map('list') | list",
    "rejectattr('s', 'none') | map(attribute='s') | join('/')", "selectattr('n', 'in', [2, 3]) | list",
]  # fmt: skip
METHODS_OF_TEXT = [
    "upper()", "split()", "split(',')", "split(',', 1)", "rsplit(',', 1)", "strip()", "lstrip(' a')", "startswith('a')",
    "endswith(('c', 'z'))", "replace('a', 'é')", "find('b')", "rfind('a')", "count('a')", "join(['1', '2'])", "zfill(6)",
    "ljust(5, '.')", "rjust(5)", "center(7, '*')", "partition(',')", "rpartition('a')", "splitlines()", "isdigit()",
    "isalpha()", "istitle()", "swapcase()", "casefold()", "title()", "encode('utf-8')", "format(1, 2)", "format(a=1)",
    "expandtabs(2)", "removeprefix('A')", "index('b')", "isidentifier()", "isupper()", "translate({97: 'z'})",
]  # fmt: skip
METHODS_OF_LIST = ["count('a')", "index('a')", "copy()", "append(9)", "pop()", "insert(0, 'i')", "extend([8])", "reverse()", "sort()", "remove('a')", "clear()", "pop(0)"]  # fmt: skip
METHODS_OF_DICT = ["keys() | list", "values() | list", "items() | list", "get('a')", "get('q', 5)", "pop('a')", "copy()", "update({'z': 0})", "setdefault('n', [])", "popitem()", "pop('q', none)", "clear()"]  # fmt: skip
TESTS = [
    "defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false", "mapping",
    "iterable", "sequence", "callable", "odd", "even", "divisibleby(3)", "eq(1)", "ne('a')", "lt(2)", "ge(1)", "in([1, 'a'])",
    "upper", "lower", "sameas(none)", "filter", "test", "escaped",
]  # fmt: skip
BINARY = ["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", ">", "<=", ">=", "and", "or", "in", "not in", "**"]


class Template:
    """One template in the making."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def pick(self, options: list[str]) -> str:
        """One of some texts."""
        return self.random.choice(options)

    def expression(self, depth: int = 3) -> str:
        """An expression, which may well be an error."""
        kinds: list[Callable[[int], str]] = [self.leaf] if depth <= 0 else [
            self.leaf, self.binary, self.filtered, self.filtered, self.called, self.called, self.tested, self.chosen,
            self.indexed, self.made, self.negated,
        ]  # fmt: skip
        return self.random.choice(kinds)(depth - 1)

    def leaf(self, _: int) -> str:
        """A literal or a name."""
        return self.pick(self.random.choice([STRINGS, NUMBERS, LISTS, DICTS, ROWS, NAMES, ["none"]]))

    def small(self) -> str:
        """An index or a count."""
        return self.pick(["0", "1", "-1", "2", "'a'", "'n'", "5", "none"])

    def binary(self, depth: int) -> str:
        """Two expressions and what stands between them."""
        operator = self.pick(BINARY)
        if operator == "**":
            return f"({self.pick(NUMBERS)}) ** {self.pick(['0', '2', '-1', '3'])}"
        if operator == "*":
            return f"({self.expression(depth)}) * {self.pick(['0', '2', '-1', '1.5', 'true'])}"
        if self.random.random() < 0.7:
            # Mostly two of a kind, or there is little but errors.
            kind, fitting = self.random.choice(
                [(NUMBERS, ["+", "-", "/", "//", "%", "<", ">="]), (STRINGS, ["+", "~", "<", "in"]), (LISTS[:5], ["+"])]
            )
            return f"({self.pick(kind)}) {self.pick([*fitting, '==', 'and', 'or'])} ({self.pick(kind)})"
        return f"({self.expression(depth)}) {operator} ({self.expression(depth)})"

    def filtered(self, depth: int) -> str:
        """A value with a filter that fits it, or with any."""
        value, filters = self.random.choice(
            [(STRINGS, OF_TEXT), (NUMBERS, OF_NUMBER), (LISTS, OF_LIST), (DICTS, OF_DICT), (ROWS, OF_ROWS)]
        )
        if self.random.random() < 0.25:
            filters = self.random.choice([OF_TEXT, OF_NUMBER, OF_LIST, OF_DICT])
        begun = self.pick(value) if self.random.random() < 0.7 else self.expression(depth)
        return f"({begun}) | {self.pick(filters)}"

    def called(self, depth: int) -> str:
        """A method."""
        value, methods = self.random.choice(
            [(STRINGS, METHODS_OF_TEXT), (LISTS, METHODS_OF_LIST), (DICTS, METHODS_OF_DICT)]
        )
        begun = self.pick(value) if self.random.random() < 0.85 else self.expression(depth)
        return f"({begun}).{self.pick(methods)}"

    def tested(self, depth: int) -> str:
        """A test, or its opposite."""
        return f"(({self.expression(depth)}) is {self.pick(['', '', 'not '])}{self.pick(TESTS)})"

    def chosen(self, depth: int) -> str:
        """An expression on a condition."""
        other = f" else {self.expression(depth)}" if self.random.random() < 0.8 else ""
        return f"({self.expression(depth)} if {self.expression(depth)}{other})"

    def indexed(self, depth: int) -> str:
        """A part of a value."""
        value = self.pick(self.random.choice([STRINGS, LISTS, ROWS])) if depth else self.pick(DICTS)
        named = ["[0]", "[-1]", "['a']", ".a", ".n", "[5]", "[none]", ".k.n[1].m", "[0][0]"]
        parts = [*named, "[1:]", "[:2]", "[::-1]", "[::2]", "[1:-1]"] if depth else named
        return f"({value}){self.pick(parts)}"

    def made(self, depth: int) -> str:
        """A list, a tuple, a dict or a function's value."""
        forms = [
            "[{0}, {1}]", "({0}, {1})", "{{'p': {0}, 'q': {1}}}", "dict(p={0})", "range({2})", "zip([1, 2], ['a', 'b']) | list",
            "set([1, 1]) | list", "fromjson('[1, {{\"a\": null}}]')", "tojson({0})", "namespace(a={0}).a",
            "joiner(',')() ~ {0}", "cycler('a', 'b').next() ~ {0}", "local_md5('a')",
            "set_strict([2, 2]) | list", "zip_strict([1], ['a']) | list", "diff_of_two_dicts({{'a': ['x']}}, {{'A': ['X']}})",
        ]  # fmt: skip
        return self.pick(forms).format(self.expression(depth), self.leaf(0), self.small())

    def negated(self, depth: int) -> str:
        """A sign or a `not`."""
        return f"{self.pick(['not ', '-', '+'])}({self.expression(depth)})"

    def shown(self, depth: int = 2) -> str:
        """An expression that is put out."""
        left, right = self.pick(["{{", "{{", "{{-"]), self.pick(["}}", "}}", "-}}"])
        return f"{left} {self.expression(depth)} {right}"

    def block(self, depth: int = 2) -> str:
        """A piece of a template."""
        kinds: list[Callable[[int], str]] = [self.put_out, self.text]
        if depth > 0:
            kinds += [
                self.loop,
                self.condition,
                self.macro,
                self.assigned,
                self.spaced,
                self.call,
                self.odds,
                self.kept,
            ]
        return self.random.choice(kinds)(depth - 1)

    def put_out(self, _: int) -> str:
        """An expression."""
        return self.shown()

    def text(self, _: int) -> str:
        """Plain text, comments and raw blocks."""
        return self.pick(
            ["a ", "\n  b\n", "{# no #}", "{% raw %}{{ x }}{% endraw %}", " , ", "\t", "{#- no -#}", "%} }}"]
        )

    def tag(self, words: str) -> str:
        """A statement with or without its white space."""
        return f"{self.pick(['{%', '{%', '{%-', '{%+'])} {words} {self.pick(['%}', '%}', '-%}', '+%}'])}"

    def loop(self, depth: int) -> str:
        """A loop with what a loop knows."""
        asked = ["loop.index", "loop.index0", "loop.revindex", "loop.first", "loop.last", "loop.length", "loop.cycle('x', 'y')", "loop.previtem | default('-')", "loop.nextitem", "loop.changed(u)", "loop.depth", "u", "u is string"]  # fmt: skip
        head = self.pick(["for u in {}", "for u in {} if u", "for u, v in {}", "for u in {} recursive"])
        value = self.pick(LISTS + DICTS + STRINGS + ROWS + ["{'a': 1}.items()", "missing", "3"])
        other = self.tag("else") + "none" if self.random.random() < 0.4 else ""
        inner = f"{{{{ {self.pick(asked)} }}}}" + self.block(depth)
        if self.random.random() < 0.2:
            inner += self.pick(["{% continue %}", "{% break %}", "{% if loop.index > 1 %}{% break %}{% endif %}"])
        return self.tag(head.format(value)) + inner + other + self.tag("endfor")

    def condition(self, depth: int) -> str:
        """A condition with its branches."""
        other = self.tag(f"elif {self.expression(1)}") + self.block(depth) if self.random.random() < 0.4 else ""
        other += self.tag("else") + self.block(depth) if self.random.random() < 0.6 else ""
        return self.tag(f"if {self.expression()}") + self.block(depth) + other + self.tag("endif")

    def macro(self, depth: int) -> str:
        """A macro, and calls of it."""
        head = self.pick(["u", "u, v=2", "u='x', v=u", "", "u=none"])
        inner = self.pick(
            ["{{ varargs }}", "{{ kwargs }}", "{{ caller is defined }}", "{{ u }}{{ v }}", ""]
        ) + self.block(depth)
        call = self.pick(["m()", "dbt_macro__m()", "dbt_macro__m(1)", "dbt_macro__m(1, 2)", "dbt_macro__m(1, 2, 3)", "dbt_macro__m(v=4)", "dbt_macro__m(u=1, z=2)", "dbt_macro__m(*[1, 2])", "dbt_macro__m(**{'u': 3})", "dbt_macro__m.name", "dbt_macro__m.arguments"])  # fmt: skip
        return self.tag(f"macro m({head})") + inner + self.tag("endmacro") + f"{{{{ {call} }}}}"

    def assigned(self, depth: int) -> str:
        """Variables."""
        forms = [
            f"{{% set u = {self.expression()} %}}{{{{ u }}}}",
            f"{{% set u, v = 1, {self.leaf(0)} %}}{{{{ v }}}}",
            f"{{% set u %}}{self.block(depth)}{{% endset %}}{{{{ u | length }}}}[{{{{ u }}}}]",
            f"{{% set u | upper %}}{self.block(depth)}{{% endset %}}{{{{ u }}}}",
            "{% set ns = namespace(a=1) %}{% for u in [1, 2] %}{% set ns.a = ns.a + u %}{% endfor %}{{ ns.a }}",
            f"{{% with u = {self.expression(1)}, v = 2 %}}{{{{ u }}}}{self.block(depth)}{{% endwith %}}{{{{ v }}}}",
            f"{{% set w = [] %}}{{% do w.append({self.expression(1)}) %}}{{{{ w }}}}",
        ]
        return self.pick(forms)

    def spaced(self, depth: int) -> str:
        """White space around statements."""
        return f"\n  {self.tag('if true')}\n    {self.block(depth)}\n  {self.tag('endif')}\n"

    def call(self, depth: int) -> str:
        """A call block."""
        head = self.pick(["call c()", "call dbt_macro__c()", "call(u) dbt_macro__c()", "call(u, v=3) dbt_macro__c()"])
        given = self.pick(["", "1", "1, 2", "u=5"])
        macro = f"{{% macro c() %}}<{{{{ caller({given}) }}}}>{{% endmacro %}}"
        return f"{macro}{{% {head} %}}{{{{ u }}}}{self.block(depth)}{{% endcall %}}"

    def odds(self, depth: int) -> str:
        """Filters and blocks around a piece."""
        return self.pick(["{{% filter upper %}}{0}{{% endfilter %}}", "{{% filter replace('a', 'b') | trim %}}{0}{{% endfilter %}}", "{{% block b %}}{0}{{% endblock %}}"]).format(self.block(depth))  # fmt: skip

    def kept(self, depth: int) -> str:
        """Two pieces."""
        return self.block(depth) + self.block(depth)


def template(seed: int) -> str:
    """The template of a number: of the same number always the same."""
    made = Template(seed)
    return "".join(made.block() for _ in range(made.random.choice([1, 1, 2, 3])))
