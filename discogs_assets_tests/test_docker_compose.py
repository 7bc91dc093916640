"""`docker-compose.yml`: servers that only this machine reaches, as docs/exports.md says."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.exports_page import EXPORTS

COMPOSE = CHECKOUT / "docker-compose.yml"
VARIABLES = {
    "postgres": "POSTGRES_URL",
    "neo4j": "NEO4J_URI",
    "mongodb": "MONGODB_URL",
    "redis": "REDIS_URL",
}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text())["services"])


def test_it_has_every_server(services: dict[str, Any]) -> None:
    assert {*services} == {*VARIABLES, "sqlite"}
    for name, service in services.items():
        image, _, version = service["image"].partition(":")
        assert image, name
        assert version[0].isdigit(), name
        assert all(port.startswith("127.0.0.1:") for port in service["ports"]), name


def test_what_is_kept_is_declared(services: dict[str, Any]) -> None:
    declared = yaml.safe_load(COMPOSE.read_text())["volumes"]
    used = [one.partition(":")[0] for service in services.values() for one in service["volumes"]]
    assert {*declared} == {one for one in used if not one.startswith(".")}
    assert {*declared} == {*VARIABLES}


def in_readme(variable: str) -> str:
    [found] = re.findall(rf"^    export .*?{variable}=(\S+)", EXPORTS.read_text(), re.M)
    return str(found)


@pytest.mark.parametrize("name", VARIABLES)
def test_the_readme_says_where_it_is(services: dict[str, Any], name: str) -> None:
    url = urlsplit(in_readme(VARIABLES[name]))
    ports = [one.split(":")[1] for one in services[name]["ports"]]
    assert url.hostname == "127.0.0.1"
    assert str(url.port) in ports
    assert "healthcheck" in services[name]
    password = url.password or in_readme("NEO4J_PASSWORD")
    assert f":-{password}}}" in yaml.safe_dump(services[name])
