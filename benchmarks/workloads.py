"""Programs of a given size, each stressing one mechanism."""

from __future__ import annotations

__all__ = ["FAMILIES", "TEMPLATE", "template_parameter"]


def flat(n: int) -> str:
    """``n`` literal fields."""
    return "".join(f'field{i}: {i}\nname{i}: "value {i}"\n' for i in range(n // 2))


def chain(n: int) -> str:
    """References ``n`` long."""
    return "r0: 1\n" + "".join(f"r{i}: r{i - 1}\n" for i in range(1, n))


def definitions(n: int) -> str:
    """``n`` structs that share one closed definition."""
    head = '#Service: {\n\tname: string\n\tport: int & >0 & <65536\n\tproto: *"TCP" | "UDP"\n}\n'
    return head + "".join(f's{i}: #Service & {{name: "s{i}", port: {1000 + i}}}\n' for i in range(n))


def comprehension(n: int) -> str:
    """A field comprehension over ``n`` items with a guard."""
    body = '{"item\\(i)": {index: i, twice: i * 2}}'
    return f'import "list"\n\nout: {{for i in list.Range(0, {n}, 1) if i > 2 {body}}}\n'


def disjunctions(n: int) -> str:
    """``n`` choices between struct alternatives."""
    head = '#Source: {type: "git", repo: string} | {type: "helm", chart: string} | {type: "oci", image: string}\n'
    return head + "".join(f's{i}: #Source & {{type: "helm", chart: "c{i}"}}\n' for i in range(n))


def choices(n: int) -> str:
    """``n`` fields that choose between plain values, half of them by default."""
    return "".join(f'p{i}: *"TCP" | "UDP" | "SCTP"\np{i}: "UDP"\nr{i}: *{i} | int\n' for i in range(n // 2))


def sorting(n: int) -> str:
    """``n`` structs in the order of one of their fields."""
    items = ", ".join(f"{{n: {i * 7919 % n}}}" for i in range(n))
    return f'import "list"\n\nl: [{items}]\ns: list.Sort(l, {{x: _, y: _, less: x.n < y.n}})\n'


def closed(n: int) -> str:
    """Data that is ``n`` levels deep and closed at the top."""
    return f"#D: {'a: ' * n}int\nx: #D & {{{'a: ' * n}1}}\n"


def ordering(n: int) -> str:
    """A struct that ``n`` literals contribute to."""
    return "".join(f"x: {{f{i}: 1, f{i + 1}: 1}}\n" for i in range(n))


FAMILIES = {
    f.__name__: f for f in (flat, chain, definitions, comprehension, disjunctions, choices, sorting, closed, ordering)
}

TEMPLATE = """
output: {
	apiVersion: "apps/v1"
	kind:       "Deployment"
	metadata: {name: context.name, labels: app: context.name}
	spec: {
		replicas: parameter.replicas
		selector: matchLabels: app: context.name
		template: {
			metadata: labels: {
				app: context.name
				if parameter.labels != _|_ {
					for k, v in parameter.labels {"\\(k)": v}
				}
			}
			spec: containers: [{
				name:  context.name
				image: parameter.image
				if parameter.cpu != _|_ {
					resources: limits: cpu: parameter.cpu
				}
				ports: [for p in parameter.ports {containerPort: p.port, protocol: p.protocol}]
				env: [for k, v in parameter.env {name: k, value: v}]
			}]
		}
	}
}
outputs: service: {
	apiVersion: "v1"
	kind:       "Service"
	metadata: name: context.name
	spec: {
		selector: app: context.name
		ports: [for p in parameter.ports {port: p.port, targetPort: p.port, protocol: p.protocol}]
	}
}
#Port: {
	port:     int & >0 & <65536
	protocol: *"TCP" | "UDP"
}
parameter: {
	image:    string
	replicas: *1 | int
	cpu?:     string
	labels?: [string]: string
	ports: [...#Port]
	env: [string]: string
}
context: name: string
"""


def template_parameter(i: int) -> dict[str, object]:
    """A parameter for :data:`TEMPLATE` that differs for each ``i``."""
    return {
        "image": f"shop:{i}",
        "cpu": "500m",
        "labels": {"tier": "web", "round": str(i)},
        "ports": [{"port": 8080}, {"port": 53, "protocol": "UDP"}],
        "env": {"MODE": "prod", "ROUND": str(i)},
    }
