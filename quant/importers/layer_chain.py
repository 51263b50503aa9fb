"""Layer descriptions from a sequence of operations: each convolution collects what follows it."""

from firstspike.quant.importers.architecture import CONVOLUTION, LINEAR, REASONS, ArchitectureError
from firstspike.quant.importers.trained_layer import CLIP, NONE, RELU

KNOWN_POOLS = (
    "a max pool of 2 x 2 with stride 2; after the activation also an average pool of 2 x 2 with stride 2 or of \
the whole map"
)
KNOWN = f"it knows chains of convolutions and linear layers with batch norm, ReLU or clipped ReLU, and {KNOWN_POOLS}"


def refuse(label, what):
    """Raises ArchitectureError for an operation that the processor has no form for; `what` may be a key of `REASONS`."""
    raise ArchitectureError(f"layer {label}: the processor has no form for {what}: {REASONS.get(what, KNOWN)}")


class LayerChain:
    """Operations in order, each with the name that error messages give it.

    Raises
    ------
    ArchitectureError
        From every method: the processor has no form for this operation here.
    """

    def __init__(self):
        self.batch_norm_epsilon = 1e-5
        self._layers = []

    def layers(self):
        """The descriptions, as `Architecture` takes them.

        Raises
        ------
        ArchitectureError
            There is none, or a layer but the last has no activation.
        """
        if not self._layers:
            raise ArchitectureError("the network has no convolution and no fully connected layer")
        for layer in self._layers[:-1]:
            if layer["activation"] == NONE:
                raise ArchitectureError(
                    f"layer {layer['name']}: expected a ReLU or clipped ReLU before the next "
                    f"layer, as only spikes can be sent"
                )
        return tuple(self._layers)

    refuse = staticmethod(refuse)

    def convolution(self, label, has_bias, padding, stride, groups, dilation, weight=None, bias=None):
        """padding, stride, dilation: a number or (vertical, horizontal); weight, bias: names of the tensors."""
        padding, stride, dilation = _pair(padding), _pair(stride), _pair(dilation)
        if any(p != int(p) for p in padding):
            self.refuse(label, "different padding on both sides (an even kernel with padding 'same')")
        if stride[0] != stride[1] or dilation[0] != dilation[1]:
            self.refuse(label, f"stride {stride} or dilation {dilation} that differ by direction")
        self._start(
            label,
            CONVOLUTION,
            has_bias,
            weight,
            bias,
            padding=tuple(int(p) for p in padding),
            stride=stride[0],
            groups=groups,
            dilation=dilation[0],
        )

    def linear(self, label, has_bias, weight=None, bias=None):
        self._start(label, LINEAR, has_bias, weight, bias)

    def batch_norm(self, label, epsilon, prefix=None):
        """prefix: of the names of its tensors."""
        layer = self._last(label, "batch norm")
        if layer["activation"] != NONE or layer["pool"] != "none" or layer["batch_norm"]:
            self.refuse(label, "a batch norm that does not directly follow its convolution")
        others = [one for one in self._layers if one["batch_norm"]]
        if others and epsilon != self.batch_norm_epsilon:
            self.refuse(label, f"batch norms of different epsilon ({self.batch_norm_epsilon} and {epsilon})")
        self.batch_norm_epsilon = epsilon
        layer["batch_norm"] = prefix or label

    def activation(self, label, low, high):
        """A ReLU clipped at `high`; without `low`, or without `high`, it ends at one side only."""
        layer = self._last(label, "activation")
        if layer["pool"].startswith("average"):
            self.refuse(label, "an activation that does not follow a convolution")
        again = layer["activation"] != NONE
        # What a ReLU yields is not negative, so after it a lower end of 0 or less changes nothing.
        starts_at_0 = low is None or low <= 0 if again else low == 0
        if not starts_at_0 or (high is not None and high <= 0):
            self.refuse(label, f"an activation from {low} to {high}")
        if high is not None:
            layer["clip_at"] = min(float(high), layer.get("clip_at", float(high)))
        layer["activation"] = CLIP if "clip_at" in layer else RELU

    def pool(self, label, kind, kernel, stride, padding):
        layer = self._last(label, f"{kind} pool")
        kernel, padding = _pair(kernel), _pair(padding)
        stride = _pair(stride if stride is not None else kernel)
        if kernel != (2, 2) or stride != (2, 2) or padding != (0, 0):
            what = f"the pool {kind} {kernel} with stride {stride} and padding {padding}"
            raise ArchitectureError(f"layer {label}: the processor has no form for {what}: it knows {KNOWN_POOLS}")
        self._set_pool(label, layer, f"{kind}_2x2")

    def global_average_pool(self, label):
        self._set_pool(label, self._last(label, "average pool"), "average_global")

    def _set_pool(self, label, layer, pool):
        if layer["pool"] != "none":
            self.refuse(label, "two pools in a row")
        if pool.startswith("average") and layer["activation"] == NONE:
            self.refuse(label, "average_pool")
        layer["pool"] = pool

    def _start(self, label, kind, has_bias, weight, bias, **geometry):
        self._layers.append(
            {
                "name": label,
                "kind": kind,
                "weight": weight or f"{label}.weight",
                "bias": (bias or f"{label}.bias") if has_bias else None,
                "batch_norm": None,
                "pool": "none",
                "activation": NONE,
                **geometry,
            }
        )

    def _last(self, label, what):
        if not self._layers:
            self.refuse(label, f"{what} before the first convolution")
        return self._layers[-1]


def _pair(value):
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)
