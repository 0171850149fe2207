"""Files on their way in stay inside the workspace, like everything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler


class WorkspaceUploadHandler(TemporaryFileUploadHandler):
    """As Django's own, in ``settings.FILE_UPLOAD_TEMP_DIR``, which is made when the first file comes.

    It serves the pages that set no limit, most of which take no files: of a form larger than any file that is taken
    nothing is written down.
    """

    announced = 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: bytes, encoding: str | None = None
    ) -> None:
        """Note how large the form says it is."""
        self.announced = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        if self.announced > settings.MUDMAI_UPLOAD_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise StopUpload(connection_reset=False)
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
        super().new_file(*args, **kwargs)
