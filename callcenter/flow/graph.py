"""The graph of all flows' steps: what leads where, what is reached, and which loops never wait for the caller."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.flow import model
from callcenter.flow.model import Flow

Node = tuple[str, str]
"""(flow, step)."""
WAITING = (
    *(model.MenuStep, model.GatherStep, model.VoicemailStep, model.CallbackStep, model.SurveyStep),
    *(model.ListenStep, model.AssistantStep),
)
"""Steps at which the caller can do something."""


def edges(flows: Mapping[str, Flow]) -> dict[Node, list[Node]]:
    """Each step's followers, across flows; steps that are not there are left out."""
    graph: dict[Node, list[Node]] = {}
    for name, flow in flows.items():
        for step_name, step in flow.steps.items():
            follow = [(name, target) for _, target in step.targets() if target in flow.steps]
            if flow.on_error in flow.steps and not isinstance(step, WAITING):
                follow.append((name, str(flow.on_error)))
            if isinstance(step, model.GotoStep) and step.flow in flows:
                follow.append((step.flow, flows[step.flow].start))
            graph[(name, step_name)] = follow
    return graph


def reached(flow: Flow) -> set[str]:
    """The steps of ``flow`` that some way from its start leads to."""
    found: set[str] = set()
    todo = [flow.start] + ([flow.on_error] if flow.on_error else [])
    while todo:
        name = todo.pop()
        if name in found or name not in flow.steps:
            continue
        found.add(name)
        todo.extend(target for _, target in flow.steps[name].targets())
    return found


def silent_loops(flows: Mapping[str, Flow]) -> list[list[Node]]:
    """Groups of steps that lead round to each other without a step at which the caller can act."""
    graph = {
        node: [target for target in follow if not _waits(flows, target) and not _only_rescue(flows, node, target)]
        for node, follow in edges(flows).items()
        if not _waits(flows, node)
    }
    return [group for group in _components(graph) if len(group) > 1 or group[0] in graph[group[0]]]


def _waits(flows: Mapping[str, Flow], node: Node) -> bool:
    return isinstance(flows[node[0]].steps[node[1]], WAITING)


def _only_rescue(flows: Mapping[str, Flow], node: Node, target: Node) -> bool:
    """Ways taken on a failure only end by themselves: the interpreter counts them."""
    step = flows[node[0]].steps[node[1]]
    if node[0] != target[0]:
        return False
    ways = [place for place, name in step.targets() if name == target[1]]
    if isinstance(step, model.HttpStep):
        return not ways
    return all(place == ("on_error",) for place in ways)


def _components(graph: dict[Node, list[Node]]) -> list[list[Node]]:
    """Strongly connected components (Tarjan), without recursion; in the order the flows are written."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    groups: list[list[Node]] = []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(graph[target])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = [stack.pop()]
                    while group[-1] != node:
                        group.append(stack.pop())
                    on_stack.difference_update(group)
                    groups.append(group)
    order = {node: number for number, node in enumerate(graph)}
    return [sorted(group, key=order.__getitem__) for group in groups]
