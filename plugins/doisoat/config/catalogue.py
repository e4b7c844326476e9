"""The section `catalogue` of a province file: where both sides' catalogues come from, and when they are compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from doisoat.config.access import HttpAccess, Section
from doisoat.config.sources import AdapterSource, IgateSource, OpencpsSource


class ReferenceCatalogue(Section):
    """The province's own reference tables (procedures, agencies) stand for the shop's catalogue."""

    kind: Literal["reference"] = "reference"


class FilesCatalogue(Section):
    """A folder of exported lists: CSV, XLSX, JSON lines or Parquet; a file's columns say what it lists."""

    kind: Literal["files"]
    path: Path
    columns: dict[str, str] = Field({})  # wire name (MATTHC, TENTTHC, ...) -> their name
    nationwide: bool = False  # the list is the whole country's


class IgateCatalogue(IgateSource):
    """iGate's list of procedures below the gateway prefix `bd`; no client of it was seen, so the path is a setting."""

    procedures_path: str = "bd/procedure"


class OpencpsCatalogue(OpencpsSource):
    """OpenCPS' list of services; the path is a setting for the same reason."""

    serviceinfos_path: str = "o/rest/v2/serviceinfos"


class AdapterCatalogue(AdapterSource):
    """The portal's services of master data through its adapter."""

    details_budget: int = Field(2_000, ge=0)  # calls of LayThuTuc a run; the rest stays unknown until a later one
    service_details: dict[str, str] = Field({})  # further fields sent with LayDVC, e.g. {capThucHien: "1"}
    level_field: str = "MUCDO"  # of LayDVC; its name was not seen, unread levels are unknown
    nationwide: bool = False


class ReportingCatalogue(HttpAccess):
    """The portal's public list `reporting/formalities`: the whole country's, asked one page at a time, slowly."""

    kind: Literal["reporting"]
    path: str = "api/v1/reporting/formalities"
    page_size: int = Field(200, ge=1, le=500)
    concurrency: int = Field(1, ge=1, le=1)
    calls_per_second: float = Field(0.5, gt=0, le=1)
    attempts: int = Field(1, ge=1, le=1)  # 401, 403, 429 or a firewall's page end the reading at once


ShopCatalogue = Annotated[
    ReferenceCatalogue | FilesCatalogue | IgateCatalogue | OpencpsCatalogue, Field(discriminator="kind")
]
PortalCatalogue = Annotated[FilesCatalogue | AdapterCatalogue | ReportingCatalogue, Field(discriminator="kind")]


class Catalogue(Section):
    """What the weekly comparison of the catalogues reads; absent = it is not compared."""

    schedule: str = "0 2 * * 0"  # Sunday 02:00, Asia/Ho_Chi_Minh
    shop: ShopCatalogue = ReferenceCatalogue()
    portal: PortalCatalogue
