"""`slopbench image`: the image of the docker backend."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopbench.cli.options import JsonOption

if TYPE_CHECKING:
    from slopbench.sandbox.image import Image

app = typer.Typer(no_args_is_help=True, help="Make the image in which docker sandboxes run.")

CertificatesOption = Annotated[
    Path | None,
    typer.Option(
        "--ca",
        metavar="FILE",
        help="Certificates (PEM) that the build's network needs; SSL_CERT_FILE names the default.",
    ),
]
TagOption = Annotated[
    str | None, typer.Option("--tag", metavar="NAME", help="One more name for the image.")
]


@app.command()
def build(
    base: Annotated[
        str | None, typer.Option("--base", metavar="IMAGE", help="The image to build on.")
    ] = None,
    ca: CertificatesOption = None,
    tag: TagOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the image on one from a registry.

    \b
    Examples:
      slopbench image build
      slopbench image build --base slopbench/base:trixie --ca proxy.pem
    """
    from slopbench.sandbox.docker_engine import connect
    from slopbench.sandbox.image import DEFAULT_BASE

    client = connect()
    show(built(client, base or DEFAULT_BASE, ca, tag), None, as_json)


@app.command()
def bootstrap(
    suite: Annotated[
        str, typer.Option("--suite", metavar="NAME", help="Debian release: trixie or bookworm.")
    ] = "trixie",
    mirror: Annotated[
        str | None,
        typer.Option("--mirror", metavar="URL", help="Debian mirror; default: this host's own."),
    ] = None,
    rootfs: Annotated[
        bool, typer.Option("--rootfs", help="Leave the tools as a folder for bubblewrap too.")
    ] = False,
    ca: CertificatesOption = None,
    tag: TagOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the image on Debian packages, without a registry.

    \b
    Examples:
      slopbench image bootstrap
      slopbench image bootstrap --suite bookworm --rootfs
    """
    from slopbench.sandbox.bootstrap import bootstrap as make_base
    from slopbench.sandbox.docker_engine import connect
    from slopbench.sandbox.rootfs import export_rootfs

    client = connect()
    image = built(client, make_base(client, suite, mirror, progress), ca, tag)
    show(image, export_rootfs(client, image) if rootfs else None, as_json)


def progress(line: str) -> None:
    typer.echo(line, err=True)


def built(client: Any, base: str, ca: Path | None, tag: str | None) -> "Image":
    """Build on `base` with the certificates of the option or of this host; the image to use now."""
    from slopbench.sandbox.image import CURRENT, add_tag, certificates, recipe
    from slopbench.sandbox.image import build as build_image

    image = build_image(client, recipe(base), certificates(ca), progress)
    image = add_tag(client, image, CURRENT)
    return image if tag is None else add_tag(client, image, tag)


def show(image: "Image", rootfs: Path | None, as_json: bool) -> None:
    """Print what was made; starting one sandbox from it tells the versions and that it works."""
    import json

    from slopbench.sandbox.docker import toolchain_of

    made = {
        "id": image.id,
        "tags": list(image.tags),
        "megabytes": round(image.size / 1e6),
        "tools": toolchain_of(image.id).tools,
        "rootfs": None if rootfs is None else str(rootfs),
    }
    if as_json:
        typer.echo(json.dumps(made))
        return
    typer.echo(f"{' '.join(image.tags)} ({made['megabytes']} MB)\n{image.id}")
    for name, found in {**toolchain_of(image.id).tools, "root file system": made["rootfs"]}.items():
        if found:
            typer.echo(f"{name} {found}")
