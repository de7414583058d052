"""The disk cache: bounded, true, and safe to share, however its users come and go."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.faults import InvalidInput
from activities.storage.cache import Cache

BUDGET = 1000
#: Ten objects of different sizes, and their immutable names.
CONTENT = {
    f"objects/{hashlib.sha256(data).hexdigest()}": data
    for data in (bytes([n]) * (60 * n + 40) for n in range(10))
}
KEYS = list(CONTENT)


class Bucket:
    """Where objects come from, and how often they were fetched."""

    def __init__(self) -> None:
        self.fetched: list[str] = []

    async def into(self, cache: Cache, key: str, folder: Path) -> Path:
        async def fetch(path: Path) -> None:
            self.fetched.append(key)
            await asyncio.sleep(0)
            await asyncio.to_thread(path.write_bytes, CONTENT[key])

        return await cache.get(key, folder, fetch)


def kept(root: Path) -> dict[str, int]:
    return {path.name.replace("%", "/"): path.stat().st_size for path in (root / "files").iterdir()}


steps = st.lists(
    st.tuples(st.sampled_from(["get", "hold", "add", "restart"]), st.sampled_from(KEYS)), max_size=30
)


@settings(deadline=None, max_examples=40)
@given(steps)
async def test_any_life_keeps_the_budget_the_bytes_and_the_order(life: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        await _live(Path(folder), life)


async def _live(root: Path, life: list[tuple[str, str]]) -> None:
    cache, bucket, used = Cache(root, BUDGET), Bucket(), OrderedDict[str, None]()
    async with contextlib.AsyncExitStack() as readers:
        held: list[tuple[str, Path]] = []
        for step, key in life:
            before = set(kept(root))
            fetches = len(bucket.fetched)
            if step == "restart":
                await readers.aclose()
                held.clear()
                cache.close()
                cache = Cache(root, BUDGET)
                continue
            folder = await readers.enter_async_context(cache.scratch())
            if step == "add":
                (folder / "made").write_bytes(CONTENT[key])
                await cache.add(key, folder / "made")
            else:
                held.append((key, await bucket.into(cache, key, folder)))
                assert (len(bucket.fetched) > fetches) == (key not in before)
            used[key] = None
            used.move_to_end(key)
            now = kept(root)
            assert sum(now.values()) <= BUDGET
            # What left was used before everything that stayed.
            gone = (before | {key}) - set(now)
            order = list(used)
            assert not gone or max(map(order.index, gone)) < min(map(order.index, now))
            assert all(path.read_bytes() == CONTENT[name] for name, path in held)
    cache.close()


async def test_many_who_want_one_object_fetch_it_once(tmp_path: Path) -> None:
    cache, bucket = Cache(tmp_path, BUDGET), Bucket()
    async with cache.scratch() as one, cache.scratch() as two:
        paths = await asyncio.gather(*(bucket.into(cache, KEYS[3], into) for into in (one, two, one, two)))
        assert len(bucket.fetched) == 1
        assert {path.read_bytes() for path in paths} == {CONTENT[KEYS[3]]}
    cache.close()


async def test_a_fetch_that_fails_leaves_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path, BUDGET)

    async def breaks(path: Path) -> None:
        await asyncio.to_thread(path.write_bytes, b"half")
        raise OSError("the wire broke")

    async with cache.scratch() as folder:
        with pytest.raises(OSError, match="wire"):
            await cache.get(KEYS[0], folder, breaks)
        assert not kept(tmp_path) and not list(folder.iterdir())
        bucket = Bucket()
        assert (await bucket.into(cache, KEYS[0], folder)).read_bytes() == CONTENT[KEYS[0]]
    cache.close()


@pytest.mark.parametrize("damaged", [b"", CONTENT[KEYS[3]][:-1], bytes(len(CONTENT[KEYS[3]]))])
async def test_what_the_disk_lost_is_never_handed_out(tmp_path: Path, damaged: bytes) -> None:
    cache, bucket = Cache(tmp_path, BUDGET), Bucket()
    for fetches in (1, 2, 2):
        async with cache.scratch() as folder:
            assert (await bucket.into(cache, KEYS[3], folder)).read_bytes() == CONTENT[KEYS[3]]
        assert len(bucket.fetched) == fetches
        if fetches == 1:
            (file,) = (tmp_path / "files").iterdir()
            file.chmod(0o644)
            file.write_bytes(damaged)
    cache.close()


async def test_what_may_change_under_its_name_is_never_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, BUDGET)
    texts = iter([b"draft", b"final"])

    async def fetch(path: Path) -> None:
        await asyncio.to_thread(path.write_bytes, next(texts))

    for text in (b"draft", b"final"):
        async with cache.scratch() as folder:
            assert (await cache.get("videos/film/manifest.json", folder, fetch)).read_bytes() == text
    with pytest.raises(InvalidInput):
        async with cache.scratch() as folder:
            await cache.get("../../etc/passwd", folder, fetch)
    cache.close()


async def test_a_new_file_is_no_reason_to_look_at_all_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, looks, scan = Cache(tmp_path, 1_000_000), list[object](), os.scandir

    def scandir(path: Any) -> Any:
        looks.append(path)
        return scan(path)

    monkeypatch.setattr("activities.storage.cache.os.scandir", scandir)
    async with cache.scratch() as folder:
        for n in range(200):
            (folder / str(n)).write_bytes(n.to_bytes(2, "big") * 500)
            await cache.add(f"objects/{hashlib.sha256(bytes([n])).hexdigest()}", folder / str(n))
    # Once for each sixteenth of the budget that was added, and at the first.
    assert 1 <= looks.count(tmp_path / "files") <= 1 + 200 * 1000 * 16 // 1_000_000
    assert len(kept(tmp_path)) == 200
    cache.close()


async def test_what_is_larger_than_the_budget_passes_through(tmp_path: Path) -> None:
    cache, bucket = Cache(tmp_path, 50), Bucket()
    async with cache.scratch() as folder:
        assert (await bucket.into(cache, KEYS[9], folder)).read_bytes() == CONTENT[KEYS[9]]
    assert not kept(tmp_path)
    cache.close()


CHILD = """
import asyncio, json, random, sys
from pathlib import Path
from activities.storage.cache import Cache
from tests.storage.test_cache import BUDGET, CONTENT, KEYS, Bucket

async def main(root, seed, rounds):
    cache, bucket, chance = Cache(Path(root), BUDGET), Bucket(), random.Random(seed)
    print("up", flush=True)
    async def one():
        for _ in range(rounds):
            key = chance.choice(KEYS)
            async with cache.scratch() as folder:
                if chance.random() < 0.3:
                    (folder / "made").write_bytes(CONTENT[key])
                    await cache.add(key, folder / "made")
                path = await bucket.into(cache, key, folder)
                await asyncio.sleep(0)
                assert path.read_bytes() == CONTENT[key]
    await asyncio.gather(*(one() for _ in range(4)))
    cache.close()
    print(json.dumps(len(bucket.fetched)), flush=True)

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


def child(root: Path, seed: int, rounds: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(root), str(seed), str(rounds)], stdout=subprocess.PIPE, text=True
    )


def test_two_processes_share_a_folder_and_a_third_one_dies_in_it(tmp_path: Path) -> None:
    one, two, dying = child(tmp_path, 1, 25), child(tmp_path, 2, 25), child(tmp_path, 3, 1_000_000)
    assert dying.stdout and dying.stdout.readline() == "up\n"
    for process in (one, two):
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0 and json.loads(out.splitlines()[-1]) > 0
    dying.send_signal(signal.SIGKILL)
    dying.communicate()
    assert len(list((tmp_path / "live").iterdir())) >= 1, "it died with nothing in its hands"
    after = Cache(tmp_path, BUDGET)
    assert len(list((tmp_path / "live").iterdir())) == 2, "the lock and the folder of the one that lives"
    for name in kept(tmp_path):
        assert (tmp_path / "files" / name.replace("/", "%")).read_bytes() == CONTENT[name]
    after.close()
    assert not list((tmp_path / "live").iterdir())
