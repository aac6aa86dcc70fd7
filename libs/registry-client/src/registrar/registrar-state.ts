import type { RegistryFailure } from '../registry/registry-failure';

/** Where a registrar stands. Its data exist only where they mean something. */
export type RegistrarState =
  | { readonly phase: 'idle' }
  /** Not listed yet, or not any more; `failure` is the last attempt's, if there was one. */
  | { readonly phase: 'registering'; readonly failure?: RegistryFailure }
  | {
      readonly phase: 'registered';
      readonly registryUrl: string;
      readonly instanceId: string;
      readonly epoch: number;
      /** The advertised address. */
      readonly url: string;
      /** Consecutive heartbeats without an answer. */
      readonly missedHeartbeats: number;
      readonly warnings: readonly string[];
    }
  | { readonly phase: 'refused'; readonly failure: RegistryFailure }
  | { readonly phase: 'superseded'; readonly instanceId: string; readonly epoch: number }
  | { readonly phase: 'stopping' }
  | { readonly phase: 'stopped' };
