import type {
  CatalogEvent,
  ExplainResponse,
  RegistryResponse,
  RoutesView,
  ServicesResponse,
  UpstreamView,
} from '@rollcall/contracts';

/** Something that could be asked for, or why it could not. */
export type Known<T> =
  | { readonly value: T }
  | {
      readonly fault: string;
      readonly mend: string | undefined;
      /** It was understood, and is not for us: a token is missing, not known, or lacks a scope. */
      readonly isRefused: boolean;
    };

/** Metrics by their names; of several series of one the largest. */
export type Metrics = ReadonlyMap<string, number>;

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

/** What a registry and the gateways say of a fleet, whoever has asked them. */
export interface FleetFacts {
  /** Epoch milliseconds. */
  readonly nowMs: number;
  readonly registries: readonly { readonly url: string; readonly metrics: Known<Metrics> }[];
  readonly registry: Known<RegistryResponse>;
  readonly services: Known<ServicesResponse['services']>;
  readonly explained: Known<readonly ExplainResponse[]>;
  /** The latest first. */
  readonly events: Known<readonly CatalogEvent[]>;
  readonly gateways: readonly GatewayFacts[];
}

export function valueOf<T>(known: Known<T>): T | undefined {
  return 'value' in known ? known.value : undefined;
}
