import type { ParsedRoutes } from '../routes-file/parse-routes-file';

/** Where file routes come from. Asked again and again, so that looking is cheap and parsing is only done when wanted. */
export interface RoutesSource {
  /** For people: the path of the file. */
  readonly name: string;
  /** As it stands now. Never throws: what cannot be read has that for a fault. */
  read(): RoutesReading;
}

export interface RoutesReading {
  /** Of all that was read. The same for the same content, and for the same reason why there is none. */
  readonly hash: string;
  /** What was read as routes, all of it or none. */
  parse(): ParsedRoutes;
}
