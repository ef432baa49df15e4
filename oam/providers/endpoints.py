"""Where services and ingresses can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oam.ports import Object

__all__ = ["endpoints"]

_PROTOCOLS = {80: "http", 8080: "http", 443: "https", 3306: "mysql", 6379: "redis"}


def endpoints(obj: Object) -> Iterator[dict[str, Any]]:
    """The addresses of an object: protocol, host, port and, as far as there are any, portName, path and appProtocol.

    ``inner`` marks those that only the cluster itself can reach. Objects other than services and ingresses have none.
    """
    spec = obj.get("spec") or {}
    if (obj["apiVersion"], obj["kind"]) == ("v1", "Service"):
        yield from _service(obj, spec)
    elif obj["kind"] == "Ingress":
        yield from _ingress(spec)


def _service(obj: Object, spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    balancer = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or []
    metadata = obj["metadata"]
    type_ = spec.get("type") or "ClusterIP"
    if type_ == "LoadBalancer":
        hosts = [entry.get("hostname") or entry.get("ip") or "" for entry in balancer]
    elif type_ == "ExternalName":
        hosts = [str(spec.get("externalName", ""))]
    else:
        hosts = [""] if type_ == "NodePort" else [f"{metadata['name']}.{metadata.get('namespace') or 'default'}"]
    for host in hosts:
        for port in spec.get("ports") or []:
            number = port["nodePort"] if type_ == "NodePort" and "nodePort" in port else port["port"]
            endpoint = {
                "protocol": port.get("protocol") or "TCP",
                "appProtocol": port.get("appProtocol") or _PROTOCOLS.get(port["port"], ""),
                "host": host,
                "port": number,
                "portName": port.get("name") or "",
                "inner": type_ == "ClusterIP",
            }
            yield {key: value for key, value in endpoint.items() if value not in ("", False)}


def _ingress(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    secured = {host for entry in spec.get("tls") or [] for host in entry.get("hosts") or []}
    for rule in spec.get("rules") or []:
        host = rule.get("host") or ""
        https = host in secured
        for path in (rule.get("http") or {}).get("paths") or []:
            endpoint = {
                "protocol": "TCP",
                "appProtocol": "https" if https else "http",
                "host": host,
                "port": 443 if https else 80,
                "path": path.get("path") or "",
            }
            yield {key: value for key, value in endpoint.items() if value != ""}
