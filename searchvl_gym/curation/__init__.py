"""Makes tasks out of a world, as the paper does: paths, questions, rewriting, grounding.

Each stage is a plain function from a record to the next record or to a `Rejection`:

1. `PathSampler`: a walk over links, from the anchor to the page that the answer is from;
2. a `QuestionEngine` (`RuleEngine`, `LanguageModelEngine`): the canonical question;
3. `Rewriter`: names become descriptors, one at a time, under three invariants;
4. `Grounder`: the anchor's name becomes its picture.

`Curator` joins them. Record number `i` is a function of the world, the settings, the seed and
`i`: any number of workers gives the same bytes.
"""

from searchvl_gym.curation.completions import (
    BudgetExhausted,
    Completions,
    CompletionSettings,
    UnreadableReply,
)
from searchvl_gym.curation.engine import QuestionEngine
from searchvl_gym.curation.fact_base import FactBase
from searchvl_gym.curation.gates import (
    AllGates,
    EncoderGate,
    GroundTruthGate,
    PictureGate,
    ReadingGate,
    RetrievalGate,
)
from searchvl_gym.curation.grounding import Grounder
from searchvl_gym.curation.instances import Curator, to_task
from searchvl_gym.curation.judging import LanguageModelJudge
from searchvl_gym.curation.language_model import LanguageModelEngine
from searchvl_gym.curation.leakage import LeakDetector
from searchvl_gym.curation.path_graph import PathGraph
from searchvl_gym.curation.paths import PathBatch, PathReason, PathSampler
from searchvl_gym.curation.questions import RuleEngine
from searchvl_gym.curation.records import PagePath, Question, Rejection, Stage, stage_rng
from searchvl_gym.curation.rewriting import Rewriter
from searchvl_gym.curation.settings import (
    CurationSettings,
    GroundingSettings,
    PathSettings,
    QuestionSettings,
    RewritingSettings,
)
from searchvl_gym.curation.uniqueness import ExhaustiveProof, UniquenessCheck, Verdict

__all__ = [
    "AllGates",
    "BudgetExhausted",
    "CompletionSettings",
    "Completions",
    "CurationSettings",
    "Curator",
    "EncoderGate",
    "ExhaustiveProof",
    "FactBase",
    "GroundTruthGate",
    "Grounder",
    "GroundingSettings",
    "LanguageModelEngine",
    "LanguageModelJudge",
    "LeakDetector",
    "PagePath",
    "PathBatch",
    "PathGraph",
    "PathReason",
    "PathSampler",
    "PathSettings",
    "PictureGate",
    "Question",
    "QuestionEngine",
    "QuestionSettings",
    "ReadingGate",
    "Rejection",
    "RetrievalGate",
    "Rewriter",
    "RewritingSettings",
    "RuleEngine",
    "Stage",
    "UniquenessCheck",
    "UnreadableReply",
    "Verdict",
    "stage_rng",
    "to_task",
]
