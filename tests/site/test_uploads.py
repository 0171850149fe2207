"""A large file on its way in is kept inside the workspace and nowhere else."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import RequestFactory
from pytest_django import Settings


def test_a_large_file_waits_inside_the_workspace(settings: Settings, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "home" / "incoming"
    sent = SimpleUploadedFile("plan.csv", b"x" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1))

    request = RequestFactory().post("/", {"file": sent})
    kept = request.FILES["file"]

    assert isinstance(kept, TemporaryUploadedFile)
    assert Path(kept.temporary_file_path()).parent == tmp_path / "home" / "incoming"
    kept.close()
