"""The exception tree. Terminal errors need a person, transient ones need time.

DoisoatError
├── TerminalError                 do not retry; a person must act
│   ├── ConfigError               which file, which key, what was expected
│   ├── SourceRefused             401/403/404: credentials or address
│   ├── SourceContractBroken      the answer no longer has the agreed shape
│   ├── IncompleteLanding         a side could not be read to its end and may not go on partially
│   ├── ValidationFailed          carries the failed expectations
│   ├── NullKey                   a staged row without a dossier code reached reconcile
│   ├── DamagedSnapshot           a file of a snapshot is not as `stage` writes it
│   └── MigrationNeeded           names the command that fixes it
└── TransientError                try again later
    ├── SourceUnavailable         timeout, reset, 5xx, 429 after our own retries
    ├── WarehouseBusy             locked or unreachable
    ├── EngineUnavailable         no Spark session: the cluster does not answer
    ├── OutOfSpace                memory or disk did not suffice
    └── MailNotAccepted           4xx or refused connection in the SMTP conversation

Every error knows the exit code of the command line (`design.md` §7). Standard library only.
"""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path


class ExitCode(IntEnum):
    """The contract of the command line."""

    CLEAN = 0  # nothing new and no more open than the alert threshold
    DISCREPANCIES = 1
    USAGE = 2  # wrong use or configuration
    VALIDATION_STOPPED = 3
    UNREACHABLE = 4  # a source or service
    PARTIAL = 5  # wins over 0 and 1
    INTERRUPTED = 130


class DoisoatError(Exception):
    """Base of everything a user may see without a traceback; anything else is a bug."""

    exit_code: ExitCode = ExitCode.USAGE


class TerminalError(DoisoatError):
    """Trying again without a person changes nothing."""


class TransientError(DoisoatError):
    """Trying again later may work."""

    exit_code = ExitCode.UNREACHABLE


class ConfigError(TerminalError):
    """A setting is wrong: the message names file, line and key and says what was expected."""

    def __init__(self, message: str, *, file: Path | None = None, line: int | None = None, key: str | None = None):
        self.file, self.line, self.key = file, line, key
        where = "".join(
            part
            for part in (
                str(file) if file else "",
                f":{line}" if line is not None else "",
                f" [{key}]" if key else "",
            )
        ).strip()
        super().__init__(f"{where}: {message}" if where else message)


class SourceRefused(TerminalError):
    """The other side said no: credentials or address are wrong."""

    exit_code = ExitCode.UNREACHABLE


class SourceContractBroken(TerminalError):
    """The other side answered, but not in the agreed shape."""

    exit_code = ExitCode.UNREACHABLE


class IncompleteLanding(TerminalError):
    """A side was not read to its end and must not go on partially."""

    exit_code = ExitCode.UNREACHABLE


class ValidationFailed(TerminalError):
    """A critical expectation failed; nothing was opened, closed or mailed."""

    exit_code = ExitCode.VALIDATION_STOPPED

    def __init__(self, message: str, *, failed: tuple[str, ...] = ()):
        self.failed = failed
        super().__init__(message)


class NullKey(TerminalError):
    """A staged row without a dossier code: `stage` is broken, do not compare."""

    exit_code = ExitCode.VALIDATION_STOPPED


class DamagedSnapshot(TerminalError):
    """A file of a snapshot cannot be read as `stage` writes it; the message names it."""

    exit_code = ExitCode.VALIDATION_STOPPED


class MigrationNeeded(TerminalError):
    """The warehouse has an older schema: `doisoat migrate` brings it up to date."""


class SourceUnavailable(TransientError):
    """The other side is down, slow or broken after our own retries."""


class WarehouseBusy(TransientError):
    """The warehouse is locked or cannot be reached."""


class EngineUnavailable(TransientError):
    """The engine a comparison is to run on does not answer; the message names its URL."""


class OutOfSpace(TransientError):
    """Memory or disk did not suffice; the message says which setting or folder helps. Nothing half-written stays."""


class MailNotAccepted(TransientError):
    """The mail server deferred the message or could not be reached."""
