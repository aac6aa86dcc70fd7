import type { WhoamiResponse } from '@rollcall/contracts';
import type { FleetFacts, Known, Metrics } from '@rollcall/diagnosis';
import type { SelfFacts } from './self-facts';

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

/** All that the checks judge by: collected once, and judged without asking anybody again. */
export interface Facts extends FleetFacts {
  readonly ownVersion: string;
  readonly sendsToken: boolean;
  readonly registries: readonly Reached[];
  readonly whoami: Known<WhoamiResponse>;
  /** Only when the process itself is looked at. */
  readonly self: SelfFacts | undefined;
}
