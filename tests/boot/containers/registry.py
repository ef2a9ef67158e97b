"""The storage of a docker-registry, as its file system driver keeps it: blobs by digest, links to them by name."""

import hashlib
import json
import pathlib

CONFIG = "application/vnd.oci.image.config.v1+json"
# Not compressed: unpacking would cost an emulated processor more than the transfer does.
LAYER = "application/vnd.oci.image.layer.v1.tar"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


class Registry:
    def __init__(self, root):
        self.root = pathlib.Path(root) / "docker/registry/v2"

    def blob(self, content):
        """Stores bytes, or moves a file there. Returns its description for a manifest."""
        if isinstance(content, bytes):
            digest, size = hashlib.sha256(content).hexdigest(), len(content)
        else:
            size = content.stat().st_size
            with open(content, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        data = self.root / "blobs/sha256" / digest[:2] / digest / "data"
        data.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            data.write_bytes(content)
        else:
            content.rename(data)
        return {"digest": f"sha256:{digest}", "size": size}

    def link(self, place, digest):
        link = self.root / "repositories" / place / "link"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.write_text(digest)

    def image(self, repository, tag, config, layers):
        """An image of blobs that are here already, under its name. Returns its manifest's digest."""
        described = self.blob(json.dumps(config, sort_keys=True).encode())
        for blob in (described, *layers):
            self.link(f"{repository}/_layers/{blob['digest'].replace(':', '/')}", blob["digest"])
        manifest = self.blob(json.dumps({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, **described},
            "layers": [{"mediaType": LAYER, **layer} for layer in layers],
        }).encode())
        digest = manifest["digest"]
        place = digest.replace(":", "/")
        self.link(f"{repository}/_manifests/revisions/{place}", digest)
        self.link(f"{repository}/_manifests/tags/{tag}/index/{place}", digest)
        self.link(f"{repository}/_manifests/tags/{tag}/current", digest)
        return digest
