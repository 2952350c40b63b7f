"""Secrets as people write them: how digits look, what stands between, which it is, and what is said around it."""

from bot.language.numbers import SPOKEN, in_digits, items, seen

_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_PLAIN = ("khong", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin")
_OTHER = ("không", "mốt", "hai", "ba", "tư", "lăm", "sáu", "bẩy", "tám", "chín")

DIGITS = {
    "plain": "0123456789",
    "full-width": "０１２３４５６７８９",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "raised": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "lowered": "₀₁₂₃₄₅₆₇₈₉",
    "Arabic-Indic": "٠١٢٣٤٥٦٧٨٩",
    "Devanagari": "०१२३४५६७८९",
    "Khmer": "០១២៣៤៥៦៧៨៩",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "double-struck": "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "keycaps": [f"{digit}\ufe0f\u20e3" for digit in range(10)],
    "zero width": [f"{digit}\u200b" for digit in range(10)],
    "right to left": [f"\u202e{digit}\u202c" for digit in range(10)],
    "soft hyphens": [f"{digit}\u00ad" for digit in range(10)],
}
"""How each digit may look."""
READ_OUT = {"words": _WORDS, "without marks": _PLAIN, "other words": _OTHER, "English": _ENGLISH,
            "capitals": tuple(word.title() for word in _WORDS)}  # fmt: skip
"""How each digit may be read out, with spaces between."""
BETWEEN = {
    "nothing": "", "spaces": " ", "dots": ".", "commas": ", ", "slashes": "/", "hyphens": "-", "dashes": " – ",
    "underscores": "_", "stars": "*", "lines": "\n", "empty lines": "\n\n", "emoji": "👍", "family": "👨‍👩‍👧",
    "bars": " | ",
    "brackets": ") (", "said": " chấm ", "said plainly": " cham ", "colons": ":", "no-break spaces": "\u00a0",
    "marks": "\u0301", "ellipsis": "…", "semicolons": "; ", "quotes": "' '", "arrows": "→",
}  # fmt: skip
"""What stands between the digits, all of them."""
CODES = ("{}", "dạ {} ạ", "mã otp là {}", "OTP {}", "{} la ma otp", "ma xac thuc {} nhe", "nó gửi mã {} cho bác",
         "code is {}", "passcode: {}", "mã pin của bác {}", "mã hồ sơ 12 còn otp {}", "mã pin smart otp là {}",
         "my OTP is {}", "otp:{}", "mã xác nhận\n{}")  # fmt: skip
"""What is said around a code. The first two say nothing: six digits are enough."""
NUMBERS = {
    "id_number": (12, ("{}", "căn cước của bác là {}", "cccd {}", "ghi giúp bác {} nhé", "số: {}")),
    "account": (13, ("stk {}", "số tài khoản của bác là {}", "chuyển vào tài khoản {} nhé", "tk ngân hàng: {}")),
    "old_id": (9, ("cmnd {}", "chứng minh nhân dân số {}", "CMND của bác: {} đó")),
    "short_account": (7, ("stk {}", "số tài khoản là {}", "account number {}")),
}
"""Other secrets: how many digits, and what is said around them."""


def written(number: str, look: str, between: str) -> str:
    """A number with each digit in one look, and the same between all of them."""
    shown = DIGITS[look] if look in DIGITS else READ_OUT[look]
    parts = [shown[int(digit)] for digit in number]
    return (BETWEEN[between] if look in DIGITS else BETWEEN[between] or " ").join(parts)


def digits_in(text: str) -> str:
    """All digits of a text, in whatever way they are written: what a test may find of a secret."""
    return "".join(item.digits for item in items(in_digits(seen(text))))


assert set(_OTHER) <= set(SPOKEN)
