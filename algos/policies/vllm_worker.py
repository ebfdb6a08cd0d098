"""What runs inside vLLM's workers: taking over new weights. vLLM imports it by name."""

from __future__ import annotations

from typing import Any


class WeightUpdate:
    """Methods that vLLM adds to its workers (`worker_extension_cls`)."""

    def take_weights(self: Any, path: str) -> None:
        """Load the weights of a checkpoint directory into the running model."""
        self.reload_weights(weights_path=path)
        # On a CPU every matrix is packed once. A head that is tied to the embedding has no
        # weights of its own to load, so vLLM 0.32 leaves it packed from the old ones.
        for layer in self.get_model().modules():
            if hasattr(layer, "cpu_linear") and layer.weight.numel():
                layer.quant_method.process_weights_after_loading(layer)
