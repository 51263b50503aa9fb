"""The packages of the distribution: each folder of the checkout becomes a package inside of `firstspike`."""

from setuptools import find_packages, setup

FOLDERS = ("golden", "hw", "quant", "sim", "flow", "report", "verify", "models")

setup(
    packages=[
        "firstspike",
        *(
            f"firstspike.{package}"
            for folder in FOLDERS
            for package in (folder, *(f"{folder}.{inner}" for inner in find_packages(folder)))
        ),
    ],
    package_dir={"firstspike": "firstspike"} | {f"firstspike.{folder}": folder for folder in FOLDERS},
)
