"""Models are added from folders and pages, named with their card, and what is wrong with one is said with its mend."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callcenter.app.cli import app
from callcenter.domain.errors import ConfigError, ProviderError
from callcenter.speech.models import Card, Known, Shelf, catalogue, fetch
from callcenter.speech.models.card import CARD, ENGINES, checksum
from callcenter.speech.models.shelf import copied_from

VOSK = {"am/final.mdl": b"model", "conf/mfcc.conf": b"conf", "graph/HCLr.fst": b"graph"}


def files(folder: Path, contents: dict[str, bytes]) -> Path:
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def card(name: str = "mine", engine: str = "") -> Card:
    return Card(name, engine, ("zh",), "Apache-2.0", "a page", 0, "")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "models")


def test_a_folder_is_added_with_its_engine_size_and_checksum(shelf: Shelf, tmp_path: Path) -> None:
    given = files(tmp_path / "given", VOSK)
    kept = shelf.add(card(), copied_from(given))
    assert (kept.engine, kept.size) == ("vosk", 14)
    assert kept.sha256 == checksum(given)[0]
    assert shelf.names() == ["mine"]
    assert shelf.get("mine") == (kept, shelf.folder / "mine")
    assert list(shelf.faults("mine")) == []


def test_a_model_that_changed_or_lost_a_file_is_named(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add(card(), copied_from(files(tmp_path / "given", VOSK)))
    (shelf.folder / "mine/am/final.mdl").write_bytes(b"other")
    assert "checksum differs" in next(iter(shelf.faults("mine")))[0]
    (shelf.folder / "mine/am/final.mdl").write_bytes(b"")
    fault, mend = next(iter(shelf.faults("mine")))
    assert fault == "am/final.mdl or final.mdl is missing or empty"
    assert mend.endswith("callcenter models add mine")
    (shelf.folder / "mine" / CARD).write_text("{")
    assert "card can not be read" in next(iter(shelf.faults("mine")))[0]
    assert "there is no model 'other'" in next(iter(shelf.faults("other")))[0]


@pytest.mark.parametrize(
    ("contents", "engine", "message"),
    [
        ({"readme.txt": b"x"}, "", "no files of a model that is known"),
        ({"model.bin": b"x"}, "faster-whisper", r"config\.json is missing"),
        ({**VOSK, "am/final.mdl": b""}, "vosk", "missing or empty"),
    ],
)
def test_what_is_no_model_is_refused_and_nothing_is_left(
    shelf: Shelf, tmp_path: Path, contents: dict[str, bytes], engine: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        shelf.add(card(engine=engine), copied_from(files(tmp_path / "given", contents)))
    assert list(shelf.folder.iterdir()) == []


def test_a_name_that_is_taken_or_leads_elsewhere_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    given = files(tmp_path / "given", VOSK)
    shelf.add(card(), copied_from(given))
    with pytest.raises(ConfigError, match="model of that name"):
        shelf.add(card(), copied_from(given))
    with pytest.raises(ConfigError, match="no name for a model"):
        shelf.add(card("../up"), copied_from(given))
    with pytest.raises(ConfigError, match="is not a folder"):
        shelf.add(card("other"), copied_from(tmp_path / "nowhere"))


@pytest.fixture
def page() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A web server and what it gives."""
    given: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = given.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", given
    server.shutdown()
    server.server_close()
    thread.join()


def known(page: str, **more: object) -> Known:
    values = {"megabytes": 1, "archive": f"{page}/m.zip", **more}
    return Known("m", "vosk", ("zh",), "Apache-2.0", page=page, **values)  # type: ignore[arg-type]


def zipped(contents: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return out.getvalue()


def test_a_model_is_fetched_from_its_page(shelf: Shelf, page: tuple[str, dict[str, bytes]]) -> None:
    address, given = page
    given["/m.zip"] = zipped({f"m-1.0/{name}": content for name, content in VOSK.items()})
    shelf.add(card("m"), lambda folder: fetch(known(address), folder))
    assert list(shelf.faults("m")) == []
    given["/f/model.bin"] = given["/f/config.json"] = given["/f/vocabulary.txt"] = b"{}"
    single = known(address, archive="", address=f"{address}/f/", files=("model.bin", "config.json", "vocabulary.txt"))
    assert shelf.add(card("w"), lambda folder: fetch(single, folder)).engine == "faster-whisper"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "answers 404"),
        (b"an error page", "no ZIP archive"),
        (b"x" * 2_000_001, "larger than its page says"),
        (zipped({"m/../../../up.txt": b"x"}), "outside its folder"),
        (zipped({"m/zeros": bytes(4_000_001)}), "unpacks to more"),
    ],
)
def test_what_is_no_archive_of_a_model_is_refused(
    shelf: Shelf, page: tuple[str, dict[str, bytes]], content: bytes | None, message: str
) -> None:
    address, given = page
    if content is not None:
        given["/m.zip"] = content
    with pytest.raises(ProviderError, match=message):
        shelf.add(card("m"), lambda folder: fetch(known(address), folder))
    assert list(shelf.folder.iterdir()) == []


def test_without_a_network_the_way_by_a_folder_is_said(shelf: Shelf) -> None:
    with pytest.raises(ProviderError, match="--from FOLDER") as error:
        shelf.add(card("m"), lambda folder: fetch(known("http://127.0.0.1:9"), folder))
    assert error.value.retryable


def test_the_list_names_engine_licence_size_and_page_of_each() -> None:
    assert len(catalogue()) >= 5
    for one in catalogue().values():
        assert one.engine in ENGINES
        assert one.licence
        assert one.megabytes > 0
        assert one.page.startswith("https://")
        assert bool(one.archive) != bool(one.files)


def test_the_commands_say_what_is_there_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCENTER_DATA", str(tmp_path / "var"))
    run = CliRunner().invoke
    assert "No model is installed" in run(app, ["models", "list"]).output
    assert "No model is installed" in run(app, ["models", "check"]).output
    given = str(files(tmp_path / "given", VOSK))
    added = run(app, ["models", "add", "mine", "--from", given, "--language", "zh", "--licence", "MIT"])
    assert "CALLCENTER_RECOGNISER=mine" in added.output
    assert "mine" in run(app, ["models", "list"]).output
    assert "set CALLCENTER_RECOGNISER" in run(app, ["models", "list"]).output
    assert run(app, ["models", "check"]).exit_code == 0
    (tmp_path / "var/models/mine/am/final.mdl").unlink()
    checked = run(app, ["models", "check", "mine"])
    assert checked.exit_code == 1
    assert "→ remove" in checked.output
    unknown = run(app, ["models", "add", "nothing", "--language", "zh"])
    assert isinstance(unknown.exception, ConfigError)
    assert "--from FOLDER" in str(unknown.exception)
