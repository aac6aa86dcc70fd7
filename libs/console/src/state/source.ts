import type { CatalogEvent, TrafficResponse } from '@rollcall/contracts';
import type { Answer, GatewayOrder, RegistryApi } from './api';
import type { Frame } from './frame';
import type { LivePicture } from './live-picture';

/** What a source tells: everything at once, and then what changes. */
export interface SourceReader {
  readonly onPicture: (picture: LivePicture) => void;
  readonly onFrames: (frames: readonly Frame[]) => void;
  /** What flows, where that is not among the frames. */
  readonly onTraffic: (traffic: TrafficResponse) => void;
  /** What has flowed before: steps alone count. */
  readonly onHistory: (traffic: TrafficResponse) => void;
  /** Events of before the stream began. */
  readonly onPastEvents: (events: readonly CatalogEvent[]) => void;
}

interface Followed {
  /** Begins to tell; what it returns ends that. */
  readonly follow: (reader: SourceReader) => () => void;
}

export interface RegistrySource extends Followed {
  readonly kind: 'registry';
  readonly registry: RegistryApi;
}

export interface GatewaySource extends Followed {
  readonly kind: 'gateway';
  readonly registry: undefined;
  /** Ejects or restores an instance at this gateway. */
  readonly order: (
    change: 'eject' | 'restore',
    instanceId: string,
    order: GatewayOrder,
  ) => Promise<Answer<unknown>>;
}

/** Where the console has its picture from: a registry, or a single gateway while no registry is there. */
export type Source = RegistrySource | GatewaySource;
