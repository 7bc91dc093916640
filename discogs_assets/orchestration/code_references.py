"""Links from assets in the Dagster UI to the files they are written in."""

import inspect
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg

PACKAGE = Path(__file__).parents[1]
KEY = "dagster/code_references"

Asset = dg.AssetsDefinition | dg.AssetSpec
Reference = dg.LocalFileCodeReference | dg.UrlCodeReference


@contextmanager
def beta_allowed() -> Iterator[None]:
    """Make references without a warning: they are in beta in 1.13, and Dagster is pinned."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        yield


def code_of(*parts: Path | ModuleType | Callable[..., object]) -> dict[str, Any]:
    """Return the metadata of a spec that links to files of this package.

    A part is a file, or a module, class or function that is written in one.
    """
    files = [part if isinstance(part, Path) else Path(inspect.getfile(part)) for part in parts]
    with beta_allowed():
        return references_metadata([file_reference(file) for file in files])


def link_code(assets: Iterable[Asset], code_url: str) -> list[Asset]:
    """Return assets with links to their functions, then to the files that they name.

    The links open a local editor; with `code_url`, the address of the repository's files at a
    branch, the same files there. Dagster's own `with_source_code_references` would read the files
    for it, 50 ms at each start; its `link_code_references_to_git` knows two sites, and leaves out
    assets that nothing here makes.
    """
    with beta_allowed():
        return [linked(asset, code_url) for asset in assets]


def linked(asset: Asset, code_url: str) -> Asset:
    function = function_references(asset)

    def link(spec: dg.AssetSpec) -> dg.AssetSpec:
        named = spec.metadata[KEY].code_references if KEY in spec.metadata else []
        links = [published(one, code_url) if code_url else one for one in (*function, *named)]
        return spec.replace_attributes(metadata={**spec.metadata, **references_metadata(links)})

    return link(asset) if isinstance(asset, dg.AssetSpec) else asset.map_asset_specs(link)


def function_references(asset: Asset) -> list[dg.LocalFileCodeReference]:
    """Return where the function of an asset is; none for one that something else makes."""
    if isinstance(asset, dg.AssetSpec):
        return []
    function: Any = asset.op.compute_fn
    code = function.decorated_fn.__code__
    return [file_reference(Path(code.co_filename), code.co_firstlineno)]


def file_reference(file: Path, line: int | None = None) -> dg.LocalFileCodeReference:
    is_ours = file.is_relative_to(PACKAGE)
    label = file.relative_to(PACKAGE).as_posix() if is_ours else file.name
    return dg.LocalFileCodeReference(file_path=str(file), line_number=line, label=label)


def published(file: dg.LocalFileCodeReference, code_url: str) -> dg.UrlCodeReference:
    """Return a file of this package as it is found in the repository."""
    line = f"#L{file.line_number}" if file.line_number else ""
    url = f"{code_url.rstrip('/')}/{PACKAGE.name}/{file.label}{line}"
    return dg.UrlCodeReference(url=url, label=file.label)


def references_metadata(references: Sequence[Reference]) -> dict[str, Any]:
    return {KEY: dg.CodeReferencesMetadataValue(code_references=[*references])}
