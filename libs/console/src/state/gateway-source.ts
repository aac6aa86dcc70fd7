import type { RoutesView, TrafficResponse, UpstreamsView } from '@rollcall/contracts';
import type { Call, GatewayOrder } from './api';
import { gatewayCatalog, gatewayTraffic } from './gateway-picture';
import { FIRST_PICTURE } from './live-picture';
import { repeat } from './repeat';
import type { GatewaySource } from './source';

const EVERY_MS = 2000;

/** A single gateway's admin port: what it knows of instances and thinks of them, asked again every two seconds. */
export function createGatewaySource(call: Call): GatewaySource {
  return {
    kind: 'gateway',
    registry: undefined,
    order: (change: 'eject' | 'restore', instanceId: string, order: GatewayOrder) =>
      call<unknown>('POST', `/upstreams/${encodeURIComponent(instanceId)}/${change}`, {
        ...order,
        by: 'console',
      }),
    follow: ({ onPicture, onFrames, onTraffic }) =>
      repeat(EVERY_MS, async () => {
        const [upstreams, routes] = await Promise.all([
          call<UpstreamsView>('GET', '/upstreams'),
          call<RoutesView>('GET', '/routes'),
        ]);
        const failed = !upstreams.ok ? upstreams : !routes.ok ? routes : undefined;
        if (failed !== undefined) {
          const { status, detail } = failed.fault;
          const refused = status === 401 || status === 403;
          onFrames([
            {
              type: 'connection',
              data: refused
                ? { status: 'refused', code: status, fault: detail }
                : { status: 'lost', fault: detail },
            },
          ]);
          return;
        }
        if (!upstreams.ok || !routes.ok) return;
        onPicture({
          ...FIRST_PICTURE,
          connection: { status: 'live' },
          synced: true,
          catalog: gatewayCatalog(upstreams.value, routes.value),
        });
        const traffic: TrafficResponse = gatewayTraffic(upstreams.value, Date.now());
        onTraffic(traffic);
      }),
  };
}
