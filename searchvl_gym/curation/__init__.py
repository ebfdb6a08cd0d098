"""Makes tasks out of a world, as the paper does: paths, questions, rewriting, grounding.

Each stage is a plain function from a record to the next record or to a `Rejection`:

1. `PathSampler`: a walk over links, from the anchor to the page that the answer is from;
2. a `QuestionEngine` (`RuleEngine`, `LanguageModelEngine`): the canonical question;
3. `Rewriter`: names become descriptors, one at a time, under three invariants;
4. `Grounder`: the anchor's name becomes its picture;
5. `check_quality`: what came out is looked at once more;
6. `Filters`: what a shortcut solves is dropped;
7. `Enhancer`: a tenth of the pictures must be repaired first;
8. `play_experts`: an expert plays every instance, and its process is checked;
9. `write_dataset`: SFT and RL sets with disjoint anchors, exports and a card.

`Curator` joins the first four, `curate` all of them. `import_sft` and `import_rl` read the files
of the release. Record number `i` is a function of the
world, the settings, the seed and `i`: any number of workers gives the same bytes.
"""

from searchvl_gym.curation.anchor_split import SetSettings, split_by_anchor
from searchvl_gym.curation.completions import (
    BudgetExhausted,
    Completions,
    CompletionSettings,
    UnreadableReply,
)
from searchvl_gym.curation.dataset import Dataset, Origin, write_dataset
from searchvl_gym.curation.driver import CurationSummary, curate
from searchvl_gym.curation.engine import QuestionEngine
from searchvl_gym.curation.enhancement import Enhancer
from searchvl_gym.curation.errors import CurationError
from searchvl_gym.curation.experts import Experts, ExpertSettings, play_experts
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
from searchvl_gym.curation.judging import LanguageModelJudge, ProofOrJudgement
from searchvl_gym.curation.language_model import LanguageModelEngine
from searchvl_gym.curation.leakage import LeakDetector
from searchvl_gym.curation.model_settings import LanguageModelSettings
from searchvl_gym.curation.path_graph import PathGraph
from searchvl_gym.curation.paths import PathBatch, PathReason, PathSampler
from searchvl_gym.curation.process_check import (
    LanguageModelProcessJudge,
    ProcessJudge,
    ProcessReason,
    check_process,
)
from searchvl_gym.curation.quality import check_quality
from searchvl_gym.curation.questions import RuleEngine
from searchvl_gym.curation.records import PagePath, Question, Rejection, Stage, stage_rng
from searchvl_gym.curation.release_rl import import_rl
from searchvl_gym.curation.release_rows import ReleaseFileError
from searchvl_gym.curation.release_sft import import_sft
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
    "Dataset",
    "EncoderGate",
    "EnhancementSettings",
    "Enhancer",
    "ExhaustiveProof",
    "ExpertSettings",
    "Experts",
    "FactBase",
    "FilterSettings",
    "Filters",
    "GroundTruthGate",
    "Grounder",
    "GroundingSettings",
    "LanguageModelEngine",
    "LanguageModelJudge",
    "LanguageModelProcessJudge",
    "LanguageModelSettings",
    "LeakDetector",
    "Origin",
    "PagePath",
    "PathBatch",
    "PathGraph",
    "PathReason",
    "PathSampler",
    "PathSettings",
    "PictureGate",
    "ProcessJudge",
    "ProcessReason",
    "ProofOrJudgement",
    "QualitySettings",
    "Question",
    "QuestionEngine",
    "QuestionSettings",
    "ReadingGate",
    "Rejection",
    "ReleaseFileError",
    "RetrievalGate",
    "Rewriter",
    "RewritingSettings",
    "RuleEngine",
    "SetSettings",
    "Stage",
    "UniquenessCheck",
    "UnreadableReply",
    "Verdict",
    "check_process",
    "check_quality",
    "curate",
    "import_rl",
    "import_sft",
    "play_experts",
    "split_by_anchor",
    "stage_rng",
    "to_task",
    "write_dataset",
]
