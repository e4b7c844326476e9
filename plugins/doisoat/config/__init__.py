"""Province files and settings; nothing else reads the environment or YAML."""

from doisoat.config.access import HttpAccess, Incremental, Mapped
from doisoat.config.aggregates import Aggregates, PublishedApi, PublishedFiles
from doisoat.config.catalogue import (
    AdapterCatalogue,
    Catalogue,
    FilesCatalogue,
    IgateCatalogue,
    OpencpsCatalogue,
    ReferenceCatalogue,
    ReportingCatalogue,
)
from doisoat.config.inspection import Inspection
from doisoat.config.province_files import (
    find_province,
    load_province,
    load_provinces,
    province_files,
    provinces_folder,
)
from doisoat.config.sections import Mail, Province, ReferenceFiles
from doisoat.config.settings import (
    Settings,
    any_env,
    digest_key,
    pool_slots,
    read_secret,
    retry_delay,
)
from doisoat.config.sources import (
    AdapterSource,
    FilesSource,
    IgateSource,
    LookUp,
    OpencpsSource,
    PortalSource,
    PortalSql,
    ShopIgate,
    ShopOpencps,
    ShopSource,
    ShopSql,
    ShopTandan,
    TandanSource,
)
from doisoat.config.sql_source import SqlSource
from doisoat.config.template import write_province

__all__ = [
    "AdapterCatalogue",
    "AdapterSource",
    "Aggregates",
    "Catalogue",
    "FilesCatalogue",
    "FilesSource",
    "HttpAccess",
    "IgateCatalogue",
    "IgateSource",
    "Incremental",
    "Inspection",
    "LookUp",
    "Mail",
    "Mapped",
    "OpencpsCatalogue",
    "OpencpsSource",
    "PortalSource",
    "PortalSql",
    "Province",
    "PublishedApi",
    "PublishedFiles",
    "ReferenceCatalogue",
    "ReferenceFiles",
    "ReportingCatalogue",
    "Settings",
    "ShopIgate",
    "ShopOpencps",
    "ShopSource",
    "ShopSql",
    "ShopTandan",
    "SqlSource",
    "TandanSource",
    "any_env",
    "digest_key",
    "find_province",
    "load_province",
    "load_provinces",
    "pool_slots",
    "province_files",
    "provinces_folder",
    "read_secret",
    "retry_delay",
    "write_province",
]
