"""The contract of import-linter that allows no cycles of imports, in pyproject.toml as `no_cycles`."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output


class NoCycles(Contract):
    """No module imports itself through others; imports inside functions and for types count as well.

    import-linter's own `acyclic_siblings` compares packages: it does not allow two of them to use each other even where
    their modules have an order.
    """

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
        try:
            TopologicalSorter(imports).prepare()
        except CycleError as error:
            _, modules = error.args
            return ContractCheck(kept=False, metadata={"cycle": modules[::-1]})
        return ContractCheck(kept=True)

    def render_broken_contract(self, check: ContractCheck) -> None:
        output.print_error(" -> ".join(check.metadata["cycle"]))
