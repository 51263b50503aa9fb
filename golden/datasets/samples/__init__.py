"""Twenty pictures of our own, two for each class of CIFAR-10; `draw.py` made them."""
