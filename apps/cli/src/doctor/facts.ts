import type {
  CatalogEvent,
  ExplainResponse,
  RegistryResponse,
  ServicesResponse,
  WhoamiResponse,
  RoutesView,
  UpstreamView,
} from '@rollcall/contracts';
import type { Metrics } from '../registry-api/metrics';
import type { SelfFacts } from './self-facts';

/** Something that could be asked for, or why it could not. */
export type Known<T> =
  | { readonly value: T }
  | {
      readonly fault: string;
      readonly mend: string | undefined;
      /** It was understood, and is not for us: a token is missing, not known, or lacks a scope. */
      readonly isRefused: boolean;
    };

/** What was found out about one address of a registry. */
export interface Reached {
  readonly url: string;
  readonly answer: Known<{
    /** The clock of the registry less ours, milliseconds; `undefined` when it does not tell. */
    readonly clockSkewMs: number | undefined;
    /** When its certificate ends, epoch milliseconds; `undefined` without TLS. */
    readonly certificateEnds: number | undefined;
  }>;
  readonly metrics: Known<Metrics>;
}

export interface GatewayFacts {
  readonly url: string;
  /** Whether somebody said that a gateway is there, and not only the default does. */
  readonly isNamed: boolean;
  readonly answer: Known<{
    readonly routes: RoutesView;
    readonly upstreams: readonly UpstreamView[];
    readonly config: Readonly<Record<string, unknown>>;
    /** Empty where they are kept from us. */
    readonly metrics: Metrics;
  }>;
}

/** All that the checks judge by: collected once, and judged without asking anybody again. */
export interface Facts {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  readonly ownVersion: string;
  readonly sendsToken: boolean;
  readonly registries: readonly Reached[];
  readonly whoami: Known<WhoamiResponse>;
  readonly registry: Known<RegistryResponse>;
  readonly services: Known<ServicesResponse['services']>;
  readonly explained: Known<readonly ExplainResponse[]>;
  /** The latest first. */
  readonly events: Known<readonly CatalogEvent[]>;
  readonly gateways: readonly GatewayFacts[];
  /** Only when the process itself is looked at. */
  readonly self: SelfFacts | undefined;
}
