"""What is read of a block."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Parsed:
    """The rows of a block by table name, and the ids of its records in file order."""

    tables: dict[str, pa.Table]
    ids: Ids
