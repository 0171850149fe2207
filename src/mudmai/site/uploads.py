"""Files on their way in stay inside the workspace, like everything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class WorkspaceUploadHandler(TemporaryFileUploadHandler):
    """As Django's own, in ``settings.FILE_UPLOAD_TEMP_DIR``, which is made when the first file comes."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
        super().new_file(*args, **kwargs)
