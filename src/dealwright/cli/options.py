"""Options that several commands share."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Concatenate, ParamSpec, TypeVar, get_type_hints

import typer

if TYPE_CHECKING:
    from dealwright.app.ports import Progress
    from dealwright.plan.scenario import Scenario
    from dealwright.workspace import Workspace

Shop = Annotated[Path, typer.Option("--shop", help="The workspace folder.", show_default="this folder")]
AsJson = Annotated[bool, typer.Option("--json", help="Print plain JSON instead of tables.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same plan.", min=0)]
Language = Annotated[str | None, typer.Option("--lang", help="en or zh.")]
ScenarioFile = Annotated[
    Path | None, typer.Option("--scenario", help="A scenario file; else the workspace's scenario.yaml.")
]
HERE = Path()
SEED = 1

Own = ParamSpec("Own")
Shared = TypeVar("Shared")


def refuse_options_before(context: typer.Context) -> None:
    """An option before the subcommand would be read and then forgotten, and another shop be tried."""
    sources = [context.get_parameter_source(name) for name in context.params]
    if any(source is not None and source.name == "COMMANDLINE" for source in sources):
        raise typer.BadParameter(f"options of {context.invoked_subcommand!r} stand after it")


@dataclass(frozen=True, slots=True)
class Asked:
    """What every command about forecasts can be asked, beside its own question."""

    shop: Shop = HERE
    scenario: ScenarioFile = None
    seed: Seed = SEED
    language: Language = None
    as_json: AsJson = False

    @contextmanager
    def open(self, title: str) -> Iterator[Opened]:
        """The shop, until the context ends; a bar called `title` shows how far it is."""
        from dealwright.cli.progress import bar
        from dealwright.cli.show import language_of
        from dealwright.workspace import Workspace, read_scenario

        scenario = read_scenario(self.scenario) if self.scenario else None
        with Workspace(self.shop) as shop:
            language = language_of(self.language, shop.language)
            with bar(title, language) as tell:
                yield Opened(shop, scenario, language, tell)


@dataclass(frozen=True, slots=True)
class Opened:
    """A shop to ask, the scenario to ask with (None: the shop's own), and in which language to answer."""

    shop: Workspace
    scenario: Scenario | None
    language: str
    tell: Progress


def with_options_of(
    shared: Callable[..., Shared],
) -> Callable[[Callable[Concatenate[Shared, Own], None]], Callable[..., None]]:
    """Gives a command the fields of the dataclass `shared` as options after its own.

    The command is handed them as its first argument. Fields are annotated as options are, and their defaults are
    those of the options.
    """
    hints = get_type_hints(shared, include_extras=True)
    options = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(shared)  # type: ignore[arg-type]
    ]

    def with_options(command: Callable[Concatenate[Shared, Own], None]) -> Callable[..., None]:
        def asked(**given: object) -> None:
            told = {option.name: given.pop(option.name) for option in options}
            command(shared(**told), **given)  # type: ignore[arg-type, call-arg]

        own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
        asked.__name__, asked.__doc__ = command.__name__, command.__doc__
        asked.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [*(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own), *options]
        )
        asked.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *options)}
        return asked

    return with_options


with_shared_options = with_options_of(Asked)
"""Gives a command the options of `Asked`."""
