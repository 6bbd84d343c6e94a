# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Independent answers: templates are made together with what they must give."""

import random

WHITE = " \t\n\r"


# --- trimming ---------------------------------------------------------------


def trimmed_template(seed):
    """A template of texts and tags with hyphens at random, and its result."""
    rng = random.Random(seed)
    template, result, trims = [], [], False
    for number in range(120):
        before, after = rng.random() < 0.4, rng.random() < 0.4
        text = "".join(rng.choice(" \t\n\u00a0ab") for _ in range(rng.randint(0, 6)))
        kept = text.lstrip(WHITE) if trims else text
        kept = kept.rstrip(WHITE) if before else kept
        front, back = "-" * before, "-" * after
        template.append(text)
        result.append(kept)
        kind = rng.randrange(3)
        if kind == 0:
            template.append("{#%s c%d %s#}" % (front, number, back))
        elif kind == 1:
            template.append('{{%s "v%d " %s}}' % (front, number, back))
            result.append(f"v{number} ")
        else:
            template.append("{%%%s if true %s%%}{%% endif %%}" % (front, back))
            after = False  # what comes after this hyphen is the tag `endif`
        trims = after
    return "".join(template), "".join(result)


# --- conditions -------------------------------------------------------------

NUMBERS = {"zero": 0, "one": 1, "half": 0.5, "two": 2.0}
STRINGS = {"none": "", "a": "a", "b": "b"}
DATA = {**NUMBERS, **STRINGS, "no": None, "yes": True, "list": [], "full": [0]}
MISSING = ("gone", "full[1]", "a.b")


def condition(rng, depth):
    """The text of a condition and whether it is true, by binding strength: or, and, not, atom."""
    parts = [conjunction(rng, depth) for _ in range(rng.choice((1, 1, 2)))]
    return " or ".join(text for text, _ in parts), any(truth for _, truth in parts)


def conjunction(rng, depth):
    parts = [negation(rng, depth) for _ in range(rng.choice((1, 1, 2)))]
    return " and ".join(text for text, _ in parts), all(truth for _, truth in parts)


def negation(rng, depth):
    if rng.random() < 0.3:
        text, truth = negation(rng, depth)
        return f"not {text}", not truth
    return atom(rng, depth)


def atom(rng, depth):
    kind = rng.randrange(5 if depth else 4)
    if kind == 0:
        name = rng.choice([*DATA, *MISSING])
        return name, name in DATA and bool(DATA[name])
    if kind == 1:
        table = rng.choice((NUMBERS, STRINGS))
        left, right = rng.choice([*table]), rng.choice([*table])
        sign = rng.choice("<>")
        less = table[left] < table[right] if sign == "<" else table[left] > table[right]
        return f"{left} {sign} {right}", less
    if kind == 2:
        left, right = rng.choice([*NUMBERS]), rng.choice([*NUMBERS, *STRINGS])
        equal = DATA[left] == DATA[right]
        sign = rng.choice(("==", "!="))
        return f"{left} {sign} {right}", equal == (sign == "==")
    if kind == 3:
        name = rng.choice([*DATA, *MISSING])
        word = rng.choice(("", "not "))
        return f"{name} is {word}defined", (name in DATA) == (not word)
    text, truth = condition(rng, depth - 1)
    return f"({text})", truth


# --- blocks -----------------------------------------------------------------


class Lineage:
    """A line of parents, made at random, of which each file knows what its blocks say.

    A definition is a list of parts: a text, `None` for `super`, or the name of a block inside it.
    """

    NAMES = "abcdef"

    def __init__(self, seed):
        rng = random.Random(seed)
        self.depth = rng.randint(2, 4)
        self.files = [self._file(rng, level) for level in range(self.depth)]
        self.top = ["<", *[name for name in self.NAMES[:3] if name in self.files[0]], ">"]

    def _file(self, rng, level):
        """Definitions by name; names later in the alphabet may stand inside earlier ones."""
        chosen = [name for name in self.NAMES if level == 0 or rng.random() < 0.6]
        nested = {name: rng.choice(self.NAMES[:3]) for name in self.NAMES[3:]}
        file = {}
        for name in chosen:
            parts = [f"{name}{level}"]
            if rng.random() < 0.5:
                parts.insert(rng.randrange(2), None)
            file[name] = parts
        for name in self.NAMES[3:]:
            if name in file and nested[name] in file:
                file[nested[name]].append(name)
            else:
                file.pop(name, None)
        return file

    def source(self, level):
        """The text of one file; the base is level 0."""
        file = self.files[level]
        if level == 0:
            return "".join(self._written(file, part) for part in self.top)
        inner = {part for parts in file.values() for part in parts if part in file}
        outer = [name for name in file if name not in inner]
        blocks = "\n".join(self._written(file, name) for name in outer)
        return f'{{% extends "f{level - 1}" %}}\n{blocks}\n'

    def _written(self, file, part):
        if part is None:
            return "{% super %}"
        if part not in file:
            return part
        body = "".join(self._written(file, inner) for inner in file[part])
        return f"{{% block {part} %}}{body}{{% endblock %}}"

    def result(self):
        return "".join(self._shown(part, 0, None) for part in self.top)

    def _shown(self, part, level, block):
        """What a part gives that is written in the file of a level, inside a block."""
        if part is None:
            below = [n for n in range(level - 1, -1, -1) if block in self.files[n]]
            return self._definition(block, below[0]) if below else ""
        if part not in self.NAMES:
            return part
        nearest = max(n for n in range(self.depth) if part in self.files[n])
        return self._definition(part, nearest)

    def _definition(self, name, level):
        return "".join(self._shown(part, level, name) for part in self.files[level][name])


# --- HTML -------------------------------------------------------------------

VALUE = object()
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
URLS = ("href", "src", "action", "formaction")


class HtmlReader:
    """Reads HTML character by character as a running procedure instead of a table.

    `place` is where it has come to: a name for the place, and the kind of the attribute if any.
    A printed value is fed as VALUE.
    """

    def __init__(self):
        self._run = self._text()
        self.place = next(self._run)

    def feed(self, chars):
        for char in chars:
            self.place = self._run.send(char)

    def _text(self):
        while True:
            char = yield "text", None
            while char == "<":
                char = yield "less", None
                if char in tuple(LETTERS):
                    element = yield from self._tag(char)
                    yield from self._content(element)
                    char = None
                elif char in ("/", "!"):
                    yield from self._until(">", "skip")
                    char = None
                if char is None:
                    char = yield "text", None

    def _until(self, end, name):
        while (yield name, None) != end:
            pass

    def _word(self, first, name, ends):
        word = first
        while (char := (yield name, None)) not in tuple(ends):
            word += char
        return word.lower(), char

    def _tag(self, first):
        element, char = yield from self._word(first, "name", WHITE + "/>")
        while char != ">":
            if char in tuple(WHITE + "/"):
                char = yield "tag", None
                continue
            attribute, char = yield from self._word(char, "attr", WHITE + "/>=")
            if char == "=":
                char = yield from self._attribute_value(attribute)
        return element

    def _attribute_value(self, attribute):
        kind = "css" if attribute == "style" else "url" if attribute in URLS else "plain"
        kind = "event" if attribute.startswith("on") else kind
        quote = yield "equals", kind
        if quote in tuple(WHITE + ">"):
            return quote
        ends = quote if quote in ("'", '"') else WHITE + ">"
        name = "quoted" if quote in ("'", '"') else "bare"
        part = "url-part" if kind == "url" else kind
        char = yield name, kind if name == "quoted" else part
        while char not in tuple(ends):
            char = yield name, part
        if name == "quoted":
            char = yield "tag", None
        return char

    def _content(self, element):
        """The content of `script` and `style`, up to the end of the tag that closes it."""
        if element not in ("script", "style"):
            return
        char = yield element, None
        while True:
            if char == "<":
                char = yield element + "-less", None
                if char == "/":
                    yield from self._until(">", "skip")
                    return
            elif element == "script" and char in ("'", '"'):
                yield from self._string(char)
                char = yield element, None
            else:
                char = yield element, None

    def _string(self, quote):
        while True:
            char = yield "string", None
            if char == "\\":
                yield "escape", None
            elif char == quote:
                return


def hexadecimal(number):
    digits = ""
    while number:
        number, digit = divmod(number, 16)
        digits = "0123456789abcdef"[digit] + digits
    return digits


def written(value, place):
    """How a string is written at a place, or None if it has none there."""
    where, kind = place
    if kind == "event" or where not in ("text", "quoted", "equals", "bare", "string", "style"):
        return None
    if where == "string":
        return "".join(script_char(char) for char in value)
    if where == "style" or kind == "css":
        value = "".join(c if c in LETTERS + DIGITS else f"\\{hexadecimal(ord(c))} " for c in value)
    if where == "style":
        return value
    if kind == "url" and has_foreign_scheme(value):
        value = "#"
    elif kind in ("url", "url-part"):
        kept = LETTERS + DIGITS + "-._~" + (":/?#[]@!$&()*+,;=%'" if kind == "url" else "")
        value = "".join(
            c if c in kept else "".join(f"%{byte:02X}" for byte in c.encode()) for c in value
        )
    if where in ("equals", "bare"):
        kept = LETTERS + DIGITS + "-._"
        return "".join(c if c in kept else f"&#{ord(c)};" for c in value)
    names = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39"}
    return "".join(f"&{names[c]};" if c in names else c for c in value)


def script_char(char):
    if char in "\\\"'<>&\u2028\u2029" or ord(char) < 32:
        return "\\u" + hexadecimal(ord(char)).rjust(4, "0")
    return char


def has_foreign_scheme(value):
    scheme, colon, _ = value.partition(":")
    if not colon or not scheme or scheme[0] not in LETTERS:
        return False
    if any(c not in LETTERS + DIGITS + "+-." for c in scheme):
        return False
    return scheme.lower() not in ("http", "https", "mailto")


LIKELY = {
    "text": ["<b ", "<i>", "<script>", "<style>", "<SCRIPT a=b>", "</p>", "<!-- ", "x"],
    "tag": [" href=", "src='", 'style="', "title=", 'CLASS="', 'Href="', "onx=", "x=y", ">", "/"],
    "quoted": ["'", '"', "'>", '">'],
    "equals": ["x", " ", "'"],
    "bare": [" ", ">"],
    "string": ["'", '"', "\\"],
    "script": ["'", '"', "</script>", "<"],
    "style": ["</style>", "<", "'"],
    "skip": [">"],
}
"""Fragments that lead on from a place, so that no place is stuck in."""


def html_template(seed, values):
    """A long template with values wherever they have a place, and its result."""
    rng = random.Random(seed)
    fragments = (
        "< > / \" ' = \\ ! - a b1 <b <i> </p> <script> </script> <style> </style> on".split()
    )
    fragments += [" ", "\n", " href=", ' src="', " style='", " title=", ' CLASS="', " x=y", "</"]
    fragments += ["<!-- ", "<SCRIPT>", "<a href='", '<p style="', '">', "'>", " >"]
    reader, template, result, places = HtmlReader(), [], [], set()
    for _ in range(400):
        likely = LIKELY.get(reader.place[0], fragments)
        fragment = rng.choice(likely if rng.random() < 0.6 else fragments)
        reader.feed(fragment)
        template.append(fragment)
        result.append(fragment)
        name = rng.choice([*values])
        text = written(values[name], reader.place)
        if text is not None and rng.random() < 0.7:
            places.add(reader.place)
            reader.feed([VALUE])
            template.append(f"{{{{ {name} }}}}")
            result.append(text)
    return "".join(template), "".join(result), places
