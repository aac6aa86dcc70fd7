import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { authorityOf } from '../access/own-hosts';
import { isSampled, type Sampling, type TraceContext } from '../context/trace-context';
import { knownMethod, OTHER_METHOD } from '../http/known-method';
import type { Span, SpanAttributes, Tracer } from './tracer';

export interface ServedRequest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly path: string;
  readonly trace: TraceContext;
  /** The template of the route that took it, asked for at the end; `unmatched` for none. */
  readonly route: () => string;
}

/** How the requests of a service are sampled: whoever calls it is inside, and is believed. */
export function samplingOf(tracer: Tracer | undefined): Sampling | undefined {
  return tracer && { sample: tracer.sample, believed: true };
}

/** What a method gives the spans of its request: their name, and attributes. */
export function spanMethod(method: string): { readonly name: string; readonly attributes: SpanAttributes } {
  const known = knownMethod(method);
  const isOther = known === OTHER_METHOD;
  return {
    // Of a method that no standard has the name says nothing (HTTP conventions, "Name").
    name: isOther ? 'HTTP' : known,
    attributes: {
      'http.request.method': known,
      'http.request.method_original': isOther ? method : undefined,
    },
  };
}

/**
 * The SERVER span of a request, ended with its answer; `undefined` for one that is not sampled. Attributes by
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/.
 */
export function startServerSpan(
  tracer: Tracer,
  { req, res, path, trace, route }: ServedRequest,
): Span | undefined {
  if (!isSampled(trace)) return undefined;
  const method = spanMethod(req.method ?? '');
  const span = tracer.start(trace, {
    name: method.name,
    kind: 'server',
    attributes: {
      ...method.attributes,
      'url.path': path,
      'url.scheme': req.socket instanceof TLSSocket ? 'https' : 'http',
      ...serverAddress(authorityOf(req)),
      'client.address': req.socket.remoteAddress,
      'network.protocol.version': req.httpVersion,
    },
  });
  res.once('close', () => {
    const template = route();
    if (template !== 'unmatched') {
      span.rename(`${method.name} ${template}`);
      span.set({ 'http.route': template });
    }
    if (!res.writableFinished) span.fail('client_disconnected');
    else {
      span.set({ 'http.response.status_code': res.statusCode });
      // 4xx is a fault of the caller's.
      if (res.statusCode >= 500) span.fail(String(res.statusCode));
    }
    span.end();
  });
  return span;
}

function serverAddress(authority: string | undefined): { 'server.address'?: string; 'server.port'?: number } {
  if (authority === undefined || !URL.canParse(`http://${authority}`)) return {};
  const { hostname, port } = new URL(`http://${authority}`);
  return {
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    ...(port === '' ? {} : { 'server.port': Number(port) }),
  };
}
