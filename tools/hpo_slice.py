"""Make ``evidence/hpo.csv``: terms of the Human Phenotype Ontology that concern children with infantile spasms.

Usage: ``python tools/hpo_slice.py hp.obo[.gz] phenotype.hpoa[.gz] > src/westward/evidence/hpo.csv``

Taken are the terms that annotate at least ``LEAST`` of the diseases annotated with infantile or epileptic spasms, and
every term below the ``WHOLE`` ones. Ids, labels and exact synonyms stand as published; obsolete terms are left out.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections import Counter
from pathlib import Path

SPASMS = ("HP:0012469", "HP:0011097")
LEAST = 4
PHENOTYPE = "HP:0000118"
WHOLE = {
    "HP:0011097": "epileptic spasm",
    "HP:0002521": "hypsarrhythmia",
    "HP:0002376": "developmental regression",
    "HP:0001263": "global developmental delay",
    "HP:0009716": "subependymal nodules",
    "HP:0009717": "cortical tubers",
    "HP:0009729": "cardiac rhabdomyoma",
    "HP:0009719": "hypomelanotic macule",
    "HP:0002539": "cortical dysplasia",
    "HP:0001339": "lissencephaly",
    "HP:0002126": "polymicrogyria",
    "HP:0002282": "gray matter heterotopia",
    "HP:0007206": "hemimegalencephaly",
    "HP:0002132": "porencephalic cyst",
    "HP:0011451": "primary microcephaly",
    "HP:0001274": "agenesis of corpus callosum",
    "HP:0007105": "infantile encephalopathy",
}


def main(obo: str, hpoa: str) -> None:
    """Write the slice to standard output."""
    version, terms = read_obo(_text(obo))
    sick: dict[str, set[str]] = {}
    for line in _text(hpoa).splitlines():
        cells = line.split("\t")
        if len(cells) > 10 and cells[0] != "database_id" and cells[2] != "NOT" and cells[10] == "P":
            sick.setdefault(cells[0], set()).add(cells[3])
    concerned = [found for found in sick.values() if found & set(SPASMS)]
    counts = Counter(term for found in concerned for term in found)
    below = {term for term in terms if ancestors(terms, term) & set(WHOLE)}
    chosen = {term for term, n in counts.items() if n >= LEAST} | below | set(WHOLE)
    kept = sorted(t for t in chosen if t in terms and PHENOTYPE in ancestors(terms, t))
    out = csv.writer(sys.stdout, lineterminator="\n")
    sys.stdout.write(f"# {version}\n")
    out.writerow(("id", "label", "synonyms", "diseases_with_spasms"))
    for term in kept:
        label, synonyms, _ = terms[term]
        out.writerow((term, label, "|".join(synonyms), counts[term]))
    sys.stderr.write(f"{len(kept)} terms; {len(concerned)} diseases with spasms\n")


def read_obo(text: str) -> tuple[str, dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]]:
    """Version, and label, exact synonyms and parents of each term in force."""
    version = re.search(r"^data-version: (.+)$", text, re.MULTILINE)
    terms = {}
    for stanza in text.split("\n\n"):
        if not stanza.startswith("[Term]") or "\nis_obsolete: true" in stanza:
            continue
        names = re.findall(r'^synonym: "(.+?)" EXACT', stanza, re.MULTILINE)
        label = re.findall(r"^name: (.+)$", stanza, re.MULTILINE)[0]
        term = re.findall(r"^id: (\S+)$", stanza, re.MULTILINE)[0]
        parents = re.findall(r"^is_a: (\S+)", stanza, re.MULTILINE)
        terms[term] = (label, tuple(n for n in dict.fromkeys(names) if n != label and "|" not in n), tuple(parents))
    return version[1] if version else "", terms


def ancestors(terms: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]], term: str) -> set[str]:
    """The term and all above it."""
    found, waiting = set(), [term]
    while waiting:
        one = waiting.pop()
        if one not in found and one in terms:
            found.add(one)
            waiting.extend(terms[one][2])
    return found


def _text(path: str) -> str:
    raw = Path(path).read_bytes()
    return (gzip.decompress(raw) if path.endswith(".gz") else raw).decode("utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
