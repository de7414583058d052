"""The models that there are, whose are at hand, which a film is made with, and the one seam behind which
every provider is asked. No provider's own client is loaded before it is used."""

from typing import TYPE_CHECKING

from workflows.faces import lazily

if TYPE_CHECKING:
    from activities.models.asking import TEXT as TEXT
    from activities.models.asking import document as document
    from activities.models.asking import list_of as list_of
    from activities.models.asking import object_of as object_of
    from activities.models.asking import one_of as one_of
    from activities.models.available import Available as Available
    from activities.models.available import hosted as hosted
    from activities.models.available import needed as needed
    from activities.models.available import open_providers as open_providers
    from activities.models.available import speaks as speaks
    from activities.models.breaker import Health as Health
    from activities.models.breaker import Rests as Rests
    from activities.models.call import ModelCall as ModelCall
    from activities.models.call import Picture as Picture
    from activities.models.casting import Cast as Cast
    from activities.models.casting import Miscast as Miscast
    from activities.models.casting import cast as cast
    from activities.models.catalogue import Catalogue as Catalogue
    from activities.models.catalogue import Profile as Profile
    from activities.models.counted import FAILURES as FAILURES
    from activities.models.counted import Counted as Counted
    from activities.models.enhancers import BackgroundRemover as BackgroundRemover
    from activities.models.enhancers import Enhancer as Enhancer
    from activities.models.enhancers import Extent as Extent
    from activities.models.enhancers import ImageUpscaler as ImageUpscaler
    from activities.models.enhancers import VideoUpscaler as VideoUpscaler
    from activities.models.entries import ROLES as ROLES
    from activities.models.entries import Makes as Makes
    from activities.models.entries import Model as Model
    from activities.models.entries import Role as Role
    from activities.models.inputs import Inputs as Inputs
    from activities.models.inputs import folder_of as folder_of
    from activities.models.kinds import FramedModel as FramedModel
    from activities.models.kinds import ImageModel as ImageModel
    from activities.models.kinds import PlannerModel as PlannerModel
    from activities.models.kinds import VideoModel as VideoModel
    from activities.models.local import Advance as Advance
    from activities.models.local import AnchorJob as AnchorJob
    from activities.models.local import ChunkJob as ChunkJob
    from activities.models.local import LocalModel as LocalModel
    from activities.models.local import ScoreJob as ScoreJob
    from activities.models.own import catalogue_of as catalogue_of
    from activities.models.provider import ADRIFT_S as ADRIFT_S
    from activities.models.provider import Delivered as Delivered
    from activities.models.provider import Job as Job
    from activities.models.provider import JobStatus as JobStatus
    from activities.models.provider import ListedJob as ListedJob
    from activities.models.provider import NotAccepted as NotAccepted
    from activities.models.provider import OutputFile as OutputFile
    from activities.models.provider import Provider as Provider
    from activities.models.provider import Request as Request
    from activities.models.provider import Unanswered as Unanswered
    from activities.models.provider import Uploaded as Uploaded
    from activities.models.provider import account_of as account_of
    from activities.models.provider_plugs import OwnProvider as OwnProvider
    from activities.models.provider_plugs import own_providers as own_providers
    from activities.models.roster import Roster as Roster
    from activities.models.sanitised import cleaned as cleaned
    from activities.models.sanitised import log_line as log_line
    from activities.models.sanitised import printable as printable
else:
    __all__, __getattr__ = lazily(
        __name__,
        {
            "asking": "TEXT document list_of object_of one_of",
            "available": "Available hosted needed open_providers speaks",
            "breaker": "Health Rests",
            "call": "ModelCall Picture",
            "casting": "Cast Miscast cast",
            "catalogue": "Catalogue Profile",
            "counted": "Counted FAILURES",
            "enhancers": "BackgroundRemover Enhancer Extent ImageUpscaler VideoUpscaler",
            "entries": "Makes Model ROLES Role",
            "inputs": "Inputs folder_of",
            "kinds": "FramedModel ImageModel PlannerModel VideoModel",
            "local": "Advance AnchorJob ChunkJob LocalModel ScoreJob",
            "own": "catalogue_of",
            "provider_plugs": "OwnProvider own_providers",
            "provider": (
                "ADRIFT_S Delivered Job JobStatus ListedJob NotAccepted OutputFile Provider Request "
                "Unanswered Uploaded account_of"
            ),
            "roster": "Roster",
            "sanitised": "cleaned log_line printable",
        },
    )
