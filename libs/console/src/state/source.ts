import type { CatalogEvent, DrainProgress } from '@rollcall/contracts';
import type { Fault, RegistryApi } from './api';
import type { LivePicture } from './live-picture';
import type { Frame } from './frame';
import type { TrafficResponse } from '@rollcall/contracts';

/** What a source tells: everything at once, and then what changes. Times between calls are the source's own. */
export interface SourceReader {
  readonly onPicture: (picture: LivePicture) => void;
  readonly onFrames: (frames: readonly Frame[]) => void;
  readonly onTraffic: (traffic: TrafficResponse) => void;
  /** Events of before the stream began. */
  readonly onPastEvents: (events: readonly CatalogEvent[]) => void;
}

/** Where the console has its picture from: a registry, or a single gateway while no registry is there. */
export interface Source {
  readonly kind: 'registry' | 'gateway';
  /** Begins to tell; what it returns ends that. */
  readonly follow: (reader: SourceReader) => () => void;
  /** What only a registry can be asked for. */
  readonly registry: RegistryApi | undefined;
}

export type { CatalogEvent, DrainProgress, Fault };
