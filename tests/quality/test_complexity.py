"""Cyclomatic complexity of Python: 1 and one more for each decision of the definition."""

import pytest

DECISIONS = {
    "nothing": ("return x", 0),
    "if": ("if x:\n        pass", 1),
    "if with else": ("if x:\n        pass\n    else:\n        pass", 1),
    "two elif": ("if x:\n        pass\n    elif y:\n        pass\n    elif z:\n        pass", 3),
    "for": ("for a in x:\n        pass", 1),
    "for with else": ("for a in x:\n        pass\n    else:\n        pass", 1),
    "while": ("while x:\n        pass", 1),
    "two handlers, else and finally": (
        "try:\n        a\n    except A:\n        b\n    except (B, C) as e:\n        c\n"
        "    else:\n        d\n    finally:\n        e",
        2,
    ),
    "handler of a group": ("try:\n        a\n    except* A:\n        b", 1),
    "with": ("with a as b, c:\n        pass", 0),
    "each and, each or": ("return a and b and c or d", 3),
    "not": ("return not a", 0),
    "conditional expression": ("return a if b else c", 1),
    "comparison chain": ("return a < b < c", 0),
    "comprehension": ("return [a for b in c]", 1),
    "comprehension with two for and two if": ("return {a for b in c if d for e in f if g}", 4),
    "dictionary comprehension": ("return {a: b for a, b in c if a}", 2),
    "generator expression": ("return any(a for a in b)", 1),
    "assert": ("assert x, y", 0),
    "assert with operators": ("assert a and b or (c if d else e)", 0),
    "lambda": ("return lambda: a or b", 1),
    "assignment expression": ("return (a := b)", 0),
    "decision in an f-string": ("return f'{a or b}'", 1),
    "match with a default": ("match x:\n        case 1: pass\n        case _: pass", 1),
    "match with a name as default": ("match x:\n        case 1: pass\n        case y: pass", 1),
    "match without default": ("match x:\n        case 1: pass\n        case A(b=2): pass", 2),
    "alternatives in one pattern": ("match x:\n        case 1 | 2 | 3: pass", 1),
    "a guarded pattern counts once": ("match x:\n        case 1 if y: pass", 1),
    "a guarded wildcard is no default": ("match x:\n        case _ if y: pass", 1),
    "an operator in a guard": ("match x:\n        case 1 if y and z: pass", 2),
    "a dotted name is a value": ("match x:\n        case a.b: pass", 1),
    "a sequence of wildcards is no default": ("match x:\n        case _, _: pass", 1),
    "a sequence of one is no default": ("match x:\n        case y,: pass", 1),
}


@pytest.mark.parametrize(("body", "decisions"), DECISIONS.values(), ids=DECISIONS)
def test_a_function_has_1_and_its_decisions(complexities, body, decisions):
    assert complexities(f"def f(x):\n    {body}\n") == {"f": 1 + decisions}


def test_decisions_belong_to_the_innermost_named_function(complexities):
    code = """
        def outer(x):
            if x:
                def inner(y):
                    while y:
                        y = y and x
                    return lambda: x or y
            return inner if x else None
    """
    assert complexities(code) == {"outer": 3, "outer.inner": 4}


def test_functions_are_found_wherever_they_stand(complexities):
    code = """
        try:
            def a(): pass
        except E:
            if x:
                with y:
                    async def b(): pass
        def c():
            class D:
                def e(self):
                    if x: pass
                class F:
                    @property
                    def g(self): return 1
            return D
        class H:
            for i in j:
                def k(self): return x or y
        match x:
            case 1:
                def l(): pass
        def generic[T](x: T) -> T: return x
    """
    names = ["a", "b", "c", "c.D.e", "c.D.F.g", "H.k", "l", "generic"]
    assert complexities(code) == dict.fromkeys(names, 1) | {"c.D.e": 2, "H.k": 2}


def test_a_decorator_belongs_to_what_encloses_the_function(facts_of):
    facts = facts_of("""
        @cached if fast else plain
        def f(a=1 if x else 2):
            return a
    """)
    assert (facts.module.cc, facts.functions[0].cc) == (2, 2)
    assert (facts.module.sloc, facts.functions[0].sloc) == (1, 2)


def test_code_outside_functions_is_the_module(facts_of):
    facts = facts_of("""
        import a
        if a:
            b = 1
        class C:
            d = 1 if b else 2
            def e(self):
                return b and d
    """)
    assert (facts.module.name, facts.module.cc, facts.module.sloc) == ("<module>", 3, 5)
    assert [(f.name, f.line, f.cc, f.sloc) for f in facts.functions] == [("C.e", 7, 2, 2)]


def test_functions_around_a_syntax_error_are_still_counted(facts_of):
    facts = facts_of("""
        def before(x):
            if x: return 1

        def broken(x):
            y = = 3

        def after(x):
            while x: pass
    """)
    found = {function.name: function.cc for function in facts.functions}
    assert found["before"] == 2
    assert found["after"] == 2
    assert facts.error_line == 6
