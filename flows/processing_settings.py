"""What the office says of its processing of personal data, printed in the record of it."""

from pydantic import BaseModel, ConfigDict, Field


class ProcessingSettings(BaseModel):
    """Who is the controller, what for, by which law, and who is the protection officer; changes no result."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    controller: str = Field(default="", max_length=300)
    purpose: str = Field(default="", max_length=600)
    legal_basis: str = Field(default="", max_length=600)
    officer: str = Field(default="", max_length=300)
