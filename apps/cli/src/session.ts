import type { Settings } from './config';
import type { Output } from './output/output';
import type { TakeSignals } from './signals';
import type { GatewayApi } from './registry-api/gateway-api';
import type { RegistryApi } from './registry-api/registry-api';

/** What a command works with. */
export interface Session {
  /** The options of every command, and where they come from. */
  readonly settings: Settings;
  readonly registry: RegistryApi;
  /** The admin port of the gateway. */
  readonly gateway: GatewayApi;
  readonly out: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C or SIGTERM: the command ends as soon as it can, with 130 or 143. */
  readonly signal: AbortSignal;
  readonly takeSignals: TakeSignals;
  /** Asks the person at the terminal, and resolves with a line; `undefined` where there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Wall clock, epoch milliseconds. */
  readonly now: () => number;
}
