import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { createMembership, type Membership } from '../membership';
import type { RegistrarReport } from '../registrar-report';
import { startStallWatchdogLoop } from './stall-watchdog-loop';
import type {
  MainThreadMessage,
  MembershipReply,
  MembershipThreadData,
  WorkerThreadMessage,
} from './thread-messages';

/**
 * The worker thread of a membership: heartbeats and session go on while the main thread computes, and pause when it has
 * been stalled for so long that the process answers no requests.
 */
if (parentPort !== null) serve(parentPort, workerData);

function serve(port: MessagePort, { plan, previous, ticks, stallLimitMs }: MembershipThreadData): void {
  const send = (message: WorkerThreadMessage): void => port.postMessage(message);
  const report: RegistrarReport = {
    event: (event) => send({ kind: 'event', event }),
    state: (state) => send({ kind: 'state', state }),
  };
  const membership = createMembership(plan, report, previous);
  startStallWatchdogLoop(ticks, stallLimitMs, {
    onStalled() {
      report.event({ type: 'stalled', limitMs: stallLimitMs });
      membership.pause();
    },
    onRecovered: () => membership.resume(),
  });
  port.on('message', (message: MainThreadMessage) => {
    if (message.kind === 'begin') membership.begin();
    else void carryOut(membership, message).then((reply) => send({ kind: 'reply', reply }));
  });
  send({ kind: 'ready' });
}

async function carryOut(
  membership: Membership,
  message: Exclude<MainThreadMessage, { kind: 'begin' }>,
): Promise<MembershipReply> {
  switch (message.kind) {
    case 'halt':
      await membership.halt();
      return { kind: 'halt' };
    case 'drain':
      return { kind: 'drain', drain: await membership.drain(message.waitMs) };
    case 'deregister':
      return { kind: 'deregister', deregistration: await membership.deregister() };
  }
}
