import { collectionContract } from './collection-contract';
import { createMemoryCollection } from './memory-collection';

describe('a collection in memory', () => {
  test.each(collectionContract((position) => position))('$name', ({ check }) =>
    check(createMemoryCollection()),
  );
});
