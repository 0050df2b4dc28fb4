"""Reads the machine's own apt sources: which archive mirror, which suite, which keyring."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from callcenter.telephony.asterisk.provision.paths import ProvisionError

DEBIAN_SUITE = "forky"
"""The Debian suite that carries Asterisk 22; Debian 12 and 13 themselves have none."""

_DEBIAN_RELEASES = {
    "oldstable",
    "stable",
    "testing",
    "sid",
    "unstable",
    "bookworm",
    "trixie",
    "forky",
    "duke",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One line of apt's sources: an archive, one of its suites, and the components taken from it."""

    uri: str
    suite: str
    components: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive to fetch from: sources to write down and the keyrings that sign it."""

    distribution: str
    suite: str
    lines: tuple[str, ...]


def parse_list(text: str) -> list[Source]:
    """Sources of a one-line-style ``.list`` file; comments, ``deb-src`` and options are left out."""
    found = []
    for raw in text.splitlines():
        words = raw.split("#", 1)[0].replace("[", " [ ").replace("]", " ] ").split()
        if not words or words[0] != "deb":
            continue
        rest = words[1:]
        if rest and rest[0] == "[":
            rest = rest[rest.index("]") + 1 :] if "]" in rest else []
        if len(rest) >= 2:
            found.append(Source(rest[0].rstrip("/"), rest[1], tuple(rest[2:])))
    return found


def parse_deb822(text: str) -> list[Source]:
    """Sources of a deb822 ``.sources`` file; disabled stanzas and ``deb-src`` are left out."""
    found = []
    for stanza in _stanzas(text):
        if "deb" not in stanza.get("types", "").split() or stanza.get("enabled", "yes").lower() in (
            "no",
            "false",
        ):
            continue
        components = tuple(stanza.get("components", "").split())
        found += [
            Source(uri.rstrip("/"), suite, components)
            for uri in stanza.get("uris", "").split()
            for suite in stanza.get("suites", "").split()
        ]
    return found


def _stanzas(text: str) -> list[dict[str, str]]:
    stanzas: list[dict[str, str]] = [{}]
    key = ""
    for raw in text.splitlines():
        if raw.startswith("#"):
            continue
        if not raw.strip():
            stanzas.append({})
        elif raw[0].isspace():
            stanzas[-1][key] = stanzas[-1].get(key, "") + " " + raw.strip()
        elif ":" in raw:
            key, value = (part.strip() for part in raw.split(":", 1))
            key = key.lower()
            stanzas[-1][key] = value
    return stanzas


def machine_sources(etc_apt: Path = Path("/etc/apt")) -> list[Source]:
    """Every enabled binary source of the machine, in apt's reading order."""
    found: list[Source] = []
    parts = etc_apt / "sources.list.d"
    files = [etc_apt / "sources.list", *sorted(parts.glob("*.list")), *sorted(parts.glob("*.sources"))]
    for file in files:
        if file.is_file():
            parse = parse_deb822 if file.suffix == ".sources" else parse_list
            found += parse(file.read_text(encoding="utf-8", errors="replace"))
    return found


def os_release(file: Path = Path("/etc/os-release")) -> dict[str, str]:
    """The machine's ``os-release`` as a mapping; empty where there is none."""
    if not file.is_file():
        return {}
    pairs = (line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {key: value.strip().strip('"') for key, value in pairs}


def choose_archive(
    sources: list[Source], release: dict[str, str], keyrings: Path = Path("/usr/share/keyrings")
) -> Archive:
    """The archive of this machine that carries Asterisk.

    Debian (and its derivatives that use Debian's archive): suite forky from the machine's own mirror.
    Ubuntu: the machine's own release, with its universe. Raises ProvisionError when neither fits.
    """
    names = {release.get("ID", ""), *release.get("ID_LIKE", "").split()}
    if "ubuntu" in names:
        return _ubuntu(sources, release, keyrings)
    if "debian" in names:
        return _debian(sources, keyrings)
    raise ProvisionError(
        f"Only Debian and Ubuntu archives are known here, and this machine is {release.get('ID') or 'neither'}: "
        "install Asterisk 20 or newer with the system's own tools, or name a PBX elsewhere by its ARI address."
    )


def _debian(sources: list[Source], keyrings: Path) -> Archive:
    keys = _keyrings(keyrings, "debian-archive-", "debian-archive-keyring")
    for source in sources:
        if source.suite in _DEBIAN_RELEASES and "main" in source.components and _fetchable(source):
            return Archive("debian", DEBIAN_SUITE, (_line(source.uri, DEBIAN_SUITE, ("main",), keys),))
    raise ProvisionError(
        "No Debian mirror stands in the machine's apt sources (sources.list, sources.list.d): add one, "
        "or install Asterisk 20 or newer yourself."
    )


def _ubuntu(sources: list[Source], release: dict[str, str], keyrings: Path) -> Archive:
    codename = release.get("UBUNTU_CODENAME") or release.get("VERSION_CODENAME", "")
    keys = _keyrings(keyrings, "ubuntu-archive-", "ubuntu-keyring")
    suites = (codename, f"{codename}-updates", f"{codename}-security")
    lines = tuple(
        dict.fromkeys(
            _line(source.uri, source.suite, ("main", "universe"), keys)
            for source in sources
            if source.suite in suites and "main" in source.components and _fetchable(source)
        )
    )
    if not lines:
        raise ProvisionError(f"No Ubuntu archive for {codename or 'this release'} stands in the machine's apt sources.")
    return Archive("ubuntu", codename, lines)


def _fetchable(source: Source) -> bool:
    return not source.uri.startswith("cdrom:")


def _keyrings(folder: Path, prefix: str, package: str) -> list[Path]:
    found = [
        file
        for file in sorted(folder.glob(f"{prefix}*"))
        if file.suffix in (".gpg", ".pgp", ".asc") and "removed" not in file.name
    ]
    if not found:
        raise ProvisionError(f"The archive's keys are missing in {folder}: install the package {package}.")
    return sorted(found, key=lambda file: "keyring" not in file.name)


def _line(uri: str, suite: str, components: tuple[str, ...], keys: list[Path]) -> str:
    if uri.startswith("file:"):
        # From a local mirror apt would use packages where they lie; copy: brings them into our cache as from a far one.
        uri = f"copy:{uri.removeprefix('file:')}"
    signed = ",".join(str(key) for key in keys)
    return f"deb [signed-by={signed}] {uri} {suite} {' '.join(components)}"
