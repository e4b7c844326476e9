"""Province files and settings; nothing else reads the environment or YAML."""

from doisoat.config.access import HttpAccess, Incremental
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
    ShopIgate,
    ShopOpencps,
    ShopSource,
)

__all__ = [
    "AdapterSource",
    "FilesSource",
    "HttpAccess",
    "IgateSource",
    "Incremental",
    "LookUp",
    "Mail",
    "OpencpsSource",
    "PortalSource",
    "Province",
    "ReferenceFiles",
    "Settings",
    "ShopIgate",
    "ShopOpencps",
    "ShopSource",
    "any_env",
    "digest_key",
    "find_province",
    "load_province",
    "load_provinces",
    "province_files",
    "provinces_folder",
    "read_secret",
    "retry_delay",
]
