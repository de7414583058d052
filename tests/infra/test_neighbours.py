"""Who else can log in, and what `reel up` says of them."""

from __future__ import annotations

import os
from pathlib import Path
from pwd import struct_passwd

import pytest

from infra.embedded.neighbours import FIRST_PERSON, others, people, warning
from tests.support.reel import reel


def account(name: str, uid: int, shell: str = "/bin/bash") -> struct_passwd:
    return struct_passwd((name, "x", uid, uid, "", f"/home/{name}", shell))


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        (account("anna", FIRST_PERSON + 7), True),
        (account("anna", FIRST_PERSON + 7, ""), True),
        (account("postgres", FIRST_PERSON - 1), False),
        (account("nobody", 65534, "/bin/sh"), False),
        (account("ftp", FIRST_PERSON + 7, "/usr/sbin/nologin"), False),
        (account("git", FIRST_PERSON + 7, "/bin/false"), False),
        (account("ourselves", os.getuid()), False),
    ],
)
def test_people_are_told_from_services(one: struct_passwd, counts: bool) -> None:
    assert people([one]) == (["anna"] if counts else [])


def test_the_warning_names_some_and_what_to_do() -> None:
    assert "(anna)" in warning(["anna"]) and "TEMPORAL_ADDRESS" in warning(["anna"])
    assert "(anna, ben, cleo and 2 more)" in warning(["anna", "ben", "cleo", "dan", "eve"])


async def test_reel_up_warns_where_there_is_somebody_to_warn_of(home: Path, tmp_path: Path) -> None:
    async with reel("up", home=home, folder=tmp_path) as up:
        await up.until("Workers run")
        up.signal(2)
        assert await up.end() == 0
    assert ("can log in here" in up.text) == bool(others())
