import { signal } from '@preact/signals';
import type { Instance } from '@rollcall/contracts';

/** What somebody is about to do. It is asked for in a dialog, which says first what comes of it. */
export type Action =
  | { readonly kind: 'drain' | 'out' | 'back' | 'eject' | 'restore'; readonly instance: Instance }
  | { readonly kind: 'release'; readonly service: string; readonly held: number };

/** The one that the dialog is open for. */
export const action = signal<Action | undefined>(undefined);

export function act(wanted: Action): void {
  action.value = wanted;
}
