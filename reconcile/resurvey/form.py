"""The form of a visit as form.yaml declares it: the one source of worklists, XLSForm, QField and returns."""

from collections.abc import Mapping
from functools import cache
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from reconcile.resources import read_yaml
from reconcile.vocab import Language

QuestionType = Literal["choice", "text", "whole", "date", "digits16", "decimal", "photo"]
Words = Mapping[Language, str]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(_Declared):
    """One question: what is asked, what answers it takes, and after which answers it is asked at all.

    A whole number is at least 0 and at most ``most``; a date is not in the future.
    """

    group: str
    type: QuestionType
    label: Words
    hint: Words = Field(default_factory=dict)
    choices: str = ""
    asked_if: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    required: bool = False
    most: int = 30
    sensitive: bool = False
    phone: bool = True
    sheet: bool = True


class Form(_Declared):
    """The whole form. Groups, questions and the values of each list of choices stand in their order."""

    groups: Mapping[str, Words]
    questions: Mapping[str, Question]
    choices: Mapping[str, Mapping[str, Words]]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name, question in self.questions.items():
            if question.group not in self.groups:
                raise ValueError(f"{name}: no group {question.group}")
            if (question.type == "choice") != (question.choices in self.choices):
                raise ValueError(f"{name}: a choice needs a list of choices, and nothing else has one")
            for other, answers in question.asked_if.items():
                asked = self.questions.get(other)
                if asked is None or not set(answers) <= set(self.choices.get(asked.choices, {})):
                    raise ValueError(f"{name}: asked_if names answers of {other} that are none")
        return self

    def labels(self, question: str, language: Language) -> dict[str, str]:
        """Return value -> what is read for it, of a question with choices."""
        return {
            value: words[language] for value, words in self.choices[self.questions[question].choices].items()
        }


@cache
def load_form() -> Form:
    """Return the form; a fault of form.yaml is a fault of the program, a ValidationError."""
    return Form.model_validate(read_yaml("reconcile.resurvey", "form.yaml"))
