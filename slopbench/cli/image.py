"""`slopbench image`: the image of the docker backend."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopbench.cli.options import JsonOption

if TYPE_CHECKING:
    from slopbench.sandbox.image import Image, Recipe

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
VariantOption = Annotated[
    str,
    typer.Option(
        "--variant", metavar="NAME", help="base, or full: with compilers of other languages."
    ),
]


@app.command()
def build(
    base: Annotated[
        str | None, typer.Option("--base", metavar="IMAGE", help="The image to build on.")
    ] = None,
    variant: VariantOption = "base",
    ca: CertificatesOption = None,
    tag: TagOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the image on one from a registry.

    \b
    Examples:
      slopbench image build
      slopbench image build --variant full
      slopbench image build --base slopbench/base:trixie --ca proxy.pem
    """
    from slopbench.sandbox.docker_engine import connect
    from slopbench.sandbox.image import DEFAULT_BASE, recipe

    made_from = recipe(base or DEFAULT_BASE, variant)
    show(built(connect(), made_from, variant, ca, tag), None, as_json)


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
    variant: VariantOption = "base",
    ca: CertificatesOption = None,
    tag: TagOption = None,
    as_json: JsonOption = False,
) -> None:
    """Build the image on Debian packages, without a registry.

    \b
    Examples:
      slopbench image bootstrap
      slopbench image bootstrap --variant full
      slopbench image bootstrap --suite bookworm --rootfs
    """
    from slopbench.sandbox.bootstrap import bootstrap as make_base
    from slopbench.sandbox.bootstrap import name_of
    from slopbench.sandbox.docker_engine import connect
    from slopbench.sandbox.image import recipe
    from slopbench.sandbox.rootfs import export_rootfs

    made_from = recipe(name_of(suite), variant)
    client = connect()
    make_base(client, suite, mirror, progress)
    image = built(client, made_from, variant, ca, tag)
    show(image, export_rootfs(client, image) if rootfs else None, as_json)


def progress(line: str) -> None:
    typer.echo(line, err=True)


def built(
    client: Any, made_from: "Recipe", variant: str, ca: Path | None, tag: str | None
) -> "Image":
    """Build with the certificates of the option or of this host; the image of the variant now."""
    from slopbench.sandbox.image import VARIANTS, add_tag, certificates
    from slopbench.sandbox.image import build as build_image

    image = build_image(client, made_from, certificates(ca), progress)
    image = add_tag(client, image, VARIANTS[variant])
    return image if tag is None else add_tag(client, image, tag)


def show(image: "Image", rootfs: Path | None, as_json: bool) -> None:
    """Print what was made; a sandbox made of it tells the versions, and that it works."""
    import json

    tools = tools_of(image)
    made = {
        "id": image.id,
        "tags": list(image.tags),
        "megabytes": round(image.size / 1e6),
        "tools": tools,
        "rootfs": None if rootfs is None else str(rootfs),
    }
    if as_json:
        typer.echo(json.dumps(made))
        return
    typer.echo(f"{' '.join(image.tags)} ({made['megabytes']} MB)\n{image.id}")
    for name, found in {**tools, "root file system": made["rootfs"]}.items():
        if found:
            typer.echo(f"{name} {found}")


def tools_of(image: "Image") -> dict[str, str]:
    """The versions of the tools of all sandboxes, then those of the languages that are there."""
    from slopbench.sandbox.docker import DockerSandbox, toolchain_of
    from slopbench.sandbox.language_tools import LANGUAGE_TOOLS, tools_in
    from slopbench.sandbox.protocol import Purpose, SandboxSpec

    with DockerSandbox(SandboxSpec(Purpose.BUILD), image.id) as sandbox:
        more = tools_in(sandbox, LANGUAGE_TOOLS)
    versions = {name: told.partition(" ")[0] for name, told in more.items()}
    return {**versions, **toolchain_of(image.id).tools}
