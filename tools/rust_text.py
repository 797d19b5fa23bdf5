"""Reads Rust source for tidy.py: code without comments and strings, functions, paths."""

import re

FUNCTION = re.compile(r"\bfn\s+([A-Za-z_]\w*)")
INLINE_MODULE = re.compile(r"\bmod\s+(\w+)\s*\{")
TEST_MODULE = re.compile(r"#\[cfg\(test\)\]\s*(?:#\[[^]]*\]\s*)*mod\s+\w+\s*\{")
TOKEN = re.compile(r"\s*(::|\w+|[{},*])")
LITERAL = re.compile(
    r"""
    (?P<line>//[^\n]*)
  | (?P<block>/\*)
  | (?P<raw>\b(?:b|c)?r(?P<hashes>\#*)")
  | (?P<string>(?:\b[bc])?")
  | (?P<char>(?:\bb)?'(?:\\(?:u\{[^}]*\}|x[0-9a-fA-F]{2}|.)|[^\\'\n])')
    """,
    re.VERBOSE,
)
BLOCK_EDGE = re.compile(r"/\*|\*/")
STRING_END = re.compile(r'(?:[^"\\]|\\.)*"', re.DOTALL)


def end_of_literal(source, match):
    """Where the comment, string or character that `match` begins has ended."""
    if match["block"]:
        depth, position = 1, match.end()
        while depth > 0:
            edge = BLOCK_EDGE.search(source, position)
            if edge is None:
                return len(source)
            depth += 1 if edge.group() == "/*" else -1
            position = edge.end()
        return position
    if match["raw"]:
        end = source.find('"' + match["hashes"], match.end())
        return len(source) if end < 0 else end + 1 + len(match["hashes"])
    if match["string"]:
        end = STRING_END.match(source, match.end())
        return len(source) if end is None else end.end()
    return match.end()


def blank(source):
    """The code alone: comments, strings and characters become spaces, lines stay lines."""
    parts, position = [], 0
    while match := LITERAL.search(source, position):
        end = end_of_literal(source, match)
        parts.append(source[position : match.start()])
        parts.append(re.sub(r"[^\n]", " ", source[match.start() : end]))
        position = end
    parts.append(source[position:])
    return "".join(parts)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def closing_brace(code, opening):
    depth = 0
    for position in range(opening, len(code)):
        if code[position] == "{":
            depth += 1
        elif code[position] == "}":
            depth -= 1
            if depth == 0:
                return position
    return len(code) - 1


def body_of(code, position):
    """The opening brace of the function whose name ends at `position`; None if it has no body."""
    depth = 0
    for here in range(position, len(code)):
        character = code[here]
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif depth == 0 and character == "{":
            return here
        elif depth == 0 and character == ";":
            return None
    return None


def functions(code):
    """(name, first line, number of lines) of every function with a body."""
    for match in FUNCTION.finditer(code):
        opening = body_of(code, match.end())
        if opening is not None:
            first = line_of(code, match.start())
            yield match[1], first, line_of(code, closing_brace(code, opening)) - first + 1


def without_test_modules(code):
    for match in reversed(list(TEST_MODULE.finditer(code))):
        end = closing_brace(code, match.end() - 1) + 1
        code = code[: match.start()] + re.sub(r"[^\n]", " ", code[match.start() : end]) + code[end:]
    return code


def read_path(code, position):
    """Every path, as a list of segments, in the path or `use` tree that begins at `position`."""

    def tree(position, prefix):
        paths, segments = [], list(prefix)
        while token := TOKEN.match(code, position):
            text = token[1]
            if text == "{":
                position = token.end()
                while True:
                    inner, position = tree(position, segments)
                    paths += inner
                    token = TOKEN.match(code, position)
                    if token is None:
                        return paths, position
                    position = token.end()
                    if token[1] != ",":
                        return paths, position
            if text in {"}", ","}:
                break
            segments.append(text)
            position = token.end()
            separator = TOKEN.match(code, position)
            if text == "*" or separator is None or separator[1] != "::":
                alias = re.compile(r"\s+as\s+\w+").match(code, position)
                position = alias.end() if alias else position
                break
            position = separator.end()
        if len(segments) > len(prefix):
            paths.append(segments)
        return paths, position

    return tree(position, [])[0]
