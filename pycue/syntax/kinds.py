"""Terminals of the grammar as small integers, in an order that the scanner and the driver rely on."""

from __future__ import annotations

__all__ = ["ENDS_STATEMENT", "FIRST_KEYWORD", "NAMES", "TERMINALS"]

NAMES = (
    # what becomes a node when it is shifted
    "IDENT",
    "WORD",
    "STRING",
    "LITERAL",
    "CONSTANT",
    "INTERP_START",
    "INTERP_MID",
    "INTERP_END",
    "ATTR",
    "PREAMBLE",
    # what only its position is kept of
    "COMMA",
    "COLON",
    "LBRACE",
    "RBRACE",
    "LBRACK",
    "RBRACK",
    "LPAREN",
    "RPAREN",
    "BIND",
    "TILDE",
    "DOT",
    "BOTTOM",
    "EOF",
    # what its spelling matters of
    "OR",
    "AND",
    "LOR",
    "LAND",
    "REL",
    "ADD",
    "STAR",
    "SLASH",
    "MARK",
    "OPEN",
    # the scanner looks at what stands around these
    "ELLIPSIS",
    "QUESTION",
    "BANG",
    "ILLEGAL",
    "PACKAGE",
    "IMPORT",
    "IF",
    "FOR",
    "LET",
    "TRY",
    "IN",
    "ELSE",
    "OTHERWISE",
    "FALLBACK",
    "DOUBTFUL",
    "UNSETTLED_CONSTANT",
)

TERMINALS = {name: number for number, name in enumerate(NAMES)}

IDENT = TERMINALS["IDENT"]
WORD = TERMINALS["WORD"]
STRING = TERMINALS["STRING"]
LITERAL = TERMINALS["LITERAL"]
CONSTANT = TERMINALS["CONSTANT"]
INTERP_START = TERMINALS["INTERP_START"]
INTERP_MID = TERMINALS["INTERP_MID"]
INTERP_END = TERMINALS["INTERP_END"]
ATTR = TERMINALS["ATTR"]
PREAMBLE = TERMINALS["PREAMBLE"]
COMMA = TERMINALS["COMMA"]
COLON = TERMINALS["COLON"]
LBRACE = TERMINALS["LBRACE"]
RBRACE = TERMINALS["RBRACE"]
LBRACK = TERMINALS["LBRACK"]
RBRACK = TERMINALS["RBRACK"]
LPAREN = TERMINALS["LPAREN"]
RPAREN = TERMINALS["RPAREN"]
BIND = TERMINALS["BIND"]
TILDE = TERMINALS["TILDE"]
DOT = TERMINALS["DOT"]
BOTTOM = TERMINALS["BOTTOM"]
EOF = TERMINALS["EOF"]
OR = TERMINALS["OR"]
ELLIPSIS = TERMINALS["ELLIPSIS"]
MARK = TERMINALS["MARK"]
OPEN = TERMINALS["OPEN"]
QUESTION = TERMINALS["QUESTION"]
BANG = TERMINALS["BANG"]
ILLEGAL = TERMINALS["ILLEGAL"]
PACKAGE = TERMINALS["PACKAGE"]
IMPORT = TERMINALS["IMPORT"]
IF = TERMINALS["IF"]
FOR = TERMINALS["FOR"]
LET = TERMINALS["LET"]
TRY = TERMINALS["TRY"]
IN = TERMINALS["IN"]
ELSE = TERMINALS["ELSE"]
OTHERWISE = TERMINALS["OTHERWISE"]
FALLBACK = TERMINALS["FALLBACK"]
DOUBTFUL = TERMINALS["DOUBTFUL"]  # a keyword that is a name, but not everywhere
UNSETTLED_CONSTANT = TERMINALS["UNSETTLED_CONSTANT"]

FIRST_SPELLED = OR  # from here on a token's spelling is kept beside its position
FIRST_SPECIAL = ELLIPSIS
FIRST_KEYWORD = PACKAGE

SPELLINGS: dict[str, int] = {
    "": EOF,
    ",": COMMA,
    ":": COLON,
    "{": LBRACE,
    "}": RBRACE,
    "[": LBRACK,
    "]": RBRACK,
    "(": LPAREN,
    ")": RPAREN,
    "=": BIND,
    "~": TILDE,
    ".": DOT,
    "_|_": BOTTOM,
    "|": OR,
    "&": TERMINALS["AND"],
    "||": TERMINALS["LOR"],
    "&&": TERMINALS["LAND"],
    "+": TERMINALS["ADD"],
    "-": TERMINALS["ADD"],
    "*": TERMINALS["STAR"],
    "/": TERMINALS["SLASH"],
    "...": ELLIPSIS,
    "?": QUESTION,
    "!": BANG,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "=~", "!~"), TERMINALS["REL"]),
    **dict.fromkeys(("true", "false", "null"), UNSETTLED_CONSTANT),
    **{word: TERMINALS[word.upper()] for word in ("if", "for", "let", "try", "in", "else", "otherwise", "fallback")},
    "func": DOUBTFUL,
}

_ENDING = frozenset(
    (
        *(IDENT, WORD, STRING, LITERAL, CONSTANT, INTERP_END, ATTR, PREAMBLE),
        *(RBRACE, RBRACK, RPAREN, BOTTOM, ELLIPSIS, OPEN, QUESTION),
    )
)

# Indexed by terminal: does a line end after it stand for a comma? Keywords are words like any other here.
ENDS_STATEMENT = tuple(number in _ENDING or number >= FIRST_KEYWORD for number in range(len(NAMES)))
