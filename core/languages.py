"""The languages that people can say they speak, by their ISO 639-1 code."""

from __future__ import annotations

from collections.abc import Iterable

from core.errors import Refusal, Refused

LANGUAGES = (
    ("ar", "Arabic"), ("bn", "Bengali"), ("bg", "Bulgarian"), ("ca", "Catalan"), ("zh", "Chinese"), ("hr", "Croatian"),
    ("cs", "Czech"), ("da", "Danish"), ("nl", "Dutch"), ("en", "English"), ("et", "Estonian"), ("fi", "Finnish"),
    ("fr", "French"), ("de", "German"), ("el", "Greek"), ("he", "Hebrew"), ("hi", "Hindi"), ("hu", "Hungarian"),
    ("id", "Indonesian"), ("it", "Italian"), ("ja", "Japanese"), ("ko", "Korean"), ("lv", "Latvian"), ("lt", "Lithuanian"),
    ("mr", "Marathi"), ("ne", "Nepali"), ("no", "Norwegian"), ("fa", "Persian"), ("pl", "Polish"), ("pt", "Portuguese"),
    ("pa", "Punjabi"), ("ro", "Romanian"), ("ru", "Russian"), ("sr", "Serbian"), ("sk", "Slovak"), ("sl", "Slovenian"),
    ("es", "Spanish"), ("sw", "Swahili"), ("sv", "Swedish"), ("tl", "Tagalog"), ("ta", "Tamil"), ("te", "Telugu"),
    ("th", "Thai"), ("tr", "Turkish"), ("uk", "Ukrainian"), ("ur", "Urdu"), ("vi", "Vietnamese"), ("yo", "Yoruba"),
)  # fmt: skip
NAMES = dict(LANGUAGES)


def names_of(codes: list[str]) -> list[str]:
    """Returns the English names of the languages, in the order of the codes."""
    return [NAMES[code] for code in codes if code in NAMES]


def known_languages(field: str, codes: Iterable[str]) -> list[str]:
    """Returns the codes in lower case and once each, in their order; refuses the first that is not in the list."""
    languages = list(dict.fromkeys(code.strip().lower() for code in codes))
    if unknown := [code for code in languages if code not in NAMES]:
        raise Refused(
            Refusal.INVALID, fields={field: [f"There is no language {unknown[0][:20]}. Send a code such as en."]}
        )
    return languages
