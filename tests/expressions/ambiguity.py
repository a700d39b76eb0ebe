"""Whether an expression can be made slow, told from its automata."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from tests.expressions.automaton import Automaton, automata

Node = TypeVar("Node", bound=Hashable)


def is_exponential(pattern: str, flags: int = 0) -> bool:
    """Whether some text of n characters can take a number of steps that doubles with each of them."""
    return any(_goes_round_in_two_ways(automaton) for automaton in automata(pattern, flags))


def is_polynomial(pattern: str, flags: int = 0) -> bool:
    """Whether, from one place, some text of n characters can take n² steps or more."""
    return any(_shares_a_text_between_loops(automaton) for automaton in automata(pattern, flags))


def _goes_round_in_two_ways(automaton: Automaton) -> bool:
    for loop in _loops(automaton):
        inside = set(loop)
        if any(count > 1 and one in inside and other in inside for (one, other), count in automaton.ways.items()):
            return True

        def steps(pair: tuple[int, int], inside: set[int] = inside) -> list[tuple[int, int]]:
            return [
                (one, other)
                for one in automaton.next(pair[0])
                for other in automaton.next(pair[1])
                if one in inside and other in inside and automaton.meet(one, other)
            ]

        for component in _components([(one, one) for one in loop], steps):
            if any(one == other for one, other in component) and any(one != other for one, other in component):
                return True
    return False


def _shares_a_text_between_loops(automaton: Automaton) -> bool:
    """Two positions, each in a loop, the second behind the first, and one text that leads round both and from one to
    the other."""
    loops = _loops(automaton)
    home = {position: number for number, loop in enumerate(loops) for position in loop}
    for first in home:
        behind = _reached(first, automaton.next)
        for second in home.keys() & behind - {first}:
            if home[first] != home[second] and _leads_across(automaton, first, second, home):
                return True
    return False


def _leads_across(automaton: Automaton, first: int, second: int, home: dict[int, int]) -> bool:
    def steps(places: tuple[int, int, int]) -> list[tuple[int, int, int]]:
        return [
            (one, between, other)
            for one in automaton.next(places[0])
            if home.get(one) == home[first]
            for other in automaton.next(places[2])
            if home.get(other) == home[second] and automaton.meet(one, other)
            for between in automaton.next(places[1])
            if automaton.letters[one] & automaton.letters[between] & automaton.letters[other]
        ]

    return (first, second, second) in _reached((first, first, second), steps)


def _loops(automaton: Automaton) -> list[list[int]]:
    components = _components(range(len(automaton.letters)), automaton.next)
    return [one for one in components if len(one) > 1 or automaton.ways[one[0], one[0]]]


def _reached(start: Node, steps: Callable[[Node], Iterable[Node]]) -> set[Node]:
    """What can be reached in one step or more."""
    found: set[Node] = set()
    waiting = [start]
    while waiting:
        for node in steps(waiting.pop()):
            if node not in found:
                found.add(node)
                waiting.append(node)
    return found


def _components(nodes: Iterable[Node], steps: Callable[[Node], Iterable[Node]]) -> list[list[Node]]:
    """Tarjan's strongly connected components of what can be reached, without recursion."""
    order: dict[Node, int] = {}
    lowest: dict[Node, int] = {}
    stack: list[Node] = []
    waiting_on: set[Node] = set()
    found: list[list[Node]] = []
    for root in nodes:
        if root in order:
            continue
        work = [(root, iter(steps(root)))]
        order[root] = lowest[root] = len(order)
        stack.append(root)
        waiting_on.add(root)
        while work:
            node, rest = work[-1]
            for after in rest:
                if after not in order:
                    order[after] = lowest[after] = len(order)
                    stack.append(after)
                    waiting_on.add(after)
                    work.append((after, iter(steps(after))))
                    break
                if after in waiting_on:
                    lowest[node] = min(lowest[node], order[after])
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
                if lowest[node] == order[node]:
                    found.append(_popped(stack, waiting_on, node))
    return found


def _popped(stack: list[Node], waiting_on: set[Node], last: Node) -> list[Node]:
    component: list[Node] = []
    while not component or component[-1] != last:
        component.append(stack.pop())
        waiting_on.discard(component[-1])
    return component
