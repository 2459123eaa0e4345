"""What staff may see of a message that was not understood: the words, without numbers and names."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"[0-9０-９零一二三四五六七八九幺〇]{3,}")
_NAMED = re.compile(r"(我叫|姓名[:：]?|名字叫|联系人[:：]?)\s*[一-鿿]{2,4}")


def mask(text: str) -> str:
    """`text` with runs of three and more digits and names after 「我叫」 blotted out, at most 200 characters."""
    return _NAMED.sub(r"\1＊＊", _DIGITS.sub("＊＊＊", text[:200]))
