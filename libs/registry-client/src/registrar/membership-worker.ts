import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { startHostPulseLoop } from './host-pulse-loop';
import { createMembership, type Membership } from './membership';
import type {
  MembershipNews,
  MembershipOrder,
  MembershipReply,
  MembershipThreadData,
} from './membership-messages';
import type { MembershipReport } from './membership-scope';

/**
 * The thread of a membership: heartbeats and session go on while the main thread computes, and stop when it has been
 * at a standstill for so long that it serves nobody.
 */
if (parentPort !== null) serve(parentPort, workerData);

function serve(port: MessagePort, { plan, formerly, ticks, stallLimitMs }: MembershipThreadData): void {
  const tell = (news: MembershipNews): void => port.postMessage(news);
  const report: MembershipReport = {
    event: (event) => tell({ kind: 'event', event }),
    state: (state) => tell({ kind: 'state', state }),
  };
  const membership = createMembership(plan, report, formerly);
  startHostPulseLoop(ticks, stallLimitMs, {
    onStalled() {
      report.event({ type: 'stalled', limitMs: stallLimitMs });
      membership.suspend();
    },
    onRecovered: () => membership.resume(),
  });
  port.on('message', (order: MembershipOrder) => {
    if (order.kind === 'begin') membership.begin();
    else void obey(membership, order).then((reply) => tell({ kind: 'reply', reply }));
  });
  tell({ kind: 'ready' });
}

async function obey(
  membership: Membership,
  order: Exclude<MembershipOrder, { kind: 'begin' }>,
): Promise<MembershipReply> {
  switch (order.kind) {
    case 'halt':
      await membership.halt();
      return { kind: 'halt' };
    case 'drain':
      return { kind: 'drain', drain: await membership.drain(order.waitMs) };
    case 'withdraw':
      return { kind: 'withdraw', withdrawal: await membership.withdraw() };
  }
}
