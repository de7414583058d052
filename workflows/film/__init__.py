"""What a film is: its contract, its timeline to the frame, its DAG, and `VideoWorkflow`. Pure, and
deterministic."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from workflows.film import steps as steps
    from workflows.film.budget import budget_of as budget_of
    from workflows.film.budget import is_paid as is_paid
    from workflows.film.clips import length_of_clip as length_of_clip
    from workflows.film.contract import TRAVELLING as TRAVELLING
    from workflows.film.contract import Beat as Beat
    from workflows.film.contract import BeatDraft as BeatDraft
    from workflows.film.contract import BeatSeconds as BeatSeconds
    from workflows.film.contract import BeatTemplate as BeatTemplate
    from workflows.film.contract import Camera as Camera
    from workflows.film.contract import Character as Character
    from workflows.film.contract import Continuity as Continuity
    from workflows.film.contract import Enhancer as Enhancer
    from workflows.film.contract import Genre as Genre
    from workflows.film.contract import Look as Look
    from workflows.film.contract import Models as Models
    from workflows.film.contract import Plan as Plan
    from workflows.film.contract import PlanDraft as PlanDraft
    from workflows.film.contract import Position as Position
    from workflows.film.contract import Profile as Profile
    from workflows.film.contract import SceneDraft as SceneDraft
    from workflows.film.contract import Sheet as Sheet
    from workflows.film.contract import SheetKind as SheetKind
    from workflows.film.contract import Shot as Shot
    from workflows.film.contract import Shown as Shown
    from workflows.film.contract import Source as Source
    from workflows.film.contract import Told as Told
    from workflows.film.contract import VideoRequest as VideoRequest
    from workflows.film.counts import COUNTS as COUNTS
    from workflows.film.crew import Crew as Crew
    from workflows.film.deciding import DECIDE as DECIDE
    from workflows.film.deciding import Back as Back
    from workflows.film.deciding import Decided as Decided
    from workflows.film.deciding import never_made as never_made
    from workflows.film.deciding import sought as sought
    from workflows.film.deciding import tried as tried
    from workflows.film.direction import Decision as Decision
    from workflows.film.direction import Direction as Direction
    from workflows.film.direction import decisions as decisions
    from workflows.film.direction import newest_sheets as newest_sheets
    from workflows.film.direction import of_plan as of_plan
    from workflows.film.direction import plan_of as plan_of
    from workflows.film.direction import plans_of as plans_of
    from workflows.film.drawn import keyframe_step as keyframe_step
    from workflows.film.drawn import left_by as left_by
    from workflows.film.drawn import there_of as there_of
    from workflows.film.duration import DEFAULT_S as DEFAULT_S
    from workflows.film.duration import LONGEST_S as LONGEST_S
    from workflows.film.duration import SHORTEST_S as SHORTEST_S
    from workflows.film.duration import Spoken as Spoken
    from workflows.film.duration import is_legal as is_legal
    from workflows.film.duration import nearest_legal as nearest_legal
    from workflows.film.duration import plan_seconds as plan_seconds
    from workflows.film.duration import resolved_duration as resolved_duration
    from workflows.film.duration import spans_of as spans_of
    from workflows.film.duration import spoken_span as spoken_span
    from workflows.film.edits import Approve as Approve
    from workflows.film.edits import Retake as Retake
    from workflows.film.edits import Upgrade as Upgrade
    from workflows.film.edits import Use as Use
    from workflows.film.ends import ENDS_MEASURE as ENDS_MEASURE
    from workflows.film.film import Film as Film
    from workflows.film.keeping import is_drawn_alike as is_drawn_alike
    from workflows.film.methods import MOST_SCENES as MOST_SCENES
    from workflows.film.methods import is_length as is_length
    from workflows.film.methods import lengths_of as lengths_of
    from workflows.film.methods import nearest_length as nearest_length
    from workflows.film.naming import FOLLOWING as FOLLOWING
    from workflows.film.naming import film_id as film_id
    from workflows.film.naming import fingerprint as fingerprint
    from workflows.film.naming import product_noun as product_noun
    from workflows.film.parts import needs_edit as needs_edit
    from workflows.film.plan import Scene as Scene
    from workflows.film.planned import RUNG_PARTS as RUNG_PARTS
    from workflows.film.planned import FinishedBefore as FinishedBefore
    from workflows.film.planned import KeptKeyframe as KeptKeyframe
    from workflows.film.planned import PlannedFilm as PlannedFilm
    from workflows.film.planned import Rung as Rung
    from workflows.film.prices import price_of as price_of
    from workflows.film.prices import price_of_shots as price_of_shots
    from workflows.film.prices import saved_of as saved_of
    from workflows.film.production import FILM as FILM
    from workflows.film.report import BeatResult as BeatResult
    from workflows.film.report import VideoResult as VideoResult
    from workflows.film.request import parse_request as parse_request
    from workflows.film.rows import rows_of as rows_of
    from workflows.film.scenes import LONGEST_FILM_S as LONGEST_FILM_S
    from workflows.film.scenes import SHORTEST_SCENE_S as SHORTEST_SCENE_S
    from workflows.film.scenes import USUAL_SCENE_S as USUAL_SCENE_S
    from workflows.film.scenes import film_like as film_like
    from workflows.film.scenes import scene_count as scene_count
    from workflows.film.scenes import scene_spans as scene_spans
    from workflows.film.scenes import whole_seconds as whole_seconds
    from workflows.film.seams import SEAM_MEASURE as SEAM_MEASURE
    from workflows.film.sheets import sheets_filmed as sheets_filmed
    from workflows.film.steps import ComposePlan as ComposePlan
    from workflows.film.steps import DeliveredFilm as DeliveredFilm
    from workflows.film.steps import DeliverFilm as DeliverFilm
    from workflows.film.steps import GenerateAnchoredChunk as GenerateAnchoredChunk
    from workflows.film.steps import GenerateAnchorImage as GenerateAnchorImage
    from workflows.film.steps import GenerateContinuationChunk as GenerateContinuationChunk
    from workflows.film.steps import GenerateReferenceChunk as GenerateReferenceChunk
    from workflows.film.steps import GenerateSheetImage as GenerateSheetImage
    from workflows.film.steps import GenerateSoundtrack as GenerateSoundtrack
    from workflows.film.steps import GenerateStoryboardImage as GenerateStoryboardImage
    from workflows.film.steps import KeepRung as KeepRung
    from workflows.film.steps import RefineSegment as RefineSegment
    from workflows.film.steps import RenderTransition as RenderTransition
    from workflows.film.steps import ShownShot as ShownShot
    from workflows.film.steps import StitchFilm as StitchFilm
    from workflows.film.steps import SurveyedFilm as SurveyedFilm
    from workflows.film.steps import SurveyFilm as SurveyFilm
    from workflows.film.taking import CHUNK_RUNGS as CHUNK_RUNGS
    from workflows.film.timeline import Conform as Conform
    from workflows.film.timeline import choose_lengths as choose_lengths
    from workflows.film.versions import RUNGS as RUNGS
    from workflows.film.versions import Footage as Footage
    from workflows.film.versions import Version as Version
    from workflows.film.versions import chain_of as chain_of
    from workflows.film.versions import prompt_of as prompt_of
    from workflows.film.workflow import VideoWorkflow as VideoWorkflow
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "": "steps",
            "budget": "budget_of is_paid",
            "clips": "length_of_clip",
            "contract": (
                "TRAVELLING Beat BeatDraft BeatSeconds BeatTemplate Camera Character Continuity Enhancer "
                "Genre Look Models Plan PlanDraft Position Profile SceneDraft Sheet SheetKind Shot Shown "
                "Source Told VideoRequest"
            ),
            "counts": "COUNTS",
            "crew": "Crew",
            "deciding": "DECIDE Back Decided never_made sought tried",
            "direction": "Decision Direction decisions newest_sheets of_plan plan_of plans_of",
            "duration": (
                "DEFAULT_S LONGEST_S SHORTEST_S Spoken is_legal nearest_legal plan_seconds "
                "resolved_duration spans_of spoken_span"
            ),
            "edits": "Approve Retake Upgrade Use",
            "ends": "ENDS_MEASURE",
            "film": "Film",
            "keeping": "is_drawn_alike",
            "methods": "MOST_SCENES is_length lengths_of nearest_length",
            "naming": "FOLLOWING film_id fingerprint product_noun",
            "parts": "needs_edit",
            "planned": "FinishedBefore KeptKeyframe PlannedFilm RUNG_PARTS Rung",
            "plan": "Scene",
            "drawn": "keyframe_step left_by there_of",
            "prices": "price_of price_of_shots saved_of",
            "production": "FILM",
            "report": "BeatResult VideoResult",
            "request": "parse_request",
            "rows": "rows_of",
            "scenes": (
                "LONGEST_FILM_S SHORTEST_SCENE_S USUAL_SCENE_S film_like scene_count scene_spans "
                "whole_seconds"
            ),
            "seams": "SEAM_MEASURE",
            "sheets": "sheets_filmed",
            "steps": (
                "ComposePlan DeliverFilm DeliveredFilm GenerateAnchorImage GenerateAnchoredChunk "
                "GenerateContinuationChunk GenerateReferenceChunk GenerateSheetImage GenerateSoundtrack "
                "GenerateStoryboardImage KeepRung RefineSegment RenderTransition ShownShot StitchFilm "
                "SurveyFilm SurveyedFilm"
            ),
            "taking": "CHUNK_RUNGS",
            "timeline": "Conform choose_lengths",
            "versions": "RUNGS Footage Version chain_of prompt_of",
            "workflow": "VideoWorkflow",
        },
    )
