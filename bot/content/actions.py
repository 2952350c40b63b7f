"""Whether a step asks for one thing at a time: no sentence of a `do` step sends its reader through three. Pure."""

import re
from collections.abc import Iterator, Mapping

SENTENCE_ACTIONS = 2

_SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+|\n")
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


def action_faults(text: str, lang: str) -> Iterator[str]:
    """Sentences that tell their reader to do more than SENTENCE_ACTIONS things; what stands on a button is none."""
    for sentence in _SENTENCE_END.split(text):
        actions = _ACTION[lang].findall(re.sub(r"«[^»]*»", "«»", sentence.strip()))
        if len(actions) > SENTENCE_ACTIONS:
            said = ", ".join(f'"{action}"' for action in actions)
            yield f"one sentence asks for {len(actions)} things ({said}); at most {SENTENCE_ACTIONS}, better one."
