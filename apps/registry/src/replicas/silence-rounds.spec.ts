import { createSilenceRounds } from './silence-rounds';

const INSTANCE = {};

describe('an instance whose lease has ended', () => {
  it('is silent once every replica has seen a report that was composed after that', () => {
    const rounds = createSilenceRounds();
    expect(rounds.isSilent(INSTANCE, 1000)).toBe(false);
    rounds.committed(rounds.composed(), 50);
    rounds.seenByAll(49);
    expect(rounds.isSilent(INSTANCE, 1000)).toBe(false);
    rounds.seenByAll(50);
    expect(rounds.isSilent(INSTANCE, 1000)).toBe(true);
  });

  it('is so too where the revisions have started anew before all had seen those of before', () => {
    const rounds = createSilenceRounds();
    rounds.committed(rounds.composed(), 80_000);
    expect(rounds.isSilent(INSTANCE, 1000)).toBe(false);
    rounds.committed(rounds.composed(), 50);
    rounds.seenByAll(49);
    expect(rounds.isSilent(INSTANCE, 1000)).toBe(false);
    rounds.seenByAll(50);
    expect(rounds.isSilent(INSTANCE, 1000)).toBe(true);
  });
});
