import type { DocumentFault } from '@rollcall/service-kit';

/** Something in the routes file, or in the file of keys that it names, that a person has to mend. */
export interface RoutesFault extends DocumentFault {
  readonly file: string;
}
