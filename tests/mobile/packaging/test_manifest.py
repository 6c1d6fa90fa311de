"""The manifest as the packager's template and our hook make it: nothing open that need not be."""

import sys
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from mobile.core.pairing import read_link
from mobile.packaging import manifest, names, spec
from mobile.packaging.manifest import ANDROID, PACKAGE
from shared import texts
from tests.mobile.packaging.compiling import mentioned_resources, resource_names

SPEC = spec.read()
TEMPLATE = "bootstraps/_sdl_common/build/templates/AndroidManifest.tmpl.xml"
RENDERED = Path(__file__).with_name("rendered-2026.5.9.xml").read_text("utf-8")


def rendered() -> str:
    """What the packager makes of its template with our settings."""
    packager = pytest.importorskip("pythonforandroid", reason="python-for-android is not installed")
    from jinja2 import Environment, FileSystemLoader

    folder = Path(packager.__file__).parent
    path = folder / TEMPLATE
    given = {
        "numeric_version": "102400100",
        "version": SPEC.values["version"],
        "min_sdk_version": int(SPEC.values["android.minapi"]),
        "permissions": [
            {"name": f"android.permission.{name}"} for name in SPEC.list("android.permissions")
        ],
        "wakelock": False,
        "billing_pubkey": "",
        "extra_manifest_xml": "",
        "extra_manifest_application_arguments": "",
        "allow_backup": SPEC.values["android.allow_backup"].lower(),
        "backup_rules": "",
        "android_apptheme": "@android:style/Theme.NoTitleBar",
        "window": True,
        "android_used_libs": [],
        "meta_data": [],
        "android_entrypoint": SPEC.values["android.entrypoint"],
        "manifest_orientation": SPEC.values["orientation"],
        "activity_launch_mode": SPEC.values["android.manifest.launch_mode"],
        "launcher": False,
        "home_app": False,
        "intent_filters": "",
        "service_class_name": SPEC.values["android.service_class_name"],
        "package": PACKAGE,
        "add_activity": [],
    }
    name, *_, option = SPEC.values["services"].split(":")
    environment = Environment(loader=FileSystemLoader(path.parent), autoescape=False)
    return environment.get_template(path.name).render(
        args=SimpleNamespace(**given),
        service=False,
        service_data=[(name, option.partition("=")[2])],
        android_api=SPEC.values["android.api"],
        debug=False,
        native_services=[],
        url_scheme="kivy",
    )


def shape(xml: str) -> list[tuple[str, dict[str, str]]]:
    return [(part.tag, dict(part.attrib)) for part in ElementTree.fromstring(xml).iter()]


def test_the_rendered_template_that_lies_here_is_the_packagers() -> None:
    assert shape(rendered()) == shape(RENDERED)


FINISHED = manifest.finished(RENDERED)
ROOT = ElementTree.fromstring(FINISHED)


def of(part: ElementTree.Element | None, name: str) -> str | None:
    assert part is not None
    return part.get(f"{{{ANDROID}}}{name}")


def components() -> dict[str, ElementTree.Element]:
    kinds = ("activity", "activity-alias", "service", "receiver", "provider")
    application = ROOT.find("application")
    assert application is not None
    return {str(of(part, "name")): part for part in application if part.tag in kinds}


def test_the_permissions_are_those_of_the_settings() -> None:
    asked = {str(of(part, "name")) for part in ROOT.findall("uses-permission")}
    assert asked == {f"android.permission.{name}" for name in SPEC.list("android.permissions")}


def test_nothing_is_backed_up_sent_in_clear_or_open_to_a_debugger() -> None:
    application = ROOT.find("application")
    assert of(application, "allowBackup") == "false"
    assert of(application, "fullBackupContent") == "false"
    assert of(application, "dataExtractionRules") == "@xml/nothing"
    assert of(application, "usesCleartextTraffic") == "false"
    assert of(application, "debuggable") is None
    rules = ElementTree.parse(spec.FOLDER / "resources/xml/nothing.xml").getroot()
    left_out = {(part.tag, one.get("domain")) for part in rules for one in part}
    domains = ("root", "file", "database", "sharedpref", "external")
    both = ("cloud-backup", "device-transfer")
    assert left_out == {(part, domain) for part in both for domain in domains}


def test_every_component_is_ours_and_only_what_must_be_is_open() -> None:
    found = {
        name.removeprefix(PACKAGE): of(part, "exported") for name, part in components().items()
    }
    assert found == {
        ".Front": "true",
        ".Link": "true",
        ".ServiceMemory": "false",
        ".Starts": "false",
        ".Widget": "false",
        ".Tile": "true",
    }
    guarded = "android.permission.BIND_QUICK_SETTINGS_TILE"
    assert of(components()[f"{PACKAGE}.Tile"], "permission") == guarded


def test_every_component_is_a_class_of_ours_or_made_of_one() -> None:
    folder = spec.FOLDER / "java" / PACKAGE.replace(".", "/")
    written = {f"{PACKAGE}.{path.stem}" for path in folder.glob("*.java")}
    made = {f"{PACKAGE}.ServiceMemory"}  # the packager writes it, as a child of `Keeper`
    for name, part in components().items():
        assert (of(part, "targetActivity") or name) in written | made, part.tag


def test_what_android_shows_is_the_neutral_name() -> None:
    labels = {of(part, "label") for part in ROOT.iter() if of(part, "label")}
    assert labels == {"@string/guard_name", "@string/guard_tap"}


def test_a_pairing_code_opens_the_window_and_no_other_link_does() -> None:
    data = [dict(part.attrib) for part in components()[f"{PACKAGE}.Link"].iter("data")]
    assert data == [{f"{{{ANDROID}}}scheme": "candlewire", f"{{{ANDROID}}}host": "pair"}]
    assert read_link("candlewire://pair?server=https%3A%2F%2Falerts.example.org&code=K7P")
    assert [part.tag for part in ROOT.iter("data")] == ["data"]
    assert "BROWSABLE" not in FINISHED


def test_the_window_is_no_recent_app() -> None:
    assert of(components()[f"{PACKAGE}.Front"], "excludeFromRecents") == "true"


def test_the_guard_says_what_it_is_for_to_android() -> None:
    service = components()[f"{PACKAGE}.ServiceMemory"]
    assert of(service, "foregroundServiceType") == "location|specialUse"
    kept = {of(part, "name"): of(part, "value") for part in service.findall("property")}
    assert kept == {"android.app.PROPERTY_SPECIAL_USE_FGS_SUBTYPE": manifest.WHY_SPECIAL}


def test_the_guard_stands_up_after_a_reboot_and_an_update() -> None:
    actions = {of(one, "name") for one in components()[f"{PACKAGE}.Starts"].iter("action")}
    assert actions == {
        "android.intent.action.BOOT_COMPLETED",
        "android.intent.action.MY_PACKAGE_REPLACED",
    }


def test_every_resource_that_the_manifest_names_is_there(tmp_path: Path) -> None:
    ours = resource_names(tmp_path).read_text("utf-8")
    for resource in mentioned_resources(FINISHED) - {"@mipmap/icon", "@style/KivySupportCutout"}:
        assert f" {resource.partition('/')[2]} =" in ours, resource


def test_a_manifest_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="no service"):
        manifest.finished(RENDERED.replace("ServiceMemory", "ServiceOther"))
    with pytest.raises(ValueError, match="no application"):
        manifest.finished("<manifest />")


def test_the_hook_finishes_the_project_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "path", list(sys.path))
    from mobile.packaging import hook

    (tmp_path / "src/main/res").mkdir(parents=True)
    (tmp_path / "src/main/AndroidManifest.xml").write_text(RENDERED, "utf-8")
    monkeypatch.chdir(tmp_path)
    hook.before_apk_assemble(None)
    assert (tmp_path / "src/main/AndroidManifest.xml").read_text("utf-8") == FINISHED
    written = {path.parent.name for path in (tmp_path / "src/main/res").glob("*/guard.xml")}
    assert written == {"values", *(f"values-{one}" for one in texts.LOCALES if one != "en")}


@pytest.mark.parametrize(("path", "content"), list(names.files()), ids=lambda one: str(one)[:12])
def test_androids_words_are_those_of_the_catalogue(path: Path, content: str) -> None:
    locale = path.parent.name.removeprefix("values").removeprefix("-") or "en"
    said = {
        one.get("name"): str(one.text).replace("\\'", "'")
        for one in ElementTree.fromstring(content).findall("string")
    }
    words = texts.strings("guard", locale)
    assert said == {key.replace(".", "_"): text for key, text in words.items()}
