"""Traces across web, queue, worker and upstreams; where nothing is configured, OpenTelemetry's own no-ops.

A span names a step, its reference and its end; never what somebody wrote, an address, or the text of an exception.
https://opentelemetry.io/docs/specs/otel/trace/api/, https://www.w3.org/TR/trace-context/
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from slack_app import __version__

__all__ = ["SpanKind", "note", "span", "traceparent"]

_PROPAGATOR = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("slack_app")


@contextmanager
def span(
    name: str, kind: SpanKind = SpanKind.INTERNAL, *, parent: str = "", **attributes: str | int | float
) -> Iterator[Span]:
    """Trace what the block does, as a part of `parent` (a traceparent), or of what is traced already."""
    context = _PROPAGATOR.extract({"traceparent": parent}) if parent else None
    with _tracer.start_as_current_span(
        name, context, kind, attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except Exception as exc:
            current.set_status(Status(StatusCode.ERROR, type(exc).__name__))
            raise


def note(**attributes: str | int | float) -> None:
    """Add to what is being traced."""
    trace.get_current_span().set_attributes(attributes)


def traceparent() -> str:
    """Return what another process goes on from; empty where nothing is traced."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent", "")


def export_to(endpoint: str, process: str) -> None:
    """Send what is traced to a collector that speaks OTLP over HTTP. Raises ImportError without the extra `otel`."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": f"slack-app-{process}", "service.version": __version__})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)
