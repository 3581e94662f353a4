"""What the code needs is what the deployments give: settings, processes, queues, commands."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from contracts import CATALOGUE
from kernel.consume.hear import Hear
from kernel.running import settings_class
from kernel.settings import Settings, declared
from kernel.topology import FLOWS
from ops.grants.broker_rights import OPERATORS, PROCESSES, SERVICES
from ops.grants.logins import login
from ops.grants.settings import BROKER, DATABASE, AdminSettings, variable

ROOT = Path(__file__).resolve().parents[3]
BESIDE = ("bridge", "webhooks", "relay")  # plain processes
K8S = ROOT / "deploy" / "k8s"
OF_ONE_PROCESS = {"AMQP_URI", "MONGODB_URI"}  # each process has its own
FOR_TESTS_ONLY = {"RETRY_RUNGS"}


def settings() -> set[str]:
    found = {s.variable for name in SERVICES for s in declared(settings_class(f"services.{name}"))}
    return found - FOR_TESTS_ONLY


def must_be_given() -> set[str]:
    return {
        setting.variable
        for name in SERVICES
        for setting in declared(settings_class(f"services.{name}"))
        if setting.required
    } - OF_ONE_PROCESS | {"STAFF_TOKEN", "CASEWORKER_TOKEN", "STAFF_TOKENS", "VAULT_KEY", "BIND",
         "METRICS_BIND"}


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return loaded


def manifests() -> list[Path]:
    return [path for path in sorted((K8S / "base").glob("*.yaml")) if path.stem in
            {*SERVICES, *BESIDE, "setup", "settings", "network", "namespace"}]


def test_compose_and_kubernetes_give_every_setting_that_must_be_given() -> None:
    in_compose = set(compose()["x-settings"])
    text = "".join(path.read_text("utf-8") for path in (K8S / "base").glob("*.yaml"))
    assert must_be_given() <= in_compose
    assert {name for name in must_be_given() if name not in text} == set()


def test_every_process_comes_to_broker_and_database_as_itself() -> None:
    """The same URIs that the set-up makes the users from."""
    services = compose()["services"]
    made = services["setup"]["environment"]
    for process in PROCESSES:
        given = services["setup" if process == OPERATORS else process]["environment"]
        for server, name in ((BROKER, "AMQP_URI"), (DATABASE, "MONGODB_URI")):
            plain = re.sub(r":\?[^}]*in \.env", "", given[name])
            assert login(plain).user == process
            assert made[variable(process, server)] == plain
    for process, files in {name: [f"{name}.yaml"] for name in PROCESSES[:-1]}.items():
        text = "".join((K8S / "base" / file).read_text("utf-8") for file in files)
        own = {f"{{name: xiangxin-{process}, key: {key}-uri}}" for key in ("amqp", "mongodb")}
        assert set(re.findall(r"secretKeyRef: ({name: [a-z-]+, key: [a-z]+-uri})", text)) == own


def test_the_set_up_is_given_all_that_users_are_made_from() -> None:
    needed = {s.variable for s in declared(AdminSettings)} - {
        s.variable for s in declared(Settings)}
    text = (K8S / "base" / "setup.yaml").read_text("utf-8")
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    assert needed <= set(compose()["services"]["setup"]["environment"])
    assert needed == {name for name in needed if f"name: {name}\n" in text and f"`{name}`" in page}


def test_the_operators_page_explains_every_setting() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    assert {name for name in settings() if f"`{name}`" not in page} == set()


def test_compose_runs_every_service_the_relay_and_the_set_up() -> None:
    assert {*SERVICES, *BESIDE, "setup", "broker", "database"} == set(compose()["services"])


@pytest.mark.parametrize("path", manifests(), ids=lambda path: str(path.name))
def test_a_manifest_is_valid(path: Path) -> None:
    for document in yaml.safe_load_all(path.read_text("utf-8")):
        kubernetes_validate.validate(document, "1.31", strict=True)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on this machine")
@pytest.mark.parametrize("folder", ["base", "overlays/production", "overlays/one-node"])
def test_what_kustomize_renders_is_valid_and_restricted(folder: str) -> None:
    rendered = subprocess.run(
        ["kubectl", "kustomize", str(K8S / folder)], capture_output=True, check=True, text=True
    ).stdout
    documents = list(yaml.safe_load_all(rendered))
    for document in documents:
        kubernetes_validate.validate(document, "1.31", strict=True)
    pods = [d["spec"]["template"]["spec"] for d in documents if d["kind"] in {"Deployment", "Job"}]
    assert len(pods) == 14
    for pod in pods:
        [container] = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"]
        assert {"AMQP_URI", "MONGODB_URI"} <= {entry["name"] for entry in container["env"]}


def test_every_fact_has_a_queue_that_wants_it() -> None:
    """Also beside the bridge's, which takes what is public: a fact that none of us wants says
    nothing that anybody acts on."""
    wanted = {key for flow in FLOWS.values() for key in flow.facts if flow.service != "bridge"}
    assert wanted == set(CATALOGUE)


def test_private_facts_and_public_ones_do_not_share_a_queue() -> None:
    mixed = [
        flow.queue
        for flow in FLOWS.values()
        if {CATALOGUE[key].private for key in flow.facts} != {flow.private}
    ]
    assert not mixed


def heard_queues(service: str) -> set[str]:
    """The queues that the entrypoints of the service's `Facts` hear."""
    facts = getattr(import_module(f"services.{service}.service"), "Facts", None)
    entrypoints = [
        entrypoint
        for method in vars(facts or object).values()
        for entrypoint in getattr(method, "nameko_entrypoints", ())
    ]
    return {entrypoint.flow.queue for entrypoint in entrypoints if isinstance(entrypoint, Hear)}


def test_every_queue_is_heard_by_its_service() -> None:
    for service in SERVICES:
        assert heard_queues(service) == {q for q in FLOWS if q.split(".")[0] == service}


def test_the_commands_of_the_readme_exist() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", text)) <= targets
    linked = re.findall(r"\]\(([^)#]+)\)", text)
    assert [link for link in linked if "://" not in link and not (ROOT / link).exists()] == []
