"""Whether a step asks for one thing at a time: one tap, and no sentence that sends its reader through three. Pure."""

import re
from collections.abc import Iterator, Mapping

SENTENCE_ACTIONS = 2

_SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+|\n")
_BUTTON = re.compile(r"«[^»]*»")
_ACTIONS: Mapping[str, str] = {
    "vi": "bấm|nhấn|chạm|chọn|gõ|mở|quét|vuốt|kéo|điền|nhập|tải|cài|đánh dấu|gửi|chụp|chép|ghi|đọc|xem|tìm|vào|áp|soi|"
    "đăng nhập|cập nhật|tắt|bật",
    "en": "tap|press|choose|select|type|open|scan|swipe|drag|fill|enter|download|install|tick|send|take|copy|write|"
    "read|look|find|go|log in|sign in|hold|update|turn",
}
_BEFORE: Mapping[str, str] = {
    "vi": r"(?:^|,\s*|\s(?:rồi|và|sau đó|xong)\s+)(?:rồi |sau đó |và |hãy |thì |đến )?",
    "en": r"(?:^|,\s*|\s(?:then|and)\s+)(?:then |and |please )*",
}
_ACTION = {
    lang: re.compile(rf"{_BEFORE[lang]}({verbs})(?!\w)", re.IGNORECASE | re.MULTILINE)
    for lang, verbs in _ACTIONS.items()
}
_TAP: Mapping[str, re.Pattern[str]] = {
    "vi": re.compile(
        r"(?<!hoặc )(?<!hay )(?<!đừng )(?<!chưa )(?<!không )(?<!khi )(?<!đã )(?<!tay )(?<!phải )(?<!hãy )"
        r"(?<!\w)(?:bấm|nhấn|chạm|chọn|đánh dấu|(?:rồi|,|đến|xong) (?=«))(?!\w)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"(?<!or )(?<!not )(?<!you )(?<!to )(?<!\w)(?:tap|press|choose|select|tick|click|(?:then|,|and) (?=«))(?!\w)",
        re.IGNORECASE,
    ),
}
_PERHAPS: Mapping[str, re.Pattern[str]] = {
    "vi": re.compile(r"thì(?: (?:hãy|cứ|thường|lại|mới))* $", re.IGNORECASE),
    "en": re.compile(r"\b(?:if|when|where|unless)\b[^.!?]*$", re.IGNORECASE),
}
"""What stands before a tap that is one of several ways, of which each reader takes one."""


def action_faults(text: str, lang: str) -> Iterator[str]:
    """Says where a text asks for more than one tap, or a sentence of it for more than SENTENCE_ACTIONS things.

    Taps that stand for each other («nếu … thì bấm …», «hoặc bấm …») are one; what stands on a button is none.
    """
    plain = _BUTTON.sub("«»", text)
    taps = [bool(_PERHAPS[lang].search(plain, 0, found.start())) for found in _TAP[lang].finditer(plain)]
    count = taps.count(False) + any(taps)
    if count > 1:
        yield f"the step asks for {count} taps; make a step of each."
    for sentence in _SENTENCE_END.split(plain):
        actions = _ACTION[lang].findall(sentence.strip())
        if len(actions) > SENTENCE_ACTIONS:
            said = ", ".join(f'"{action}"' for action in actions)
            yield f"one sentence asks for {len(actions)} things ({said}); at most {SENTENCE_ACTIONS}, better one."
