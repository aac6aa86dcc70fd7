import type { Instance, LoadOutcome } from '@rollcall/contracts';
import type { Figures } from './traffic-sum';

export type GraphMode = 'services' | 'instances' | 'zones';

/** How much an edge or a node asks to be looked at. Only faults have a colour of their own. */
export type Heat = 'failing' | 'warning' | 'hot' | 'calm' | 'idle';

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  readonly kind: 'callers' | 'service' | 'instance' | 'zone';
  /** The service to whose page it leads. */
  readonly service: string | undefined;
  readonly instances: readonly Instance[];
  /** What is sent to it, or, of one that nobody calls, what it sends. */
  readonly figures: Figures;
  /** Requests that wait at gateways for an instance of it. */
  readonly held: number;
  readonly heat: Heat;
  readonly series: readonly number[];
}

export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly figures: Figures;
  readonly outcomes: Partial<Readonly<Record<LoadOutcome, number>>>;
  readonly requests: number;
  readonly heat: Heat;
  readonly requestSeries: readonly number[];
  readonly failedSeries: readonly number[];
  /** Attempts by instance of the called. */
  readonly byInstance: readonly InstanceShare[];
}

export interface InstanceShare {
  readonly instanceId: string;
  readonly instance: Instance | undefined;
  readonly figures: Figures;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Whoever calls the gateways from outside. */
export const CALLERS = '\u0000callers';
export const GATEWAY = 'gateway';
export const FAILING = 0.01;
const WARNING = 0.0025;

export function heatOf({ perSecond, failed, retriedPerSecond }: Figures, isHot: boolean): Heat {
  if (perSecond === 0) return 'idle';
  if (failed >= FAILING) return 'failing';
  if (failed >= WARNING || retriedPerSecond >= perSecond * WARNING) return 'warning';
  return isHot ? 'hot' : 'calm';
}

/** What a heat is called where colour is not seen. */
export const HEAT_WORDS: Readonly<Record<Heat, string>> = {
  failing: ', failing',
  warning: ', some fail or are retried',
  hot: '',
  calm: '',
  idle: ', idle',
};
