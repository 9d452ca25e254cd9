"""The minutes that go with a bundle (Berita Acara Serah Terima): who got what, for what, until when.

The day of handing over is written in by hand, so that the same bundle has the same minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jinja2 import Environment, PackageLoader, StrictUndefined

from flows.bundle_files import Part, rows_of
from reconcile.bundle.settings import Recipient
from reconcile.disclosure import Disclosure
from reconcile.language import text
from reconcile.vocab import Language

_COLUMNS = ("bast_file", "bast_class", "bast_rows", "bast_hash")


@dataclass(frozen=True)
class Minutes:
    """What the minutes tell; ``sealed`` is the SHA-256 of the plain archive, empty where there is none."""

    run: str
    day: date
    recipient: Recipient
    parts: Sequence[Part]
    sealed: str
    language: Language

    def facts(self) -> list[tuple[str, str]]:
        """Return what is told of the bundle as a whole, each with its label."""
        told, seen = self.recipient, self.language
        how = "age" if told.public_key else "password"
        values = {
            "bast_recipient": told.title,
            "bast_purpose": told.purpose,
            "bast_basis": told.basis,
            "bast_expires": told.expires.isoformat(),
            "bast_area": told.area,
            "bast_run": self.run,
            "bast_day": self.day.isoformat(),
            "bast_internal": str(rows_of(self.parts, Disclosure.INTERNAL)),
            "bast_restricted": str(rows_of(self.parts, Disclosure.RESTRICTED)),
            "bast_sealed": text(f"bast_by_{how}", seen) if told.restricted else text("bast_by_nothing", seen),
            "bast_ids": text("bast_ids_own" if told.agency else "bast_ids_padan", seen),
        }
        if self.sealed:
            values["bast_archive"] = self.sealed
        return [(text(key, seen), value) for key, value in values.items()]

    def files(self) -> list[tuple[str, str, str, str]]:
        """Return each file: path, class, rows and SHA-256."""
        return [
            (p.path, p.disclosure.value, "" if p.rows is None else str(p.rows), p.sha256) for p in self.parts
        ]

    def terms(self) -> tuple[str, ...]:
        """Return what the recipient promises."""
        known = [text(f"bast_term_{n}", self.language, title=self.recipient.title) for n in range(1, 6)]
        return self.recipient.terms or tuple(known)

    def signs(self) -> list[str]:
        """Return over what both sides sign."""
        return [text("bast_giver", self.language), text("bast_taker", self.language)]


def as_text(minutes: Minutes) -> str:
    """Return the minutes as plain text."""
    seen = minutes.language
    lines = [text("bast_title", seen), ""]
    lines += [f"{label}: {value}" for label, value in minutes.facts()]
    lines += ["", text("bast_terms", seen)]
    lines += [f"{n}. {term}" for n, term in enumerate(minutes.terms(), start=1)]
    lines += ["", *(f"{sign}: ____________________" for sign in minutes.signs())]
    lines += ["", text("bast_files", seen), "; ".join(text(name, seen) for name in _COLUMNS)]
    lines += ["; ".join(row) for row in minutes.files()]
    return "\n".join(lines) + "\n"


def as_page(minutes: Minutes, face: str = "") -> str:
    """Return the minutes as one HTML page that asks nothing of any host; ``face`` is CSS of its font."""
    environment = Environment(
        loader=PackageLoader("flows"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("bast.html").render(
        language=minutes.language.value,
        recipient=minutes.recipient,
        run=minutes.run,
        facts=minutes.facts(),
        files=minutes.files(),
        columns=[text(name, minutes.language) for name in _COLUMNS],
        terms=minutes.terms(),
        signs=minutes.signs(),
        face=face,
        say=lambda key: text(key, minutes.language),
    )
