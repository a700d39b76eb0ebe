"""What the database tool cannot take is kept out of the models."""

import inspect

import pytest
from tortoise.models import Model

import models

MODELS = [value for value in vars(models).values() if inspect.isclass(value) and issubclass(value, Model)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_first_line_of_a_docstring_can_be_a_comment_in_sql(model: type[Model]) -> None:
    # Tortoise puts it into CREATE TABLE and its migrations split statements at semicolons.
    assert ";" not in (model.__doc__ or "").partition("\n")[0]
