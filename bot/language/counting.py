"""Weights of evidence by counting alone, at once: complement naive Bayes.

After J. Rennie and others, "Tackling the poor assumptions of naive Bayes text classifiers", ICML 2003: a term speaks
for a subject by the logarithm of how much rarer it would be without that subject.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from bot.language.evidence import Document, Evidence, Seen, Weights, runs, terms

_SMOOTHING = 1.0
_SHARPNESS = 8.0
"""Makes what is counted into logarithms of likelihoods: of what is held to be 80 % likely, some 80 % is right."""


def counted(documents: Sequence[Document]) -> Evidence:
    """What the terms of the documents say of their subjects."""
    seen = Seen.among(documents)
    subjects = sorted({document.subject for document in documents})
    masses: dict[str, dict[str, float]] = {subject: defaultdict(float) for subject in subjects}
    for document in documents:
        _add(masses[document.subject], document, seen)
    of_terms = _weights(list(masses.values()))
    of_runs = _weights([_mass_of_runs(mass) for mass in masses.values()])
    numbers = {run: at for at, run in enumerate(of_runs)}
    return Evidence(
        subjects,
        seen,
        Weights.of_each(seen.numbers, map(of_terms.__getitem__, seen.numbers)),
        Weights.of_each(numbers, of_runs.values()),
        [0.0] * len(subjects),
    )


def _add(mass: dict[str, float], document: Document, seen: Seen) -> None:
    """Add a document to its subject's mass: whatever its length, it adds as much as any other of its weight."""
    values = {term: (1 + math.log(n)) * seen.rarity(term) for term, n in Counter(terms(document.words)).items()}
    share = document.weight / (math.sqrt(sum(value * value for value in values.values())) or 1.0)
    for term, value in values.items():
        mass[term] += value * share


def _mass_of_runs(mass: Mapping[str, float]) -> Mapping[str, float]:
    """A run of letters has the mass of the words it is part of."""
    of_runs: dict[str, float] = defaultdict(float)
    for term, value in mass.items():
        if " " not in term:
            for run in runs(term):
                of_runs[run] += value
    return of_runs


def _weights(masses: Sequence[Mapping[str, float]]) -> dict[str, dict[int, float]]:
    total: dict[str, float] = defaultdict(float)
    for mass in masses:
        for term, value in mass.items():
            total[term] += value
    weights: dict[str, dict[int, float]] = defaultdict(dict)
    for number, mass in enumerate(masses):
        for term, value in mass.items():
            whole = total[term] + _SMOOTHING
            weights[term][number] = _SHARPNESS * math.log(whole / (whole - value))
    return weights
