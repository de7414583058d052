"""Files in, files out: ffmpeg, frames, colours, edges, sound and probing. Knows of no model, no bucket and
no Temporal."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.media import codec as codec
    from activities.media import drift as drift
    from activities.media import loudness as loudness
    from activities.media.alike import joined as joined
    from activities.media.clip import NotAClip as NotAClip
    from activities.media.clip import verify_clip as verify_clip
    from activities.media.conform import at_rate as at_rate
    from activities.media.conform import fit_image as fit_image
    from activities.media.edges import draw_edges as draw_edges
    from activities.media.edges import edges_of as edges_of
    from activities.media.edited import EDITS as EDITS
    from activities.media.edited import enlarged_video as enlarged_video
    from activities.media.edited import joined_videos as joined_videos
    from activities.media.edited import resized_video as resized_video
    from activities.media.edited import scored_video as scored_video
    from activities.media.edited import still_video as still_video
    from activities.media.ffmpeg import Advance as Advance
    from activities.media.ffmpeg import EncodeFailed as EncodeFailed
    from activities.media.film_form import Picture as Picture
    from activities.media.frames import last_frame as last_frame
    from activities.media.frames import picture_at as picture_at
    from activities.media.inspection import Inspection as Inspection
    from activities.media.inspection import inspect_output as inspect_output
    from activities.media.inspection import measured as measured
    from activities.media.loudness import Mastered as Mastered
    from activities.media.loudness import MasteringFailed as MasteringFailed
    from activities.media.loudness import master as master
    from activities.media.mark import MARKED as MARKED
    from activities.media.mark import TOOL as TOOL
    from activities.media.mark import CannotSign as CannotSign
    from activities.media.mark import Ingredient as Ingredient
    from activities.media.mark import Mark as Mark
    from activities.media.mark import Signer as Signer
    from activities.media.mark import SourceType as SourceType
    from activities.media.mark import carries_manifest as carries_manifest
    from activities.media.overlay import Overlay as Overlay
    from activities.media.overlay import write_overlay as write_overlay
    from activities.media.photo import MAX_BYTES as MAX_BYTES
    from activities.media.photo import NotAPhoto as NotAPhoto
    from activities.media.photo import kind_of_photo as kind_of_photo
    from activities.media.photo import verify_photo as verify_photo
    from activities.media.probing import Unreadable as Unreadable
    from activities.media.probing import WrongLength as WrongLength
    from activities.media.probing import probe as probe
    from activities.media.probing import what_is_shown as what_is_shown
    from activities.media.repair import SEEN as SEEN
    from activities.media.repair import WARNINGS as WARNINGS
    from activities.media.repair import Repair as Repair
    from activities.media.repair import repair_for as repair_for
    from activities.media.repair import said_of_chunk as said_of_chunk
    from activities.media.repair import said_of_image as said_of_image
    from activities.media.repair import seen_in as seen_in
    from activities.media.segment import SegmentFiles as SegmentFiles
    from activities.media.segment import SegmentSpec as SegmentSpec
    from activities.media.segment import refine_segment as refine_segment
    from activities.media.sound import SAMPLE_RATE as SAMPLE_RATE
    from activities.media.sound import frames_to_samples as frames_to_samples
    from activities.media.stills import STILLS as STILLS
    from activities.media.stills import enlarged_image as enlarged_image
    from activities.media.stills import frame_at as frame_at
    from activities.media.stills import large_enough as large_enough
    from activities.media.stills import opaque as opaque
    from activities.media.stills import resized_image as resized_image
    from activities.media.stitch import MixedEngines as MixedEngines
    from activities.media.stitch import Piece as Piece
    from activities.media.transition import render_transition as render_transition
    from activities.media.whole import whole_shot as whole_shot
    from activities.media.xmp import with_xmp as with_xmp
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "": "codec drift loudness",
            "alike": "joined",
            "clip": "NotAClip verify_clip",
            "conform": "at_rate fit_image",
            "edges": "draw_edges edges_of",
            "edited": "EDITS enlarged_video joined_videos resized_video scored_video still_video",
            "ffmpeg": "Advance EncodeFailed",
            "film_form": "Picture",
            "frames": "last_frame picture_at",
            "inspection": "Inspection inspect_output measured",
            "loudness": "Mastered MasteringFailed master",
            "mark": "CannotSign Ingredient MARKED Mark Signer SourceType TOOL carries_manifest",
            "overlay": "Overlay write_overlay",
            "photo": "MAX_BYTES NotAPhoto kind_of_photo verify_photo",
            "probing": "Unreadable WrongLength what_is_shown probe",
            "repair": "Repair SEEN WARNINGS repair_for said_of_chunk said_of_image seen_in",
            "segment": "SegmentFiles SegmentSpec refine_segment",
            "sound": "SAMPLE_RATE frames_to_samples",
            "stills": "STILLS enlarged_image frame_at large_enough opaque resized_image",
            "stitch": "MixedEngines Piece",
            "transition": "render_transition",
            "whole": "whole_shot",
            "xmp": "with_xmp",
        },
    )
