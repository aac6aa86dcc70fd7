import type { GatewayState, RoutesView, TrafficResponse, UpstreamsView } from '@rollcall/contracts';
import type { Call } from './api';
import type { GatewayApi } from './gateway-api';
import { gatewayCatalog, gatewayTraffic, THIS_GATEWAY } from './gateway-picture';
import { FIRST_PICTURE } from './live-picture';
import { repeat } from './repeat';
import type { GatewaySource } from './source';

const EVERY_MS = 2000;

/** A single gateway's admin port: what it knows of instances and thinks of them, asked again every two seconds. */
export function createGatewaySource(call: Call): GatewaySource {
  return {
    kind: 'gateway',
    registry: undefined,
    fleet: createOwnFleet(call),
    async registryUrls() {
      const config = await call<Readonly<Record<string, unknown>>>('GET', '/config');
      const urls = config.ok ? config.value['REGISTRY_URL'] : undefined;
      return Array.isArray(urls) ? urls.filter((url) => typeof url === 'string') : [];
    },
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

/** A fleet of one, asked at its own admin port. */
function createOwnFleet(call: Call): GatewayApi {
  const connectedSince = Math.round(Date.now() / 1000);
  return {
    async gateways() {
      const state = await call<GatewayState>('GET', '/state');
      if (!state.ok) return state;
      return {
        ok: true,
        value: {
          gateways: [
            {
              instance_id: THIS_GATEWAY,
              service_name: 'at its admin port',
              actor: 'admin',
              answers: 'on',
              connected_since: connectedSince,
              state: state.value,
              fault: null,
            },
          ],
        },
      };
    },
    ask: (_gateway, question) => call('GET', `/${question}`),
    order: (_gateway, change, instanceId, order) =>
      call('POST', `/upstreams/${encodeURIComponent(instanceId)}/${change}`, { ...order, by: 'console' }),
  };
}
