from dataclasses import replace

import pytest
import torch

from firstspike import quant
from firstspike.golden.config import PRESETS
from firstspike.quant.training.recipe import Recipe
from firstspike.quant.training.saving import save_checkpoint
from firstspike.quant.training.train import train
from firstspike.quant.training.trainer import TrainingError

RECIPE = Recipe(clip_epochs=12, ttfs_epochs=2, frozen_epochs=1, batch_size=16, clip_rate=4e-2, seed=3)
CONFIG = PRESETS["tiny"]


def shorter(**fields):
    return RECIPE.model_copy(update={"clip_epochs": 2, "ttfs_epochs": 1} | fields)


def weights(trained):
    return {name: torch.as_tensor(tensor) for name, tensor in trained.checkpoint.tensors.items()}


def equal(one, other):
    return all(torch.equal(tensor, weights(other)[name]) for name, tensor in weights(one).items())


def test_training_learns_and_every_stage_has_its_accuracy(make_module, data):
    trained = train(make_module(), data, RECIPE, CONFIG)
    assert [epoch.stage for epoch in trained.history] == ["clip"] * 12 + ["ttfs"] * 2 + ["frozen"]
    assert list(trained.accuracies) == ["float", "quantised", "frozen graph", "integer golden model"]
    assert trained.accuracies["frozen graph"] == trained.accuracies["integer golden model"]
    assert trained.accuracies["integer golden model"] >= 0.9
    assert trained.history[-1].loss < trained.history[0].loss / 2


def test_equal_seeds_train_equal_networks(make_module, data):
    first, again, other = (train(make_module(), data, shorter(seed=seed), CONFIG) for seed in (1, 1, 2))
    assert equal(first, again) and not equal(first, other)
    # numba, which evaluates the golden model, must not change the order of PyTorch's sums for the next training.
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize("stopped_after", [1, 3])
def test_a_resumed_training_ends_as_one_without_a_pause(make_module, data, tmp_path, stopped_after):
    class Stopped(Exception):
        pass

    def stop(epoch):
        if epoch.index + 1 == stopped_after:
            raise Stopped

    state = tmp_path / "state.pt"
    with pytest.raises(Stopped):
        train(make_module(), data, shorter(), CONFIG, checkpoint=state, on_epoch=stop)
    resumed = train(make_module(), data, shorter(), CONFIG, checkpoint=state, resume=True)
    straight = train(make_module(), data, shorter(), CONFIG)
    assert equal(resumed, straight) and resumed.history == straight.history


def test_a_state_of_another_training_is_refused(make_module, data, tmp_path):
    state = tmp_path / "state.pt"
    with pytest.raises(TrainingError, match="nothing to resume"):
        train(make_module(), data, shorter(), CONFIG, checkpoint=state, resume=True)
    train(make_module(), data, shorter(), CONFIG, checkpoint=state)
    with pytest.raises(TrainingError, match="was trained by another recipe"):
        train(make_module(), data, shorter(seed=9), CONFIG, checkpoint=state, resume=True)
    other = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(84, 3))
    with pytest.raises(TrainingError, match="of another network"):
        train(other, data, shorter(), CONFIG, checkpoint=state, resume=True)


def test_the_penalty_saves_synaptic_operations(make_module, data):
    free, thrifty = (
        train(make_module(), data, RECIPE.model_copy(update={"sop_penalty": penalty}), CONFIG) for penalty in (0, 3000)
    )
    assert thrifty.history[-1].sops < 0.8 * free.history[-1].sops


def test_a_teacher_is_learnt_from_instead_of_the_labels(make_module, data, tmp_path):
    others = replace(data, labels=(data.labels + 1) % 3, test_labels=(data.test_labels + 1) % 3)
    teacher = train(make_module(), others, RECIPE, CONFIG)
    path = tmp_path / "teacher.safetensors"
    save_checkpoint(path, teacher.checkpoint, teacher.architecture)
    recipe = RECIPE.model_copy(update={"teacher_weight": 1.0, "temperature": 1.0})
    taught = train(make_module(), data, recipe, CONFIG, teacher=path)
    assert taught.accuracies["integer golden model"] <= 0.1
    assert (taught.network.layers[0].weights != teacher.network.layers[0].weights).any()


def test_a_module_of_another_number_of_classes_or_a_missing_device_is_refused(make_module, data):
    wrong = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(84, 4))
    with pytest.raises(TrainingError, match="has 4 outputs, but the data set synthetic has 3 classes"):
        train(wrong, data, RECIPE, CONFIG)
    if not torch.cuda.is_available():
        with pytest.raises(TrainingError, match="there is no device cuda here"):
            train(make_module(), data, RECIPE, CONFIG, device="cuda")


def test_a_saved_checkpoint_is_exported_as_the_network_that_was_trained(make_module, data, tmp_path):

    trained = train(make_module(), data, shorter(), CONFIG)
    path = tmp_path / "trained.safetensors"
    save_checkpoint(path, trained.checkpoint, trained.architecture)
    exported = quant.export(path, CONFIG).network
    assert exported.class_names == data.class_names
    for one, other in zip(exported.layers, trained.network.layers, strict=True):
        assert (one.weights == other.weights).all() and (one.biases == other.biases).all()
        assert (one.offsets == other.offsets).all()
