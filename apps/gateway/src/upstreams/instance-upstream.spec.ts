import type { InstanceStatus } from '@rollcall/contracts';
import { FIRST, hostHealthContract, type HostUnderTest } from '@rollcall/load-balancing/testing';
import { anInstance } from '../../test/support/an-instance';
import { createFakeTransport } from '../../test/support/fake-transport';
import { createInstanceUpstream } from './instance-upstream';

describe('an instance that the gateway sends to', () => {
  it.each(hostHealthContract)('$name', ({ check }) => {
    let revision = 1;
    const listed = anInstance({ status: 'up', epoch: FIRST.epoch });
    check(() => {
      const upstream = createInstanceUpstream({
        instance: listed,
        since: -Infinity,
        transport: createFakeTransport(),
        service: {
          availabilityChanged: () => undefined,
          mayLoseOneMore: () => true,
          inFlightChanged: () => undefined,
        },
      });
      const host: HostUnderTest = {
        get inFlight() {
          return upstream.inFlight;
        },
        get since() {
          return upstream.since;
        },
        standing: (now) => upstream.standing(now),
        latencyMs: (now) => upstream.latencyMs(now),
        begin: (now) => upstream.begin(now),
        update: ({ status, epoch }, now) =>
          upstream.update({ ...listed, status: status as InstanceStatus, epoch, revision: ++revision }, now),
      };
      return host;
    });
  });
});
