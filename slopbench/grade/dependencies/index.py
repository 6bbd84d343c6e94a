"""The one package index that uv is configured for, with the settings that reach it."""

import configparser
import os
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

PASSED = (
    "HOME",
    "PATH",
    "XDG_CONFIG_HOME",
    "XDG_CONFIG_DIRS",
    "NETRC",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("UV_CONFIG_FILE", "UV_SYSTEM_CERTS", "UV_NATIVE_TLS", "UV_INSECURE_HOST"),
    *("UV_HTTP_TIMEOUT", "UV_HTTP_RETRIES", "UV_KEYRING_PROVIDER", "UV_EXCLUDE_NEWER"),
)
INDEX_VARIABLES = (
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "UV_INDEX_URL",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_INDEX_STRATEGY",
)
INDEX_SETTINGS = ("index", "index-url", "extra-index-url", "find-links", "no-index")


def network_environment(given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables with which uv reaches its index; where it knows none, pip's settings stand in."""
    environment = {
        name: value
        for name, value in given.items()
        if name in (*PASSED, *INDEX_VARIABLES) or is_credential(name)
    }
    pip = pip_settings(given)
    if not knows_index(given) and "index-url" in pip:
        environment["UV_DEFAULT_INDEX"] = pip["index-url"]
    if not given.keys() & {"SSL_CERT_FILE", "SSL_CERT_DIR"} and "cert" in pip:
        environment["SSL_CERT_FILE"] = pip["cert"]
    return environment


def is_credential(name: str) -> bool:
    """Whether a variable holds uv's name or password for an index."""
    return name.startswith("UV_INDEX_") and name.endswith(("_USERNAME", "_PASSWORD"))


def knows_index(given: Mapping[str, str]) -> bool:
    """Whether uv is told of an index, by variables or by its files."""
    if given.keys() & set(INDEX_VARIABLES):
        return True
    return any(names_index(path) for path in uv_files(given))


def uv_files(given: Mapping[str, str]) -> Iterator[Path]:
    if "UV_CONFIG_FILE" in given:
        yield Path(given["UV_CONFIG_FILE"])
        return
    yield config_home(given) / "uv" / "uv.toml"
    for folder in given.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":"):
        yield Path(folder, "uv", "uv.toml")
    yield Path("/etc/uv/uv.toml")


def names_index(file: Path) -> bool:
    """Whether a uv.toml names an index. One that can't be read is left to uv's own complaint."""
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool({**settings, **settings.get("pip", {})}.keys() & set(INDEX_SETTINGS))


def pip_settings(given: Mapping[str, str]) -> dict[str, str]:
    """pip's `index-url` and `cert`, as far as they are set; the variables count most."""
    found: dict[str, str] = {}
    for file in pip_files(given):
        reader = configparser.RawConfigParser()
        try:
            reader.read(file, encoding="utf-8")
        except (OSError, ValueError, configparser.Error):
            continue
        for section in ("global", "install"):
            found |= dict(reader[section]) if section in reader else {}
    found |= {
        name: given[variable]
        for name, variable in (("index-url", "PIP_INDEX_URL"), ("cert", "PIP_CERT"))
        if given.get(variable)
    }
    return {name: found[name] for name in ("index-url", "cert") if found.get(name)}


def pip_files(given: Mapping[str, str]) -> Iterator[Path]:
    """Where pip looks for settings, from what counts least."""
    for folder in reversed(given.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")):
        yield Path(folder, "pip", "pip.conf")
    yield Path("/etc/pip.conf")
    yield Path(given.get("HOME", "/"), ".pip", "pip.conf")
    yield config_home(given) / "pip" / "pip.conf"
    yield Path(sys.prefix, "pip.conf")
    if "PIP_CONFIG_FILE" in given:
        yield Path(given["PIP_CONFIG_FILE"])


def config_home(given: Mapping[str, str]) -> Path:
    return Path(given.get("XDG_CONFIG_HOME") or Path(given.get("HOME", "/"), ".config"))
