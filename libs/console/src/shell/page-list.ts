import { computed } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { IconName } from '../parts/icon';
import { ServicesPage } from '../pages/services-page';
import type { Page, Place } from '../state/place';
import { source } from '../state/store';

interface PageEntry {
  readonly place: Place;
  readonly title: string;
  readonly icon: IconName;
  /** After `g`. */
  readonly key: string;
  readonly group: 'main' | 'fleet';
  /** A gateway has nothing to fill it with. */
  readonly needsRegistry?: true;
}

/** In the order of the side bar. */
export const PAGES: readonly PageEntry[] = [
  { place: { page: 'services' }, title: 'Services', icon: 'services', key: 's', group: 'main' },
  {
    place: { page: 'topology' },
    title: 'Topology',
    icon: 'topology',
    key: 't',
    group: 'main',
    needsRegistry: true,
  },
  {
    place: { page: 'events' },
    title: 'Events',
    icon: 'events',
    key: 'e',
    group: 'main',
    needsRegistry: true,
  },
  { place: { page: 'routes' }, title: 'Routes', icon: 'routes', key: 'r', group: 'main' },
  { place: { page: 'explain' }, title: 'Explain a request', icon: 'explain', key: 'x', group: 'main' },
  { place: { page: 'gateways' }, title: 'Gateways', icon: 'gateways', key: 'a', group: 'fleet' },
  { place: { page: 'doctor' }, title: 'Doctor', icon: 'doctor', key: 'd', group: 'fleet' },
];

/** Those that this console offers: a gateway's own has fewer. */
export const pages = computed(() =>
  source.value?.kind === 'gateway' ? PAGES.filter(({ needsRegistry }) => needsRegistry !== true) : PAGES,
);

type Loaded = Promise<{ readonly default: ComponentType }>;

/** How a page is loaded. Only the first view is in the first file; what needs uPlot or dagre brings it along. */
export const LOADERS: Partial<Readonly<Record<Page, () => Loaded>>> = {
  services: () => Promise.resolve({ default: ServicesPage }),
  service: () => import('../pages/service-page'),
  topology: () => import('../pages/topology-page'),
  events: () => import('../pages/events-page'),
  routes: () => import('../pages/routes-page'),
  explain: () => import('../pages/explain-page'),
  gateways: () => import('../pages/gateways-page'),
  doctor: () => import('../pages/doctor-page'),
};
