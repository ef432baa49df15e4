"""The text of a dry run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oam.model.yaml_writer import to_yaml
from oam.render.contract import AUXILIARY

if TYPE_CHECKING:
    from oam.render.renderer import RenderedApplication

__all__ = ["dry_run_text"]


def dry_run_text(rendered: RenderedApplication) -> str:
    """All objects as YAML, each under a comment that tells where it comes from."""
    out: list[str] = []
    for placement in rendered.placements:
        for component in placement.components:
            out.append(f"---\n# Application({placement.title}) -- Component({component.name})\n---\n\n")
            out.append(f"{to_yaml(component.workload)}\n---\n")
            for item in component.auxiliaries:
                origin = "auxiliary workload" if item.trait == AUXILIARY else f"trait {item.trait}"
                out.append(f"## From the {origin}\n{to_yaml(item.data)}\n---\n")
            out.append("\n")
    for policy in rendered.policies:
        name = policy["metadata"].get("name", "")
        out.append(f"---\n# Application({rendered.app.name}) -- Policy({name})\n---\n\n{to_yaml(policy)}\n---\n")
    return "".join(out)
