"""The confusion matrix of many classes."""

import numpy as np

from firstspike.report import style


def confusions(document):
    """Share of each label's images by answer; rows and columns in the order of the classes."""
    rows = document["classes"]
    order = {row["class"]: index for index, row in enumerate(rows)}
    shares = np.zeros((len(rows), len(rows)))
    for row in rows:
        for answer, count in row["answers"].items():
            shares[order[row["class"]], order[answer]] = count / row["images"]
    made, axes = style.figure(7)
    drawn = axes.imshow(100 * shares, cmap="Blues", interpolation="nearest", vmin=0, vmax=100)
    axes.set_xlabel("number of the answer")
    axes.set_ylabel("number of the label")
    made.colorbar(drawn, ax=axes, label="% of the label's images", shrink=0.7)
    return made
