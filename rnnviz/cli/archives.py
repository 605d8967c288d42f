"""`export` and `import`: runs as zip files, from one machine to another."""

import argparse
from pathlib import Path

from rnnviz.cli.arguments import AddCommand, Result, folder_of, possible
from rnnviz.errors import BadInput
from rnnviz.runs.archive import MOST_PACKED, pack_archive, unpack_archive
from rnnviz.runs.exchange import essentials, files_of, take_in
from rnnviz.runs.store import RunStore


def add_commands(command: AddCommand) -> None:
    export = command("export", run_export, "Pack a run into a zip file.")
    export.add_argument("RUN")
    export.add_argument("FILE", type=Path, help="the zip file to write; one that is there is replaced")
    export.add_argument("--small", action="store_true", help="without its state and the weights of its epochs")

    bring = command("import", run_import, "Check a run in a zip file and put it into the store.")
    bring.add_argument("FILE", type=Path)


def run_export(arguments: argparse.Namespace) -> Result:
    folder, path = folder_of(arguments.RUN), arguments.FILE
    files = files_of(folder)
    content = pack_archive(essentials(files) if arguments.small else files)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput("{path} can’t be written: {reason}.", path=path, reason=error.strerror) from None
    return {"run": folder.name, "file": str(path), "bytes": len(content)}


def run_import(arguments: argparse.Namespace) -> Result:
    path = possible(arguments.FILE)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_PACKED + 1)  # one byte more than allowed: enough to be refused
    except FileNotFoundError:
        raise BadInput("The file {path} does not exist.", path=path) from None
    except OSError as error:
        raise BadInput("{path} can’t be read: {reason}.", path=path, reason=error.strerror) from None
    store = RunStore()
    arrival = take_in(store, unpack_archive(content))
    return {"run": str(store.folder(arrival.name)), "new": arrival.new}
