import type { CatalogEvent, TrafficResponse } from '@rollcall/contracts';
import type { RegistryApi } from './api';
import type { GatewayApi } from './gateway-api';
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
  /** The gateways that can be asked, and what they take orders by: through the registry, or the one that served the page. */
  readonly fleet: GatewayApi;
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
  /** The registries that it follows, as its settings name them. */
  readonly registryUrls: () => Promise<readonly string[]>;
}

/** Where the console has its picture from: a registry, or a single gateway while no registry is there. */
export type Source = RegistrySource | GatewaySource;
