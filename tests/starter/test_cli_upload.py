"""`reel upload`: what is handed in lies under what it holds, and what nobody could use is refused at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.conftest import guarded
from tests.support.media_clips import clip
from tests.support.reel import ran


async def test_what_nobody_could_use_starts_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "b.jsonl").touch()
    for name in ("c.png", "d.mp4"):
        (tmp_path / name).write_text("no picture")
    (tmp_path / "e.docx").write_text("a letter")
    said = {
        "b.jsonl": "file: b.jsonl is empty",
        "c.png": "file: this is not a picture",
        "d.mp4": "file: this is no video",
        "e.docx": "hand in a photo (PNG, JPEG, WebP), a video (MP4, MOV, WebM) or a table (CSV, JSONL)",
        "no/gone.webm": "file: there is no file no/gone.webm\n    check the path",
    }
    for name, words in said.items():
        code, told = await ran("upload", name, home=home, folder=tmp_path, COLUMNS="200")
        assert code == 2 and words in told.text, told.text
    assert not (home / "stack.json").exists()


@pytest.mark.slow
async def test_a_photo_a_video_and_a_table_are_handed_in_once(tmp_path: Path) -> None:
    assert cv2.imwrite(str(tmp_path / "mug.png"), np.full((80, 100, 3), 90, np.uint8))
    table = b"prompt\nA mug\n"
    (tmp_path / "spring.csv").write_bytes(table)
    with guarded(tmp_path / "home") as home:
        for _ in range(2):
            code, told = await ran("upload", "spring.csv", "--json", home=home, folder=tmp_path)
            assert code == 0, told.text
            assert told.json == {
                "key": f"uploads/{hashlib.sha256(table).hexdigest()}.csv",
                "bytes": len(table),
            }
        video = clip(tmp_path / "mug.mp4", range(8)).read_bytes()
        code, told = await ran("upload", "mug.mp4", home=home, folder=tmp_path)
        assert (code, told.out) == (0, f"uploads/{hashlib.sha256(video).hexdigest()}.mp4\n"), told.text
        code, told = await ran("upload", "mug.png", home=home, folder=tmp_path)
        assert code == 0 and told.out.startswith("uploads/") and told.out.endswith(".png\n"), told.text
