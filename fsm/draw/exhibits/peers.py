"""What pytransitions draws of the same lifecycle, for comparison."""

from __future__ import annotations

from fsm.draw.formats import layout
from fsm.notation import Lifecycle


def graph_machine(lifecycle: Lifecycle) -> str:
    """The DOT of pytransitions' own GraphMachine: the same states, and every row that it can hold, with conditions."""
    from transitions.extensions import GraphMachine

    class Model:
        pass

    rows = [
        {"trigger": row.event, "source": state.name, "dest": row.to, "conditions": [str(guard) for guard in row.when]}
        for state in lifecycle
        for row in state.rows
        if not row.refused
    ]
    model = Model()
    GraphMachine(
        model,
        states=list(lifecycle.states),
        initial=lifecycle.initial.state,
        transitions=rows,
        auto_transitions=False,
        show_conditions=True,
        title=lifecycle.label,
        graph_engine="graphviz",
    )
    return str(model.get_graph().source)  # type: ignore[attr-defined]  # GraphMachine adds it to the model


def svg(lifecycle: Lifecycle) -> bytes:
    """Its picture, laid out by the same engine as ours and otherwise as it came."""
    return layout.run(graph_machine(lifecycle), "svg")
