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

from searchvl_gym.curation.errors import CurationError
from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.instances import Curator, to_task
from searchvl_gym.curation.language_model.completions import (
    BudgetExhausted,
    Completions,
    CompletionSettings,
    UnreadableReply,
)
from searchvl_gym.curation.language_model.engine import LanguageModelEngine
from searchvl_gym.curation.language_model.judging import LanguageModelJudge, ProofOrJudgement
from searchvl_gym.curation.language_model.settings import LanguageModelSettings
from searchvl_gym.curation.paths.graph import PathGraph
from searchvl_gym.curation.paths.sampler import PathBatch, PathReason, PathSampler
from searchvl_gym.curation.pictures.enhancement import Enhancer
from searchvl_gym.curation.pictures.gates import (
    AllGates,
    EncoderGate,
    GroundTruthGate,
    PictureGate,
    ReadingGate,
    RetrievalGate,
)
from searchvl_gym.curation.pictures.grounding import Grounder
from searchvl_gym.curation.proofs.filters import Filters
from searchvl_gym.curation.proofs.leakage import LeakDetector
from searchvl_gym.curation.proofs.quality import check_quality
from searchvl_gym.curation.proofs.uniqueness import ExhaustiveProof, UniquenessCheck, Verdict
from searchvl_gym.curation.questions.engine import QuestionEngine
from searchvl_gym.curation.questions.rewriting import Rewriter
from searchvl_gym.curation.questions.rules import RuleEngine
from searchvl_gym.curation.records import PagePath, Question, Rejection, Stage, stage_rng
from searchvl_gym.curation.release.rl import import_rl
from searchvl_gym.curation.release.rows import ReleaseFileError
from searchvl_gym.curation.release.sft import import_sft
from searchvl_gym.curation.running.driver import CurationSummary, curate
from searchvl_gym.curation.sets.anchor_split import SetSettings, split_by_anchor
from searchvl_gym.curation.sets.dataset import write_dataset
from searchvl_gym.curation.sets.records import Dataset, Origin
from searchvl_gym.curation.settings import (
    CurationSettings,
    EnhancementSettings,
    ExpertSettings,
    FilterSettings,
    GroundingSettings,
    PathSettings,
    QualitySettings,
    QuestionSettings,
    RewritingSettings,
)
from searchvl_gym.curation.trajectories.experts import Experts, play_experts
from searchvl_gym.curation.trajectories.process_check import (
    LanguageModelProcessJudge,
    ProcessJudge,
    ProcessReason,
    check_process,
)

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
