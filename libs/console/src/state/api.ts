import type {
  CatalogEvent,
  DrainProgress,
  EventsResponse,
  ExplainAllResponse,
  ExplainResponse,
  GuardReleaseResponse,
  Instance,
  Problem,
  TrafficResponse,
  WhoamiResponse,
} from '@rollcall/contracts';
import { parseVisible } from './visible-text';

/** What went wrong, for people: `code` is the problem's own, `UNREACHABLE` without an answer. */
export interface Fault {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault };

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Call = <T>(method: Method, path: string, body?: object) => Promise<Answer<T>>;

const ANSWERED_WITHIN_MS = 15_000;

/** Calls of the server that handed out this page, with the token in a field that no other page can send. */
export function createCall(token: () => string | undefined): Call {
  return async <T>(method: Method, path: string, body?: object): Promise<Answer<T>> => {
    const bearer = token();
    try {
      const response = await fetch(path, {
        method,
        headers: {
          accept: 'application/json',
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          ...(method !== 'GET' && { 'content-type': 'application/json' }),
        },
        ...(method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
      });
      const text = await response.text();
      if (response.ok) return { ok: true, value: (text === '' ? undefined : parseVisible(text)) as T };
      return { ok: false, fault: readFault(response.status, text) };
    } catch (error) {
      const detail =
        error instanceof DOMException && error.name === 'TimeoutError'
          ? `The server has not answered within ${ANSWERED_WITHIN_MS / 1000} s.`
          : 'The server does not answer.';
      return { ok: false, fault: { status: 0, code: 'UNREACHABLE', detail } };
    }
  };
}

function readFault(status: number, text: string): Fault {
  try {
    const { code, detail, title } = parseVisible(text) as Partial<Problem>;
    return {
      status,
      code: code ?? String(status),
      detail: detail ?? title ?? `The server answers ${status}.`,
    };
  } catch {
    return { status, code: String(status), detail: `The server answers ${status}.` };
  }
}

/** What one answer of the registry may hold. */
const PAGE = 1000;
/** As many as the registry keeps. */
export const MOST_EVENTS = 10_000;

export interface EventsSince {
  readonly events: readonly CatalogEvent[];
  /** Whether they go back to the moment, or to the first one that there is. */
  readonly isWhole: boolean;
  readonly fault: string | undefined;
}

export type RegistryApi = ReturnType<typeof createRegistryApi>;

/** The registry's calls that the console makes. What changes something names the instance's service and epoch. */
export function createRegistryApi(call: Call) {
  const at = encodeURIComponent;
  return {
    whoami: () => call<WhoamiResponse>('GET', '/whoami'),
    /** Of every service, page by page. */
    async explainAll(): Promise<Answer<readonly ExplainResponse[]>> {
      const services: ExplainResponse[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const answer: Answer<ExplainAllResponse> = await call(
          'GET',
          `/explain?limit=1000${after === '' ? '' : `&after=${at(after)}`}`,
        );
        if (!answer.ok) return answer;
        services.push(...answer.value.services);
        after = answer.value.next;
      }
      return { ok: true, value: services };
    },
    explain: (service: string) => call<ExplainResponse>('GET', `/explain/${at(service)}`),
    traffic: (query: {
      readonly windowMs: number;
      readonly service?: string;
      readonly by?: 'service' | 'reporter';
    }) =>
      call<TrafficResponse>(
        'GET',
        `/traffic?series=true&window=${query.windowMs}ms&by=${query.by ?? 'service'}${query.service === undefined ? '' : `&service=${at(query.service)}`}`,
      ),
    async latestEvents(query: {
      readonly service?: string | undefined;
      /** Only those of an earlier revision. */
      readonly before?: number | undefined;
      readonly limit: number;
    }): Promise<Answer<readonly CatalogEvent[]>> {
      const service = query.service === undefined ? '' : `&service=${at(query.service)}`;
      const before = query.before === undefined ? '' : `&before=${query.before}`;
      const answer = await call<EventsResponse>(
        'GET',
        `/events?order=desc&limit=${query.limit}${service}${before}`,
      );
      return answer.ok ? { ok: true, value: answer.value.events } : answer;
    },
    /** All that are kept from a moment on, newest first, and some before it: page by page. */
    async eventsSince(
      since: number,
      service?: string,
      onPage: (events: readonly CatalogEvent[]) => boolean = () => true,
    ): Promise<EventsSince> {
      let events: readonly CatalogEvent[] = [];
      for (;;) {
        const answer = await this.latestEvents({ limit: PAGE, before: events.at(-1)?.revision, service });
        if (!answer.ok) return { events, isWhole: false, fault: answer.fault.detail };
        events = [...events, ...answer.value];
        const isFirst = answer.value.length < PAGE;
        if (isFirst || (answer.value.at(-1)?.at ?? 0) < since)
          return { events, isWhole: true, fault: undefined };
        if (events.length >= MOST_EVENTS || !onPage(events))
          return { events, isWhole: false, fault: undefined };
      }
    },
    /** Does not wait: how far it comes is on the stream. */
    drain: ({ instance_id, epoch }: Instance) =>
      call<DrainProgress>('POST', `/instances/${at(instance_id)}/drain?wait_ms=0`, { epoch }),
    drainProgress: ({ instance_id, service_name, epoch }: Instance) =>
      call<DrainProgress>(
        'GET',
        `/instances/${at(instance_id)}/drain?service=${at(service_name)}&epoch=${epoch}`,
      ),
    putOut: (
      { instance_id, service_name }: Instance,
      override: { readonly reason: string; readonly for_ms?: number },
    ) =>
      call<Instance>('PUT', `/instances/${at(instance_id)}/override?service=${at(service_name)}`, {
        status: 'out_of_service',
        ...override,
      }),
    putBack: ({ instance_id, service_name }: Instance) =>
      call<Instance>('DELETE', `/instances/${at(instance_id)}/override?service=${at(service_name)}`),
    releaseGuard: (service: string) =>
      call<GuardReleaseResponse>('POST', `/services/${at(service)}/guard/release`),
  };
}
