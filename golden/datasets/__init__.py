"""Labelled images: CIFAR-10, handwritten digits, sample pictures."""
