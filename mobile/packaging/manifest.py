"""What the packager's manifest lacks: receivers, keys to tap, and that nothing is kept outside.

A pure function, so that a test renders the packager's own template and reads the result.
"""

from typing import Final
from xml.etree import ElementTree

PACKAGE: Final = "org.handysums.calculator"
ANDROID: Final = "http://schemas.android.com/apk/res/android"
APPLICATION: Final = {
    "label": "@string/guard_name",
    "allowBackup": "false",
    "fullBackupContent": "false",
    "dataExtractionRules": "@xml/nothing",
    "networkSecurityConfig": "@xml/network",
    "usesCleartextTraffic": "false",
}
WHY_SPECIAL: Final = "Sends an alert that its owner raised, where no place may be asked for"

# Everything that other programs may start, and what each is guarded by. A pairing code comes from
# a camera, not from a page: without the category BROWSABLE no browser opens the link.
COMPONENTS: Final = """
<parts xmlns:android="http://schemas.android.com/apk/res/android">
  <activity-alias android:name=".Link" android:targetActivity=".Front"
      android:enabled="true" android:exported="true">
    <intent-filter>
      <action android:name="android.intent.action.VIEW" />
      <category android:name="android.intent.category.DEFAULT" />
      <data android:scheme="candlewire" android:host="pair" />
    </intent-filter>
  </activity-alias>
  <receiver android:name=".Starts" android:exported="false">
    <intent-filter>
      <action android:name="android.intent.action.BOOT_COMPLETED" />
      <action android:name="android.intent.action.MY_PACKAGE_REPLACED" />
    </intent-filter>
  </receiver>
  <receiver android:name=".Widget" android:label="@string/guard_tap"
      android:enabled="false" android:exported="false">
    <intent-filter>
      <action android:name="android.appwidget.action.APPWIDGET_UPDATE" />
    </intent-filter>
    <meta-data android:name="android.appwidget.provider" android:resource="@xml/widget" />
  </receiver>
  <service android:name=".Tile" android:label="@string/guard_tap" android:icon="@drawable/sum"
      android:permission="android.permission.BIND_QUICK_SETTINGS_TILE"
      android:enabled="false" android:exported="true">
    <intent-filter>
      <action android:name="android.service.quicksettings.action.QS_TILE" />
    </intent-filter>
  </service>
</parts>
"""


def finished(rendered: str, package: str = PACKAGE) -> str:
    """The packager's manifest with ours in it."""
    ElementTree.register_namespace("android", ANDROID)
    root = ElementTree.fromstring(rendered)  # noqa: S314 - the packager wrote it a moment ago
    application = root.find("application")
    if application is None:
        raise ValueError("the packager's manifest has no application")
    for name, value in APPLICATION.items():
        application.set(_name(name), value)
    _out_of_sight(application, f"{package}.Front")
    _why_special(application, f"{package}.ServiceMemory")
    for part in ElementTree.fromstring(COMPONENTS):  # noqa: S314 - it stands above
        for key in ("name", "targetActivity"):
            if short := part.get(_name(key)):
                part.set(_name(key), package + short)
        application.append(part)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _out_of_sight(application: ElementTree.Element, name: str) -> None:
    window = _named(application, "activity", name)
    window.set(_name("excludeFromRecents"), "true")
    window.set(_name("label"), "@string/guard_name")


def _why_special(application: ElementTree.Element, name: str) -> None:
    service = _named(application, "service", name)
    service.set(_name("exported"), "false")
    ElementTree.SubElement(
        service,
        "property",
        {
            _name("name"): "android.app.PROPERTY_SPECIAL_USE_FGS_SUBTYPE",
            _name("value"): WHY_SPECIAL,
        },
    )


def _named(application: ElementTree.Element, kind: str, name: str) -> ElementTree.Element:
    for part in application.findall(kind):
        if part.get(_name("name")) == name:
            return part
    raise ValueError(f"the packager's manifest has no {kind} {name}")


def _name(attribute: str) -> str:
    return f"{{{ANDROID}}}{attribute}"
