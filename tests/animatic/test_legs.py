"""The camera's way through a film of keyframes: what ends a scene begins the next, in every take of both."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from activities.animatic import Animatic, another_take
from activities.animatic.camera import Pose
from activities.animatic.legs import leg_of
from activities.film import Library, compose
from activities.models import ChunkJob
from workflows.film import Shot, VideoRequest
from workflows.studio import Aspect, FrameFormat

WIDTH = 178.0


def shots(prompt: str = "A film about a ceramic coffee mug", aspect: Aspect = "16:9") -> list[Shot]:
    request = VideoRequest(prompt=prompt, method="keyframes", size="360p", aspect=aspect, fps=8, scene_s=4)
    plan = compose(request, Library.for_request(request))
    return [Shot.of(plan, beat, FrameFormat.of(request)) for beat in plan.beats]


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 6), min_size=4, max_size=4))
def test_scene_follows_scene_without_a_jolt(seed: int, takes: list[int]) -> None:
    told = [shot.model_copy(update={"seed": seed}) for shot in shots()]
    legs = [leg_of(another_take(shot, take)) for shot, take in zip(told, takes, strict=True)]
    for before, after in itertools.pairwise(legs):
        end, start = before.pose(before.lasts, WIDTH), after.pose(0.0, WIDTH)
        assert np.allclose(_figures(end), _figures(start), atol=1e-6)
        # The same speed on both sides: within a hundredth of a second the path is straight.
        step = 0.01
        gone = _way(before.pose(before.lasts - step, WIDTH), end)
        goes = _way(start, after.pose(step, WIDTH))
        assert np.allclose(gone, goes, atol=0.02)


def test_the_frame_that_two_scenes_share_is_one_picture(tmp_path: Path) -> None:
    animatic = Animatic()
    first, second = shots()[:2]
    ends = []
    for number, shot in enumerate((first, another_take(second, 2))):
        out = tmp_path / f"{number}.mp4"
        frames = shot.beat.frames(8) + number
        animatic.render_chunk(ChunkJob(shot, (), None, 0, frames), out, lambda _: None)
        ends.append(_pictures(out))
    animatic.draw_image(second, (), tmp_path / "keyframe.png")
    keyframe = np.asarray(cv2.imread(str(tmp_path / "keyframe.png")))
    assert [len(pictures) for pictures in ends] == [first.beat.frames(8), second.beat.frames(8) + 1]
    for picture in (ends[0][-1], ends[1][0]):
        assert float(np.mean(cv2.absdiff(picture, keyframe))) < 2
    # And the shared frame dropped once, the join is a step like those beside it.
    before, across, after = (
        float(np.mean(cv2.absdiff(a, b)))
        for a, b in ((ends[0][-2], ends[0][-1]), (ends[0][-1], ends[1][1]), (ends[1][1], ends[1][2]))
    )
    assert min(before, after) / 2 < across < 2 * max(before, after)


def _figures(pose: Pose) -> list[float]:
    return [pose.x, pose.y, pose.zoom, pose.swing]


def _way(one: Pose, other: Pose) -> list[float]:
    return [b - a for a, b in zip(_figures(one), _figures(other), strict=True)]


def _pictures(path: Path) -> list[cv2.typing.MatLike]:
    film = cv2.VideoCapture(str(path))
    pictures: list[cv2.typing.MatLike] = []
    while True:
        there, picture = film.read()
        if not there:
            return pictures
        pictures.append(picture)
