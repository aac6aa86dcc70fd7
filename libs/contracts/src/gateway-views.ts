import type { InstanceStatus } from './instance';

/** Answer of a gateway's `GET /routes`. */
export interface RoutesView {
  readonly routes: readonly RouteView[];
  readonly refused: readonly RefusalView[];
}

/** A route in force, with its policies. */
export interface RouteView {
  readonly path_prefix: string;
  readonly host?: string;
  readonly methods?: readonly string[];
  readonly service: string;
  readonly source: 'file' | 'announced';
  readonly strip_prefix: boolean;
  readonly picker: string;
  /** Without `connect_ms` that of the settings. */
  readonly timeouts: { readonly connect_ms?: number; readonly headers_ms: number; readonly idle_ms: number };
  /** Without `attempt_timeout_ms` one attempt has as long as all. */
  readonly retries: { readonly attempts: number; readonly attempt_timeout_ms?: number };
  readonly max_in_flight: number | null;
  readonly policies: readonly string[];
  readonly instances: number;
}

/** An announced route that is not in force. */
export interface RefusalView {
  readonly path_prefix: string;
  readonly host?: string;
  readonly service: string;
  readonly reason: string;
}

/** Answer of a gateway's `GET /upstreams`. */
export interface UpstreamsView {
  readonly upstreams: readonly UpstreamView[];
}

/** An instance as one gateway sees it. */
export interface UpstreamView {
  readonly service: string;
  readonly instance_id: string;
  readonly url: string;
  readonly status: InstanceStatus;
  readonly reason?: string;
  readonly version: string | null;
  readonly zone: string | null;
  readonly weight: number;
  readonly in_flight: number;
  readonly connections: { readonly open: number; readonly idle: number };
  readonly ejection: {
    readonly status: 'ejected' | 'trial';
    readonly cause: string;
    readonly outcome: string;
    readonly times: number;
    readonly available_in_ms: number;
  } | null;
  /** Without `ends_in_ms` it lasts until it is restored. */
  readonly ejected_by_hand: { readonly reason: string; readonly ends_in_ms?: number } | null;
}

/** Answer of a gateway's `GET /explain`. */
export interface PathExplanation {
  readonly request: PathQuery;
  /** What would become of such a request now. */
  readonly verdict:
    | 'forwarded'
    | 'answered here'
    | 'held'
    | 'rejected'
    | 'refused'
    | 'not found'
    | 'method not allowed';
  readonly why: string;
  readonly route?: RouteExplanation;
  readonly instances: readonly InstanceExplanation[];
  /** The claims of the registry on this path or one around it, the longest first. */
  readonly claims: readonly ClaimExplanation[];
  /** Announcements that would have taken this path, and why they do not. */
  readonly refused_announcements: readonly RefusalExplanation[];
}

/** The request that is explained. */
export interface PathQuery {
  readonly path: string;
  readonly method: string;
  readonly host: string;
  /** What the request says in the field that the route's canary looks at. */
  readonly canary?: string;
}

/** The route that the request takes. */
export interface RouteExplanation {
  readonly name: string;
  readonly service: string;
  readonly source: 'file' | 'announced';
  /** For an announced route: the route of the file that it lies beneath, and whose policies it has. */
  readonly policies_of?: string;
  readonly picker: string;
  /** A line each, in their order. */
  readonly policies: readonly string[];
  /** Of the whole service; requests are rejected while it is at the limit. */
  readonly in_flight: number;
  readonly max_in_flight: number | null;
  /** Which versions get how much of it. */
  readonly canary?: readonly VersionShare[];
}

/** What a version gets of the requests of a route with a canary. */
export interface VersionShare {
  /** `any other` for those that the rule does not name. */
  readonly version: string;
  readonly percent: number;
  readonly why: string;
}

/** Why an instance is or is not picked. */
export interface InstanceExplanation {
  readonly instance_id: string;
  readonly url: string;
  readonly status: InstanceStatus;
  readonly version: string | null;
  readonly zone: string | null;
  readonly weight: number;
  /** Requests of this gateway in flight to it. */
  readonly in_flight: number;
  readonly picked: boolean;
  readonly why: string;
}

/** An announcement that would have taken the path. */
export interface RefusalExplanation {
  readonly service: string;
  readonly route: string;
  readonly reason: string;
}

/** A path that the registry reserves for a service: no other service is routed there. Times are epoch seconds. */
export interface ClaimExplanation {
  readonly service: string;
  readonly route: string;
  readonly since: number;
  /** Absent while an instance announces it. */
  readonly unannounced_since?: number;
  readonly why: string;
}
