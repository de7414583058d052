"""What every production shares: the base class of its workflow, facts, steps, money, waits, failures, board
and page. Knows of no production in particular."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from workflows.studio import attributes as attributes
    from workflows.studio.account import AcceptRisk as AcceptRisk
    from workflows.studio.account import AwaitPlace as AwaitPlace
    from workflows.studio.account import AwaitRoom as AwaitRoom
    from workflows.studio.account import OpenAccount as OpenAccount
    from workflows.studio.account import RecordBudget as RecordBudget
    from workflows.studio.account import RecordChoice as RecordChoice
    from workflows.studio.account import Recorded as Recorded
    from workflows.studio.account import RecordEdit as RecordEdit
    from workflows.studio.account import RecordVersion as RecordVersion
    from workflows.studio.account import record_edit as record_edit
    from workflows.studio.answers import InvalidAnswer as InvalidAnswer
    from workflows.studio.answers import answer_of as answer_of
    from workflows.studio.attributes import ATTRIBUTES as ATTRIBUTES
    from workflows.studio.board import Board as Board
    from workflows.studio.calls import GENERATION_QUEUE as GENERATION_QUEUE
    from workflows.studio.calls import LIGHT as LIGHT
    from workflows.studio.calls import MEDIA_QUEUE as MEDIA_QUEUE
    from workflows.studio.calls import QUEUES as QUEUES
    from workflows.studio.calls import STUDIO_QUEUE as STUDIO_QUEUE
    from workflows.studio.calls import WAITING_HEARTBEAT as WAITING_HEARTBEAT
    from workflows.studio.calls import WORK as WORK
    from workflows.studio.calls import generation_queue as generation_queue
    from workflows.studio.calls import run as run
    from workflows.studio.calls import run_model as run_model
    from workflows.studio.commission import ITEM_MEMO as ITEM_MEMO
    from workflows.studio.commission import REPORT_MEMO as REPORT_MEMO
    from workflows.studio.context import Context as Context
    from workflows.studio.edits import Edit as Edit
    from workflows.studio.edits import KeptVersion as KeptVersion
    from workflows.studio.facts import RATIO as RATIO
    from workflows.studio.facts import SHORT_SIDE as SHORT_SIDE
    from workflows.studio.facts import Artifact as Artifact
    from workflows.studio.facts import Asked as Asked
    from workflows.studio.facts import Aspect as Aspect
    from workflows.studio.facts import CannotBeMade as CannotBeMade
    from workflows.studio.facts import ChunkLength as ChunkLength
    from workflows.studio.facts import Facts as Facts
    from workflows.studio.facts import Findable as Findable
    from workflows.studio.facts import Fps as Fps
    from workflows.studio.facts import FrameFormat as FrameFormat
    from workflows.studio.facts import Identifier as Identifier
    from workflows.studio.facts import ImageSource as ImageSource
    from workflows.studio.facts import Labels as Labels
    from workflows.studio.facts import Media as Media
    from workflows.studio.facts import ModelFacts as ModelFacts
    from workflows.studio.facts import ModelId as ModelId
    from workflows.studio.facts import NotBought as NotBought
    from workflows.studio.facts import Notify as Notify
    from workflows.studio.facts import Part as Part
    from workflows.studio.facts import Payment as Payment
    from workflows.studio.facts import Profile as Profile
    from workflows.studio.facts import Rate as Rate
    from workflows.studio.facts import Reference as Reference
    from workflows.studio.facts import Size as Size
    from workflows.studio.facts import Text as Text
    from workflows.studio.facts import Usd as Usd
    from workflows.studio.facts import Widened as Widened
    from workflows.studio.failures import NO_REPLAY as NO_REPLAY
    from workflows.studio.failures import StepFailed as StepFailed
    from workflows.studio.failures import cause_of as cause_of
    from workflows.studio.failures import failure_of as failure_of
    from workflows.studio.failures import is_done_without as is_done_without
    from workflows.studio.failures import other_release as other_release
    from workflows.studio.failures import why_of as why_of
    from workflows.studio.faults import fault_of as fault_of
    from workflows.studio.faults import malformed as malformed
    from workflows.studio.faults import quoted as quoted
    from workflows.studio.faults import words_of as words_of
    from workflows.studio.items import Commissioned as Commissioned
    from workflows.studio.items import Grant as Grant
    from workflows.studio.items import ItemAsks as ItemAsks
    from workflows.studio.items import ItemEnded as ItemEnded
    from workflows.studio.metrics import begin_at_zero as begin_at_zero
    from workflows.studio.money import PLAN_ALLOWANCE as PLAN_ALLOWANCE
    from workflows.studio.money import Account as Account
    from workflows.studio.money import Budget as Budget
    from workflows.studio.money import BudgetEdit as BudgetEdit
    from workflows.studio.money import Choice as Choice
    from workflows.studio.money import Decision as Decision
    from workflows.studio.money import PaidStep as PaidStep
    from workflows.studio.money import SetBudget as SetBudget
    from workflows.studio.money import decided_budget as decided_budget
    from workflows.studio.money import usd as usd
    from workflows.studio.naming import canonical_digest as canonical_digest
    from workflows.studio.naming import readable_id as readable_id
    from workflows.studio.notice import NOTICE as NOTICE
    from workflows.studio.notice import STUDIO as STUDIO
    from workflows.studio.notice import Heard as Heard
    from workflows.studio.notice import Newsroom as Newsroom
    from workflows.studio.notice import Notice as Notice
    from workflows.studio.notice import TellAll as TellAll
    from workflows.studio.notice import TellNotice as TellNotice
    from workflows.studio.page import asked_for as asked_for
    from workflows.studio.page import markdown_of_many as markdown_of_many
    from workflows.studio.precedence import Stage as Stage
    from workflows.studio.precedence import is_of_a_batch as is_of_a_batch
    from workflows.studio.production import QUERIES as QUERIES
    from workflows.studio.production import SIGNALS as SIGNALS
    from workflows.studio.production import UPDATES as UPDATES
    from workflows.studio.production import AnyOutcome as AnyOutcome
    from workflows.studio.production import AnyRequest as AnyRequest
    from workflows.studio.production import Production as Production
    from workflows.studio.production import Request as Request
    from workflows.studio.production import differences as differences
    from workflows.studio.purchases import Buy as Buy
    from workflows.studio.purchases import GivenUp as GivenUp
    from workflows.studio.purchases import Offer as Offer
    from workflows.studio.report import FILES_GONE as FILES_GONE
    from workflows.studio.report import Answer as Answer
    from workflows.studio.report import ClipCounts as ClipCounts
    from workflows.studio.report import ColourOffset as ColourOffset
    from workflows.studio.report import Failure as Failure
    from workflows.studio.report import KeptEnds as KeptEnds
    from workflows.studio.report import Outcome as Outcome
    from workflows.studio.report import Progress as Progress
    from workflows.studio.report import RowProgress as RowProgress
    from workflows.studio.report import StepProgress as StepProgress
    from workflows.studio.report import StepState as StepState
    from workflows.studio.report import VersionProgress as VersionProgress
    from workflows.studio.report import VersionState as VersionState
    from workflows.studio.report import Wait as Wait
    from workflows.studio.requests import FieldProblem as FieldProblem
    from workflows.studio.requests import InvalidRequest as InvalidRequest
    from workflows.studio.requests import Rules as Rules
    from workflows.studio.requests import number as number
    from workflows.studio.requests import parsed as parsed
    from workflows.studio.scheduled import UnknownZone as UnknownZone
    from workflows.studio.scheduled import at_its_time as at_its_time
    from workflows.studio.scheduled import in_zone as in_zone
    from workflows.studio.standing import LOG_CHARACTERS as LOG_CHARACTERS
    from workflows.studio.standing import STEP_STANDING as STEP_STANDING
    from workflows.studio.standing import JobStanding as JobStanding
    from workflows.studio.standing import StepStanding as StepStanding
    from workflows.studio.waits import least_budget as least_budget
    from workflows.studio.words import Token as Token
    from workflows.studio.words import folded as folded
    from workflows.studio.words import tokens_of as tokens_of
    from workflows.studio.words import word_set as word_set
    from workflows.studio.workflow import ProductionWorkflow as ProductionWorkflow
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "": "attributes",
            "account": (
                "AcceptRisk AwaitPlace AwaitRoom OpenAccount RecordBudget RecordChoice RecordEdit "
                "RecordVersion Recorded record_edit"
            ),
            "answers": "InvalidAnswer answer_of",
            "attributes": "ATTRIBUTES",
            "board": "Board",
            "calls": (
                "GENERATION_QUEUE LIGHT MEDIA_QUEUE QUEUES STUDIO_QUEUE WAITING_HEARTBEAT WORK "
                "generation_queue run run_model"
            ),
            "commission": "ITEM_MEMO REPORT_MEMO",
            "items": "Commissioned Grant ItemAsks ItemEnded",
            "edits": "Edit KeptVersion",
            "facts": (
                "Artifact Asked Aspect CannotBeMade ChunkLength Facts Findable Fps FrameFormat Identifier "
                "ImageSource Labels Media ModelFacts ModelId NotBought Notify Part Payment Profile RATIO "
                "Rate Reference SHORT_SIDE Size Text Usd Widened"
            ),
            "failures": "NO_REPLAY StepFailed cause_of failure_of is_done_without other_release why_of",
            "faults": "fault_of malformed quoted words_of",
            "context": "Context",
            "metrics": "begin_at_zero",
            "money": (
                "Account Budget BudgetEdit Choice Decision PLAN_ALLOWANCE PaidStep SetBudget decided_budget "
                "usd"
            ),
            "naming": "canonical_digest readable_id",
            "notice": "Heard NOTICE Newsroom Notice STUDIO TellAll TellNotice",
            "page": "asked_for markdown_of_many",
            "precedence": "Stage is_of_a_batch",
            "production": "AnyOutcome AnyRequest Production QUERIES Request SIGNALS UPDATES differences",
            "purchases": "Buy GivenUp Offer",
            "report": (
                "Answer ClipCounts ColourOffset FILES_GONE Failure KeptEnds Outcome Progress RowProgress "
                "StepProgress StepState VersionProgress VersionState Wait"
            ),
            "requests": "FieldProblem InvalidRequest Rules number parsed",
            "scheduled": "UnknownZone at_its_time in_zone",
            "standing": "JobStanding LOG_CHARACTERS STEP_STANDING StepStanding",
            "waits": "least_budget",
            "words": "Token folded tokens_of word_set",
            "workflow": "ProductionWorkflow",
        },
    )
