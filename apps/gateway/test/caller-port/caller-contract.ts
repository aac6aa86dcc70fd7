import type { CallerAdapter } from './caller-adapter';
import { describeAnswers } from './answer-contract';
import { startCallerRig, type CallerRig } from './caller-rig';
import { describeEndings } from './ending-contract';
import { describeRequests } from './request-contract';

/**
 * What every adapter of the caller's port (`ports/caller.ts`) does, over real connections: to be called in a `describe`
 * of the adapter's own spec.
 *
 * @param makeAdapter called once, before the first of the specs
 */
export function describeCallerContract(makeAdapter: () => Promise<CallerAdapter>): void {
  let rig: CallerRig;

  beforeAll(async () => {
    rig = await startCallerRig(await makeAdapter());
  });
  afterEach(async () => {
    // `whenClosed` resolves in every case: otherwise this never does.
    await rig.finish();
  });
  afterAll(() => rig.stop());

  describeRequests(() => rig);
  describeAnswers(() => rig);
  describeEndings(() => rig);
}
