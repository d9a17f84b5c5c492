"""Leaves the tooling at the root out of the package that shares its folder; all else is in pyproject.toml."""

from setuptools import setup
from setuptools.command.build_py import build_py

TOOLING = {"dev", "setup"}


class BuildPackage(build_py):
    """Finds the modules of each package, less the tooling."""

    def find_package_modules(self, package: str, package_dir: str) -> list[tuple[str, str, str]]:
        modules = super().find_package_modules(package, package_dir)
        return [found for found in modules if package != "engagement_ledger" or found[1] not in TOOLING]


setup(cmdclass={"build_py": BuildPackage})
