"""Tests deploy/, docker-compose.yml and the Dockerfile by the schemas and linters of those who read them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from compose_spec import PyCompose

from config.celery import OUTBOX_WORKER, WORKER
from config.embedded.paths import PROJECT
from waymark.command import PROCESSES

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
KUBERNETES = PROJECT / "deploy" / "kubernetes"
UNITS = PROJECT / "deploy" / "systemd"
EXAMPLE = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.MULTILINE))
OF_THE_IMAGE = {"WAYMARK_HOME", "DJANGO_SETTINGS_MODULE"}


def documents() -> Iterator[dict[str, Any]]:
    """Yields what the manifests describe, but for the list of files that kustomize reads."""
    for path in sorted(KUBERNETES.glob("*.yaml")):
        if path.name != "kustomization.yaml":
            yield from yaml.safe_load_all(path.read_text())


def of_kind(*kinds: str) -> dict[str, dict[str, Any]]:
    return {document["metadata"]["name"]: document for document in documents() if document["kind"] in kinds}


def pods() -> dict[str, dict[str, Any]]:
    return {name: document["spec"]["template"]["spec"] for name, document in of_kind("Deployment", "Job").items()}


@pytest.mark.slow
def test_manifests_are_valid_for_kubernetes() -> None:
    for document in documents():
        assert kubernetes_validate.validate(document, "1.37", strict=True)


def test_kustomize_names_every_manifest_but_the_job_and_the_secret() -> None:
    listed = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"]

    left_out = {"migrate.yaml", "secret.example.yaml", "kustomization.yaml"}
    assert {*listed, *left_out} == {path.name for path in KUBERNETES.glob("*.yaml")}
    for name in listed:
        assert "kind: Secret" not in (KUBERNETES / name).read_text(), "it would replace the real one at each apply"


def test_there_is_a_deployment_for_each_process() -> None:
    commands = {name: pod["containers"][0]["args"] for name, pod in pods().items()}

    assert commands.pop("waymark-migrate") == ["waymark", "manage", "migrate", "--noinput"]
    assert {name: command[:3] for name, command in commands.items()} == {
        f"waymark-{name}": ["waymark", "run", name] for name in PROCESSES
    }
    assert of_kind("Deployment")["waymark-beat"]["spec"]["strategy"] == {"type": "Recreate"}


def test_no_pod_has_rights_or_writes_to_its_root() -> None:
    for name, pod in pods().items():
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"], name
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert container["resources"]["limits"].keys() == {"memory"}


def test_selectors_find_the_pods_that_they_mean() -> None:
    labels = {name: d["spec"]["template"]["metadata"]["labels"] for name, d in of_kind("Deployment").items()}

    for name, service in of_kind("Service").items():
        assert service["spec"]["selector"] == labels[name]
    for name, budget in of_kind("PodDisruptionBudget").items():
        assert budget["spec"]["selector"]["matchLabels"] == labels[name]
    for scaler in of_kind("HorizontalPodAutoscaler").values():
        assert scaler["spec"]["scaleTargetRef"]["name"] in labels
    for ingress in of_kind("Ingress").values():
        for path in ingress["spec"]["rules"][0]["http"]["paths"]:
            assert path["backend"]["service"]["name"] in of_kind("Service")


def test_web_has_the_time_that_it_needs_to_stop() -> None:
    from config.pages import FINISH_SECONDS  # imports granian, which no other test here needs

    command = PROCESSES["web"]
    needed = float(command[command.index("--drain") + 1]) + FINISH_SECONDS

    assert pods()["waymark-web"]["terminationGracePeriodSeconds"] > needed
    assert int(COMPOSE["services"]["web"]["stop_grace_period"].removesuffix("s")) > needed
    assert "TimeoutStopSec=45" in (UNITS / "waymark-web.service").read_text()


def test_every_variable_that_is_named_is_in_the_example() -> None:
    named = {name for document in of_kind("ConfigMap").values() for name in document["data"]}
    named |= {name for document in of_kind("Secret").values() for name in document["stringData"]}
    for service in COMPOSE["services"].values():
        named |= set(service.get("environment", {})) if service.get("image") in ("waymark", "caddy:2") else set()
    named |= set(re.findall(r"\{?\$\{?([A-Z_]+)", (PROJECT / "docker-compose.yml").read_text()))
    named |= set(re.findall(r"\{\$([A-Z_]+)", (PROJECT / "deploy" / "Caddyfile").read_text()))
    for path in UNITS.glob("*.service"):
        named |= set(re.findall(r"^Environment=\"?([A-Z_]+)", path.read_text(), re.MULTILINE))

    assert named - EXAMPLE - OF_THE_IMAGE - {"HOSTNAME"} == set()
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL", "ALLOWED_HOSTS"} <= named


def test_compose_is_valid_by_its_specification() -> None:
    compose = PyCompose.from_yaml(yaml.safe_dump(COMPOSE))  # with the merged keys of YAML written out

    compose.validate()
    assert set(compose.service_names()) == set(COMPOSE["services"])


def test_services_of_compose_have_no_rights_and_a_root_that_cannot_be_written_to() -> None:
    for name in ("migrate", *PROCESSES):
        service = COMPOSE["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert name in ("migrate", "web") or service["command"] == ["waymark", "run", name]


def test_both_workers_run_as_in_the_demo() -> None:
    assert PROCESSES["worker"][: 3 + len(WORKER)] == ("celery", "-A", "config.celery", *WORKER)
    assert PROCESSES["outbox"] == ("celery", "-A", "config.celery", *OUTBOX_WORKER)


def test_the_dockerfile_passes_its_linter() -> None:
    program = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([program, PROJECT / "Dockerfile"], capture_output=True, text=True, check=False)

    assert done.stdout + done.stderr == ""


def test_the_image_is_made_from_the_wheel_and_runs_without_root() -> None:
    last = (PROJECT / "Dockerfile").read_text().rpartition("FROM ")[2]

    assert "COPY --from=wheel /venv /venv" in last
    assert not re.search(r"^COPY (?!--from)", last, re.MULTILINE), "no source beside the wheel"
    assert re.search(r"^USER 10001", last, re.MULTILINE)
    assert 'CMD ["waymark", "run", "web"]' in last
    assert {".git", ".env", "var"} <= set((PROJECT / ".dockerignore").read_text().split())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_units_are_valid_for_systemd(tmp_path: Path) -> None:
    assert {path.stem for path in UNITS.glob("*.service")} == {f"waymark-{name}" for name in PROCESSES}
    for path in UNITS.iterdir():
        unit = path.read_text()
        if path.suffix == ".service":
            assert f"ExecStart=/opt/waymark/bin/waymark run {path.stem.removeprefix('waymark-')}\n" in unit
        (tmp_path / path.name).write_text(unit.replace("/opt/waymark/bin/waymark", shutil.which("true") or "/bin/true"))
    files = sorted(tmp_path.iterdir())

    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)

    lines = [line for line in done.stderr.splitlines() if "waymark" in line]
    assert lines == []
