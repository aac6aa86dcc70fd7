import type { DocumentFault } from '@rollcall/service-kit';
import type { Route } from '../routing/route';

/** A source of the operator's routes. It is read again and again: reading is cheap, parsing happens only on demand. */
export interface RoutesSource {
  /** For people: the path of the file. */
  readonly name: string;
  /** The present content. Never throws: a file that cannot be read is a reading that parses to that fault. */
  read(): RoutesReading;
}

export interface RoutesReading {
  /** Of everything that was read: equal for equal content, and for equal reasons why it cannot be read. */
  readonly hash: string;
  /**
   * All routes of the content, or all of its faults, with the hash of what was parsed: the content may name other files,
   * which are read then, and count from then on.
   */
  parse(): ParsedRoutes & { readonly hash: string };
}

export type ParsedRoutes =
  | { readonly routes: readonly Route[] }
  /** Every fault of the content; a file with a fault is refused whole. */
  | { readonly faults: readonly RoutesFault[] };

/** A fault in the routes file, or in the file of API keys that it names, for a person to mend. */
export interface RoutesFault extends DocumentFault {
  readonly file: string;
}
