"""Design-space sweeps: many configurations priced and timed, on all cores of this machine or on a Dask cluster."""
