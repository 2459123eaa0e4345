"""Files that an admin put beside the others and that nothing reads: saved in another format, or under another name."""

from __future__ import annotations

from pathlib import Path

from knowledge.problems import Problem, nearest
from knowledge.schema import TABLES

#: What spreadsheet and text programs also save as.
OTHER_TABLES = {".xls", ".xlsm", ".xlsb", ".et", ".ods", ".numbers", ".xltx", ".xlt"}
OTHER_TEXTS = {".doc", ".docx", ".wps", ".rtf", ".pdf", ".odt"}
#: Folder → the ending of what is read in it.
FOLDERS = {"answers": ".md", "phrases": ".txt", "schemes": ".toml", "texts": ".toml", "words": ".toml"}
SAVE_AS = {
    ".md": "请用记事本打开，另存成“文本文件”，名字结尾改成 .md",
    ".txt": "请另存成“文本文件（.txt）”，一行一句",
    ".toml": "请用记事本打开，另存成“文本文件”，名字结尾改成 .toml",
}


def unread(folder: Path) -> list[Problem]:
    """A Problem for every such file of a content folder: an error where a table or text was meant."""
    problems = []
    names = {name for table in TABLES for name in (table.name, table.title)}
    for path in _files(folder):
        ending = path.suffix.lower()
        if ending in OTHER_TABLES:
            problems.append(Problem(path.name, advice="这种格式读不了，请用 Excel 或 WPS 另存为 .xlsx"))
        elif ending in (".csv", ".tsv", ".xlsx") and path.stem.lower() not in names:
            problems.append(Problem(path.name, advice=_misnamed(path, names), level="warning"))
        elif ending in OTHER_TEXTS:
            problems.append(Problem(path.name, advice="这种文件读不了，没有用到，请移走", level="warning"))
    for name, wanted in FOLDERS.items():
        for path in _files(folder / name):
            if path.suffix.lower() != wanted:
                advice = f"这个文件夹里只读 {wanted} 文件，{SAVE_AS[wanted]}"
                problems.append(Problem(f"{name}/{path.name}", advice=advice))
    return problems


def _misnamed(path: Path, names: set[str]) -> str:
    """What to do about a table whose name is nobody's: mostly a copy that Excel, WPS or a shared folder made."""
    of = max((name for name in names if name in path.stem.lower()), key=len, default="")
    if of:
        return f"像是“{of}”的另一份，没有用到；要用这一份，就改名成 {of}{path.suffix.lower()}，换掉原来的；不用就移走"
    return f"不认得这个名字，没有用到；要用就改名，不用就移走{nearest(path.stem, sorted(names))}"


def _files(folder: Path) -> list[Path]:
    """The files of a folder, without what editors put beside an open one."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] not in ".~#")
