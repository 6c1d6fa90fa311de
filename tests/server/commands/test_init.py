"""From nothing to a server that `serve` accepts, and never over what is there."""

import stat

from server.commands import recovery
from server.vault import Ring
from tests.server.commands.operating import PASSWORD, Operator


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_is_there_afterwards_and_its_owners_alone(operator: Operator):
    operator.init()
    assert mode(operator.key_file) == 0o600
    assert mode(operator.folder / "recovery") == 0o600
    assert mode(operator.database) == 0o600
    listed = operator.done("people", "list").splitlines()
    assert [line.split("\t")[0] for line in listed] == ["office", "staff"]
    assert listed[1].endswith("Hub\tadministrator\tactive")


def test_a_second_run_changes_nothing(server: Operator):
    before = server.key_file.read_bytes(), server.database.read_bytes()
    assert "set up already" in server.done("init")
    assert (server.key_file.read_bytes(), server.database.read_bytes()) == before


def test_a_ring_that_was_made_before_is_kept(operator: Operator):
    Ring.new().save(operator.key_file)
    before = operator.key_file.read_bytes()
    operator.init()
    assert operator.key_file.read_bytes() == before


def test_no_new_ring_for_a_database_that_has_one(server: Operator):
    server.key_file.rename(server.folder / "elsewhere")
    assert "Put it back" in server.refused("init")
    assert not server.key_file.exists()


def test_no_ring_inside_the_data_folder(operator: Operator):
    operator.settings["KEY_FILE"] = str(operator.folder / "data" / "ring.json")
    assert "one stolen disk" in operator.refused("init", "--office", "Hub")
    assert not (operator.folder / "data" / "ring.json").exists()


def test_a_short_password_is_refused_and_nothing_is_stored(operator: Operator):
    who = ["--office", "Hub", "--name", "Ada", "--email", "ada@hub.example"]
    assert "12 characters" in operator.refused("init", *who, "--password-stdin", stdin="short")
    assert not operator.database.exists()
    operator.init()
    assert operator.database.exists()


def test_without_answers_it_names_the_option(operator: Operator):
    assert "--office" in operator.refused("init")


def test_the_recovery_key_is_asked_back(operator: Operator, monkeypatch):
    shown: list[str] = []
    answers = iter(["not it", "SHOWN"])

    def answer(_question: str) -> str:
        given = next(answers)
        return shown[0].lower().replace("-", " ") if given == "SHOWN" else given

    made = recovery.new

    def new() -> str:
        shown.append(made())
        return shown[0]

    monkeypatch.setattr(recovery, "new", new)
    monkeypatch.setattr("builtins.input", answer)
    who = ["--office", "Hub", "--name", "Ada", "--email", "ada@hub.example"]
    said = operator.run("init", *who, "--password-stdin", stdin=PASSWORD)
    assert said.status == 0
    assert shown[0] in said.out
    assert said.err == "That is not it.\n"
    assert next(answers, None) is None


def test_the_settings_are_written_where_asked_and_nothing_is_written_over(operator: Operator):
    operator.init()
    operator.done("init", "--env", ".env")
    written = (operator.folder / ".env").read_text()
    assert f"CANDLEWIRE_KEY_FILE={operator.key_file}\n" in written
    assert mode(operator.folder / ".env") == 0o600
    assert "exists" in operator.refused("init", "--env", ".env")


def test_a_recovery_key_survives_the_pen(operator: Operator):
    key = recovery.new()
    assert recovery.pair_of(key.lower().replace("-", " ")) == recovery.pair_of(key)
    assert recovery.pair_of(key.replace("O", "0").replace("I", "1")) == recovery.pair_of(key)
    for place, letter in enumerate(key):
        wrong = key[:place] + ("A" if letter != "A" else "C") + key[place + 1 :]
        if letter != "-":
            try:
                recovery.pair_of(wrong)
            except recovery.Misread:
                continue
            raise AssertionError(f"a slip at {place} was not seen")
