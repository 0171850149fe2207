"""Receiving an uploaded file: written to disk as it comes, refused as soon as it is too large."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from mudmai.core.errors import InputError, Where
from mudmai.core.language import Text
from mudmai.workspace.raw_files import RawFile, raw_files

_OVERHEAD = 64 * 1024
"""Bytes of a form around its file."""


def upload_limit() -> int:
    """The largest file that is taken, in bytes."""
    limit: int = settings.MUDMAI_UPLOAD_BYTES
    return limit


def workbook_limit() -> int:
    """The largest workbook that is taken for a form which the site gave out to be filled in, in bytes."""
    limit: int = settings.MUDMAI_WORKBOOK_BYTES
    return limit


SMALLER_WORKBOOK = Text(
    "ลบรูปภาพและแผ่นงานที่เพิ่มเข้ามา หรือดาวน์โหลดแบบฟอร์มใหม่แล้วคัดลอกเฉพาะค่าลงไป",
    "remove pictures and sheets that were added, or download the form again and copy only the values into it",
)


class LimitedFile(TemporaryFileUploadHandler):
    """Writes a file to disk piece by piece; stops reading it once it is larger than ``most`` bytes."""

    announced = 0

    def __init__(self, request: HttpRequest | None = None, most: int | None = None) -> None:
        super().__init__(request)
        self.most = upload_limit() if most is None else most

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: bytes, encoding: str | None = None
    ) -> None:
        self.announced = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if settings.FILE_UPLOAD_TEMP_DIR:
            Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > self.most or self.announced > self.most + _OVERHEAD:
            self._refuse()
        super().receive_data_chunk(raw_data, start)

    def _refuse(self) -> None:
        assert self.request is not None
        self.request.upload_too_large = True  # type: ignore[attr-defined]
        # The rest is read and thrown away, so that the browser hears the answer.
        raise StopUpload(connection_reset=False)


def limit_upload(request: HttpRequest, most: int | None = None) -> None:
    """Set the limit (default: that of the site), before anything has read the request; where it was read already,
    :func:`received` checks it."""
    if not hasattr(request, "_files"):
        request.upload_handlers = [LimitedFile(request, most)]


def received(
    request: HttpRequest, field: str = "file", *, most: int | None = None, remedy: Text | None = None
) -> RawFile:
    """Keep the file of the form, or :class:`InputError`: no_file, file_too_large, empty_file, disk_full.

    ``most`` is the limit that was set for it, ``remedy`` what to do with a larger file.
    """
    refuse_too_large(request, most=most, remedy=remedy)
    given = request.FILES.get(field)
    if not isinstance(given, UploadedFile):
        raise InputError(
            Text("ยังไม่ได้เลือกไฟล์", "no file was chosen"),
            remedy=Text("เลือกไฟล์หรือลากมาวาง แล้วส่งอีกครั้ง", "choose a file or drop one, and send it again"),
            code="no_file",
        )
    limit = upload_limit() if most is None else most
    if (given.size or 0) > limit:  # the form had been read before the limit was set
        raise too_large(limit, remedy, sent=given.size or 0)
    given.seek(0)
    held = raw_files(request.workspace)  # type: ignore[attr-defined]
    kept = held.keep(given, name=given.name or "file", max_bytes=limit)
    given.close()
    return kept


def refuse_too_large(request: HttpRequest, *, most: int | None = None, remedy: Text | None = None) -> None:
    """Raise :func:`too_large` when reading the form was stopped: then it has no fields either."""
    _ = request.FILES
    if getattr(request, "upload_too_large", False):
        raise too_large(most, remedy, sent=sent_bytes(request))


def sent_bytes(request: HttpRequest) -> int:
    """How large the form says it is, which is hardly more than its file; 0 where it does not say."""
    told = str(request.META.get("CONTENT_LENGTH") or "")
    return int(told) if told.isascii() and told.isdigit() else 0


def too_large(
    most: int | None = None, remedy: Text | None = None, *, sent: int = 0, where: Where | None = None
) -> InputError:
    """The file is larger than the limit; ``sent``: how many bytes came or were announced, where that is known."""
    limit = f"{(upload_limit() if most is None else most) / (1 << 20):,.0f} MB"
    found = f"{sent / (1 << 20):,.0f} MB" if sent >= 1 << 20 else ""
    th, en = (f" (ที่ส่งมามีขนาด {found})", f" (what was sent has {found})") if found else ("", "")
    return InputError(
        Text(f"ไฟล์ใหญ่กว่า {limit} จึงไม่ได้รับไว้{th}", f"the file is larger than {limit} and was not taken{en}"),
        remedy=remedy
        or Text(
            "แบ่งเป็นหลายไฟล์ เช่น ไฟล์ละปี ลบแผ่นงานและรูปที่ไม่ใช้ หรือบันทึกเป็น Parquet",
            "split it, for example by year, remove sheets and pictures not needed, or save it as Parquet",
        ),
        code="file_too_large",
        where=where,
    )
