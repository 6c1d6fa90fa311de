"""Sets one page description with the content it is handed, in a process of its own.

A page and its content come in as JSON on standard input, the PDF goes out on standard output.
What names people is gone with the process. It stands alone: nothing of the server is loaded.
"""

import json
import os
import resource
import sys
from pathlib import Path

import typst

ROOM = Path(__file__).parent
MEMORY = 3 << 29  # bytes of address space; thirty incidents of 200 entries touch a third of it
SECONDS = 60  # of the processor, over all threads
POLITE = 10  # presses go first


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(POLITE)
    asked = json.load(sys.stdin)
    made = compiled(asked["page"], asked["content"], asked.get("format", "pdf"))
    for page in made if isinstance(made, list) else [made]:
        sys.stdout.buffer.write(page)


def compiled(page: str, content: object, kind: str) -> bytes | list[bytes]:
    """Only our own pages and fonts; content is data and never read as markup."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(ROOM / "fonts")],
    )
    compiler = typst.Compiler(
        str(ROOM / "pages" / f"{page}.typ"),
        root=str(ROOM / "pages"),
        font_paths=fonts,
        sys_inputs={"content": json.dumps(content)},
    )
    return compiler.compile(format=kind, ppi=100, timestamp=0)  # type: ignore[arg-type, return-value]


if __name__ == "__main__":
    main()
