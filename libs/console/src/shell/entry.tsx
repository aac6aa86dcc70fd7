import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { WhoamiResponse } from '@rollcall/contracts';
import { createCall, createRegistryApi, type Fault } from '../state/api';
import { createGatewayApi } from '../state/gateway-api';
import { createGatewaySource } from '../state/gateway-source';
import { createRegistrySource } from '../state/registry-source';
import { currentToken } from '../state/session';
import { connection, follow, source, who } from '../state/store';
import { Login } from './login';
import { Shell } from './shell';

type Entrance =
  | { readonly at: 'asking' }
  | { readonly at: 'login'; readonly of: 'registry' | 'gateway'; readonly why: string | undefined }
  | { readonly at: 'inside' };

const AGAIN_MS = 1500;

/** A gateway has one token, which may do everything there. */
const AT_GATEWAY: WhoamiResponse = {
  auth: 'on',
  name: 'ADMIN_TOKEN',
  scopes: ['admin'],
  routes: null,
  service_routes: {},
};

const call = createCall(currentToken);

/** Finds out whom the console is served by and what the token may; then follows it. */
export function Entry() {
  const [entrance, setEntrance] = useState<Entrance>({ at: 'asking' });
  const [attempt, setAttempt] = useState(0);
  // Asked before the first frame is drawn, and not after it.
  useLayoutEffect(() => {
    let stop: (() => void) | undefined;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const registry = createRegistryApi(call);

    async function enter(): Promise<void> {
      const answer = await registry.whoami();
      if (isOver) return;
      if (answer.ok) {
        const me = answer.value;
        if (me.auth === 'on' && !me.scopes.includes('read')) {
          const why =
            me.name === null ? undefined : `The ${me.proven_by ?? 'token'} ${me.name} has no scope read.`;
          setEntrance({ at: 'login', of: 'registry', why });
          return;
        }
        who.value = me;
        stop = follow(createRegistrySource({ registry, fleet: createGatewayApi(call) }, currentToken));
        setEntrance({ at: 'inside' });
      } else if (answer.fault.status === 404) {
        // No registry: the admin port of a gateway.
        await enterGateway();
      } else refuse('registry', answer.fault);
    }

    async function enterGateway(): Promise<void> {
      const answer = await call('GET', '/state');
      if (isOver) return;
      if (!answer.ok) return refuse('gateway', answer.fault);
      who.value = { ...AT_GATEWAY, auth: currentToken() === undefined ? 'off' : 'on' };
      stop = follow(createGatewaySource(call));
      setEntrance({ at: 'inside' });
    }

    function refuse(of: 'registry' | 'gateway', { status, detail }: Fault): void {
      if (status === 401) {
        setEntrance({ at: 'login', of, why: currentToken() === undefined ? undefined : detail });
        return;
      }
      setEntrance({ at: 'asking' });
      timer = setTimeout(() => void enter(), AGAIN_MS);
    }

    void enter();
    return () => {
      isOver = true;
      clearTimeout(timer);
      stop?.();
    };
  }, [attempt]);

  const { value: stream } = connection;
  useEffect(() => {
    // The token was revoked while the page was open.
    if (stream.status === 'refused')
      setEntrance({ at: 'login', of: source.peek()?.kind ?? 'registry', why: stream.fault });
  }, [stream]);
  if (entrance.at === 'login')
    return <Login at={entrance.of} why={entrance.why} onToken={() => setAttempt(attempt + 1)} />;
  return <Shell />;
}
