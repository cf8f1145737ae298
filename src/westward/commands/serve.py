"""``westward serve``: run the program from one data folder."""

from __future__ import annotations

from argparse import Namespace


def run(options: Namespace) -> int:
    """Check the binding, then serve until interrupted."""
    from westward.program.folder import DataFolder
    from westward.program.project import require_packages
    from westward.program.server import serve
    from westward.program.serving import require_certificate, serving

    how = serving(
        bind=options.bind,
        port=options.port,
        host=options.host,
        tls_cert=options.tls_cert,
        tls_key=options.tls_key,
        behind_proxy=options.behind_proxy,
    )
    require_certificate(how)
    require_packages()
    serve(DataFolder(options.data.absolute()), how, say=lambda text: print(text, flush=True))
    return 0
