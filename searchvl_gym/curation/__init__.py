"""Makes tasks out of a world, as the paper does: paths, questions, rewriting, grounding.

Each stage is a plain function from a record to the next record or to a `Rejection`:

1. `PathSampler`: a walk over links, from the anchor to the page that the answer is from;
2. a `QuestionEngine` (`RuleEngine`, `LanguageModelEngine`): the canonical question;
3. `Rewriter`: names become descriptors, one at a time, under three invariants;
4. `Grounder`: the anchor's name becomes its picture;
5. `check_quality`: what came out is looked at once more;
6. `Filters`: what a shortcut solves is dropped;
7. `Enhancer`: a tenth of the pictures must be repaired first.

`Curator` joins the first four, `curate` all of them. Record number `i` is a function of the
world, the settings, the seed and `i`: any number of workers gives the same bytes.
"""

from searchvl_gym.curation.completions import (
    BudgetExhausted,
    Completions,
    CompletionSettings,
    UnreadableReply,
)
from searchvl_gym.curation.driver import CurationSummary, curate
from searchvl_gym.curation.engine import QuestionEngine
from searchvl_gym.curation.enhancement import Enhancer
from searchvl_gym.curation.errors import CurationError
from searchvl_gym.curation.fact_base import FactBase
from searchvl_gym.curation.filters import Filters
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
from searchvl_gym.curation.quality import check_quality
from searchvl_gym.curation.questions import RuleEngine
from searchvl_gym.curation.records import PagePath, Question, Rejection, Stage, stage_rng
from searchvl_gym.curation.rewriting import Rewriter
from searchvl_gym.curation.settings import (
    CurationSettings,
    EnhancementSettings,
    FilterSettings,
    GroundingSettings,
    PathSettings,
    QualitySettings,
    QuestionSettings,
    RewritingSettings,
)
from searchvl_gym.curation.uniqueness import ExhaustiveProof, UniquenessCheck, Verdict

__all__ = [
    "AllGates",
    "BudgetExhausted",
    "CompletionSettings",
    "Completions",
    "CurationError",
    "CurationSettings",
    "CurationSummary",
    "Curator",
    "EncoderGate",
    "EnhancementSettings",
    "Enhancer",
    "ExhaustiveProof",
    "FactBase",
    "FilterSettings",
    "Filters",
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
    "QualitySettings",
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
    "check_quality",
    "curate",
    "stage_rng",
    "to_task",
]
