"""Province files and settings; nothing else reads the environment or YAML."""

from doisoat.config.province_files import (
    find_province,
    load_province,
    load_provinces,
    province_files,
    provinces_folder,
)
from doisoat.config.sections import (
    AdapterSource,
    FilesSource,
    HttpAccess,
    IgateSource,
    LookUp,
    Mail,
    OpencpsSource,
    PortalSource,
    Province,
    ReferenceFiles,
    ShopIgate,
    ShopOpencps,
    ShopSource,
)
from doisoat.config.settings import (
    Settings,
    any_env,
    digest_key,
    read_secret,
    retry_delay,
)

__all__ = [
    "AdapterSource",
    "FilesSource",
    "HttpAccess",
    "IgateSource",
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
