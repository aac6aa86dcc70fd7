import type { DemoShop } from './demo-fleet';

const at = (path_prefix: string) => [{ path_prefix }];

/** A shop of fourteen services, of which one version of payment fails. */
export const DEMO_SHOP: DemoShop = {
  services: [
    { name: 'gateway', instances: 2, versions: ['0.4.0'] },
    { name: 'inventory', instances: 4, versions: ['1.9.0'], routes: at('/stock') },
    { name: 'payment', instances: 3, versions: ['3.2.7', '3.2.7', '3.3.0'], routes: at('/payments') },
    {
      name: 'order',
      instances: 5,
      versions: ['5.1.0', '5.1.0', '5.1.0', '5.1.0', '5.1.1'],
      routes: at('/orders'),
    },
    { name: 'product', instances: 6, versions: ['2.4.1'], routes: at('/products') },
    { name: 'cart', instances: 6, versions: ['4.0.2'], routes: at('/cart'), status: 'starting' },
    { name: 'recommend', instances: 3, versions: ['0.8.4'], routes: at('/for-you') },
    { name: 'search', instances: 8, versions: ['7.2.0'], routes: at('/search') },
    { name: 'session', instances: 3, versions: ['1.2.0'] },
    { name: 'pricing', instances: 4, versions: ['2.0.5'] },
    { name: 'media', instances: 6, versions: ['1.0.9'], routes: at('/media') },
    { name: 'mail', instances: 2, versions: ['0.4.1'] },
    { name: 'hello', instances: 2, routes: at('/hello') },
    { name: 'invoice', instances: 1, versions: ['2.1.0'], routes: at('/invoices') },
  ],
  flows: [
    { from: 'gateway', to: 'product', route: '/products', perSecond: 1248, p50: 1.9, p99: 8.4 },
    { from: 'gateway', to: 'search', route: '/search', perSecond: 911, p50: 5.1, p99: 29 },
    { from: 'gateway', to: 'cart', route: '/cart', perSecond: 733, p50: 2.6, p99: 12 },
    { from: 'gateway', to: 'order', route: '/orders', perSecond: 486, p50: 7.4, p99: 31 },
    { from: 'gateway', to: 'recommend', route: '/for-you', perSecond: 97, p50: 18, p99: 88 },
    { from: 'gateway', to: 'media', route: '/media', perSecond: 58, p50: 22, p99: 140 },
    { from: 'order', to: 'payment', perSecond: 164, p50: 11, p99: 240, failedOnLast: 0.08 },
    { from: 'order', to: 'inventory', perSecond: 212, p50: 2.2, p99: 61, retried: 0.066 },
    { from: 'order', to: 'pricing', perSecond: 486, p50: 1.4, p99: 9.8 },
    { from: 'cart', to: 'pricing', perSecond: 704, p50: 1.4, p99: 9.8 },
    { from: 'cart', to: 'session', perSecond: 733, p50: 0.7, p99: 3.1 },
    { from: 'search', to: 'session', perSecond: 871, p50: 0.7, p99: 3.1 },
    { from: 'recommend', to: 'product', perSecond: 41, p50: 1.9, p99: 8.4 },
    { from: 'payment', to: 'mail', perSecond: 3, p50: 9, p99: 41 },
  ],
};
