"""Everything that decides how a network is trained."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from firstspike.quant.training.spiking_layer import CLIP, FROZEN, TTFS

Epochs = Annotated[int, Field(ge=0)]
Rate = Annotated[float, Field(gt=0)]


class Recipe(BaseModel):
    """Options of conversion-aware training. Immutable; equal recipes on equal data train equal networks on a CPU."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clip_epochs: Annotated[Epochs, Field(description="with clipped activations; 0 starts from trained weights")] = 40
    ttfs_epochs: Annotated[Epochs, Field(description="with log weights and spike times")] = 20
    frozen_epochs: Annotated[Epochs, Field(description="of the biases, with everything else fixed on its grid")] = 2
    clip_rate: Annotated[Rate, Field(description="learning rate of the clip stage")] = 2e-3
    ttfs_rate: Annotated[Rate, Field(description="learning rate of the TTFS stage")] = 5e-4
    frozen_rate: Annotated[Rate, Field(description="learning rate of the frozen stage")] = 1e-4
    batch_size: Annotated[int, Field(ge=2)] = 64
    weight_decay: Annotated[float, Field(ge=0)] = 1e-4
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0
    augmentation: Annotated[
        Literal["none", "shift", "crop_flip"],
        Field(description="shift: up to 1 pixel; crop_flip: up to 4 pixels, and mirrored"),
    ] = "none"
    sop_penalty: Annotated[
        float,
        Field(
            ge=0, description="added to the loss per million synaptic operations an image: trades accuracy for energy"
        ),
    ] = 0.0
    teacher_weight: Annotated[float, Field(ge=0, le=1, description="share of the teacher in the loss")] = 0.5
    temperature: Annotated[float, Field(gt=0, description="of teacher and student in the distillation loss")] = 4.0
    seed: Annotated[int, Field(ge=0)] = 1

    def stages(self):
        """(stage, epochs, learning rate) in order."""
        return (
            (CLIP, self.clip_epochs, self.clip_rate),
            (TTFS, self.ttfs_epochs, self.ttfs_rate),
            (FROZEN, self.frozen_epochs, self.frozen_rate),
        )
