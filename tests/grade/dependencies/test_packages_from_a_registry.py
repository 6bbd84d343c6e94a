"""Packages from the one index that uv is configured for; here it is one on the loopback."""

from pathlib import Path

import pytest
import wheel_maker as make

from slopbench.errors import InfrastructureError, UsageError
from slopbench.grade.dependencies import resolve, uv
from slopbench.grade.dependencies.index import network_environment
from slopbench.grade.dependencies.provide import provide, require_test_packages
from slopbench.grade.dependencies.source import REGISTRY
from slopbench.sandbox.backends import pick_backend


@pytest.fixture(scope="module")
def bubblewrap():
    """One backend is enough: they don't differ in where packages come from."""
    return pick_backend("bubblewrap")


@pytest.fixture(autouse=True)
def _only_the_index_of_the_test(monkeypatch, tmp_path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(home / "none"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def provided(bubblewrap):
    def provided(requirements, *test_dependencies):
        asks = make.problem(*test_dependencies)
        return provide(asks, make.solution(requirements), bubblewrap, REGISTRY)

    return provided


def test_packages_come_from_the_configured_index(provided, wheels, monkeypatch) -> None:
    make.wheel(wheels, "remote", requires=("needed",))
    path = make.wheel(wheels, "needed")
    with make.index(wheels) as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        found = provided("remote\n")
    assert [package.name for package in found.packages] == ["needed", "remote"]
    assert found.packages[0].sha256 == make.sha256(path)
    assert found.record == "registry: 2 packages for the program; 0 packages for the tests"


def test_where_uv_knows_no_index_that_of_pip_is_asked(provided, wheels, monkeypatch) -> None:
    make.wheel(wheels, "pipped")
    with make.index(wheels) as address:
        settings = Path.home() / ".config" / "pip"
        settings.mkdir(parents=True)
        (settings / "pip.conf").write_text(f"[global]\nindex-url = {address}\n")
        monkeypatch.delenv("PIP_INDEX_URL", raising=False)
        assert provided("pipped\n").failure is None


def test_a_password_of_the_index_is_used_and_not_kept(
    provided, wheels, monkeypatch, own_state
) -> None:
    make.wheel(wheels, "locked")
    with make.index(wheels, password="pass-phrase-7") as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        found = provided("locked\n")
    assert found.failure is None
    for path in (own_state / "packages" / "resolved").rglob("*.json"):
        assert "pass-phrase-7" not in path.read_text()


def test_a_password_of_the_index_is_in_no_failure(provided, wheels, monkeypatch) -> None:
    make.wheel(wheels, "other")
    with make.index(wheels, broken=("locked-out",), password="pass-phrase-7") as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        for requirement in ("locked-out", "nowhere", "other>9"):
            failure = provided(f"{requirement}\n").failure
            assert failure and "pass-phrase-7" not in failure


def test_what_the_registry_does_not_have_is_the_solutions_failure(
    provided, wheels, monkeypatch
) -> None:
    make.wheel(wheels, "present")
    with make.index(wheels) as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        assert "absent" in provided("absent\n").failure


def test_a_registry_that_does_not_answer_is_the_machines_fault(provided, monkeypatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    with pytest.raises(InfrastructureError, match="registry doesn't answer"):
        provided("unreachable\n")


@pytest.mark.parametrize("status", [404, 503])
def test_a_wheel_that_can_not_be_fetched(provided, wheels, monkeypatch, status) -> None:
    """One that is gone is the solution's failure, a registry that fails the machine's fault."""
    path = make.wheel(wheels, f"fetched{status}")
    with make.index(wheels, file_status=status) as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        monkeypatch.setattr(resolve, "compiled", answering(resolve.compiled, path, address))
        if status == 404:
            assert "no more" in provided("fetched404\n").failure
            return
        with pytest.raises(InfrastructureError, match="can't be fetched"):
            provided("fetched503\n")


def answering(compiled, path, address):
    """uv as it answers from metadata that it has kept, without a look at the file."""

    def answer(requirements, market, folder, cache):
        name = path.name.partition("-")[0]
        url = f"{address.removesuffix('/simple')}/files/{path.name}"
        (folder / "pylock.toml").write_text(
            f'[[packages]]\nname = "{name}"\nversion = "1.0"\n'
            f'wheels = [{{ url = "{url}", hashes = {{ sha256 = "{make.sha256(path)}" }} }}]\n'
        )
        return uv.Ended(uv.SOLVED, "")

    return answer


def test_one_project_that_fails_on_a_registry_that_answers_is_the_solutions_failure(
    provided, wheels, monkeypatch
) -> None:
    with make.index(wheels, broken=("cursed",)) as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        assert "500" in provided("cursed\n").failure


def test_a_solution_can_name_no_other_index(provided, wheels, tmp_path, monkeypatch) -> None:
    make.wheel(tmp_path / "evil", "stolen")
    make.wheel(wheels, "present")
    with make.index(wheels) as address, make.index(tmp_path / "evil") as other:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        for line in (f"--index-url {other}", f"stolen --index-url {other}", f"stolen @ {other}"):
            assert "requirements.txt:1" in provided(f"{line}\nstolen\n").failure
        assert provided("stolen\n").program is None


def test_a_missing_package_of_the_tests_is_said_before_anything_runs(
    bubblewrap, wheels, monkeypatch
) -> None:
    make.wheel(wheels, "present")
    with make.index(wheels) as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", address)
        with pytest.raises(UsageError, match="judge"):
            require_test_packages([make.problem("judge")], bubblewrap, REGISTRY)


def test_uv_sees_the_settings_of_its_index_and_nothing_else_of_the_user() -> None:
    given = {
        "HOME": "/home/somebody",
        "UV_DEFAULT_INDEX": "https://index.example/simple",
        "UV_INDEX_CORP_PASSWORD": "x",
        "HTTPS_PROXY": "http://proxy.example",
        "UV_PYTHON": "/usr/bin/python9",
        "UV_BUILD_CONSTRAINT": "x",
        "SECRET_KEY": "x",
        "PYTHONPATH": "/tmp",
        "PIP_INDEX_URL": "https://other.example/simple",
        "PIP_CERT": "/certificates.pem",
    }
    assert network_environment(given) == {
        "HOME": "/home/somebody",
        "UV_DEFAULT_INDEX": "https://index.example/simple",
        "UV_INDEX_CORP_PASSWORD": "x",
        "HTTPS_PROXY": "http://proxy.example",
        "SSL_CERT_FILE": "/certificates.pem",
    }


def test_an_index_in_a_uv_toml_counts_more_than_that_of_pip(tmp_path) -> None:
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").write_text('[[index]]\nurl = "https://index.example"\n')
    given = {"XDG_CONFIG_HOME": str(tmp_path), "PIP_INDEX_URL": "https://other.example"}
    assert "UV_DEFAULT_INDEX" not in network_environment(given)


def test_an_interrupted_run_ends_uv(monkeypatch) -> None:
    wait = uv.waited

    def waited(process, seconds):
        uv.end_all()
        return wait(process, seconds)

    monkeypatch.setattr(uv, "waited", waited)
    with pytest.raises(InfrastructureError, match="interrupted"):
        uv.run_uv(["--version"], {})


def test_uv_that_finds_no_end_is_ended(monkeypatch, tmp_path) -> None:
    endless = tmp_path / "endless"
    endless.write_text("#!/bin/sh\nwhile :; do sleep 1; done\n")
    endless.chmod(0o755)
    monkeypatch.setattr(uv, "uv_binary", lambda: str(endless))
    with pytest.raises(InfrastructureError, match="no answer in 0 s"):
        uv.run_uv([], {}, seconds=0.2)
    assert not uv.running
