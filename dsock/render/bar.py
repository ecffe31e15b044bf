"""A bar for what is counted in bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dsock.render.safe import escaped

if TYPE_CHECKING:
    from rich.console import Console

REFRESH_PER_SECOND = 8


@contextmanager
def bar(console: Console, label: str, size: int | None) -> Iterator[Callable[[int], None]]:
    """Show a bar for `size` bytes on a terminal, or one without an end for None.

    Yields what is to be called with the number of further bytes. Leaves nothing behind.
    """
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        FileSizeColumn,
        Progress,
        TextColumn,
        TransferSpeedColumn,
    )
    from rich.table import Column

    label_column = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    progress = Progress(
        TextColumn("{task.description}", markup=False, table_column=label_column),
        BarColumn(bar_width=24),
        FileSizeColumn() if size is None else DownloadColumn(),
        TransferSpeedColumn(),
        console=console,
        refresh_per_second=REFRESH_PER_SECOND,
        transient=True,
        expand=True,
    )
    with progress:
        task = progress.add_task(escaped(label), total=size)
        yield lambda count: progress.advance(task, count)
